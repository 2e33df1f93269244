"""The score in a word or a picture: a lexicon with negation, for one short line a customer answered with."""

import re

from inboxd.core.survey_opinion_words import (
    CHINESE_CLAUSES,
    CHINESE_PHRASES,
    LATIN_PHRASES,
    PICTURES,
    WHOLE_LINES,
)
from inboxd.core.survey_words import (
    ABSOLUTES,
    COUNTED,
    FILLERS,
    INTENSIFIERS,
    NEGATIONS,
    NO_OPINIONS,
    QUALITIES,
)

MAX_CLAUSES = 4
MAX_TEXT_CLAUSES = 60
MAX_OTHER_WORDS = 2  # with more words that are no opinion the sentence is about something else
MAX_CHINESE_CLAUSE = 20
MAX_ASKED = 2  # words of a question to oneself

MIN_MISSPELT, MAX_MISSPELT = 7, 20  # letters of a word that can be told by all but one of them
MIN_STEM = 4

_NEUTRAL = 3
_SUFFIXES = ("e", "er", "es", "en", "em", "ly", "emente")
_KNOWN = {*LATIN_PHRASES, *FILLERS, *NEGATIONS, *INTENSIFIERS, *QUALITIES}
# "unzufrieden" must be told from "zufrieden" exactly; both are here, so each is nearest to itself.
_LONG = sorted(word for word in LATIN_PHRASES if len(word) >= MIN_MISSPELT - 1 and " " not in word)
_NEGATED = {1: 3, 2: 4, 3: 2, 4: 2, 5: 2}
_NEGATED_ABSOLUTELY = {1: 3, 2: 4, 3: 1, 4: 1, 5: 1}
_NEGATION_REACH = 4  # words between "not" and what it negates
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in LATIN_PHRASES)
_CLAUSE = re.compile(
    r"[.,;:!()\n–—。，；！、…]|\s-\s|\b(?:but|because|although|though|aber|weil|obwohl|mais|parce|pero|porque|aunque)\b"
)
_CHINESE_CLAUSE = re.compile(r"[\s.,;:!()。，；！、…~～]|但是|但|因为|虽然|不过|而且")
_AROUND = re.compile(
    r"^(?:h+m+|well|tja|naja|bueno|pues)[, ]{1,3}|[, ]{1,3}(?:i guess|i think|i suppose|thanks|thank you|danke|merci|gracias)$"
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")  # "sooo goood"
_CHINESE = re.compile(r"[㐀-鿿]")
_CHINESE_QUESTION = re.compile(r"[吗嗎么麼?]$|吗|嗎")
_CHINESE_FILLER = re.compile(
    r"^(?:我们|我|总体来说|总体上|总体|整体|总的来说|你们的|你们|您的|服务|服務|态度|觉得|感觉|认为|对|这次|的|回答|回复|客服|都|是|总之)+"
)
_CHINESE_ENDING = re.compile(r"(?:的|了|啊|呀|吧|哦|哈|呢|谢谢|謝謝)+$")
_ACKNOWLEDGED = frozenset({"好的", "好的好的", "好吧", "好嘞", "行"})
_CHINESE_NEGATION = (
    "不",
    "不是",
    "没",
    "没有",
    "不算",
    "谈不上",
    "並不",
    "并不",
    "不怎么",
    "不太",
    "不够",
    "不是很",
    "不那么",
    "没那么",
    "不大",
)


def score_of_whole_line(line: str) -> int | None:
    """Return the score of a folded line that consists of one sign or set phrase (``:)``, ``+1``, ``ok``)."""
    bare = _AROUND.sub("", line.rstrip(".! ")).strip(" ,.!")
    return WHOLE_LINES.get(line) or WHOLE_LINES.get(line.rstrip(".! ")) or WHOLE_LINES.get(bare)


def opinion_of_line(line: str) -> tuple[int, bool] | None:
    """Return the score of a folded line, and whether the opinion is all it says; None without an opinion.

    A question has none, nor has a sentence with many words that are no opinion.
    """
    bare = _behind_a_question(line.strip())
    if not bare:
        return None
    score = _chinese(bare) if _CHINESE.search(bare) else _latin(bare)
    if score is not None:
        return score, len(_WORD.findall(bare)) <= 2  # noqa: PLR2004  "sehr zufrieden" leaves no comment
    pictures = [PICTURES[char] for char in bare if char in PICTURES]
    return (pictures[0], not _WORD.search(bare)) if pictures else None


def _behind_a_question(line: str) -> str:
    """Return what follows on a word or two asked of oneself (``Honestly? Bad.``); nothing of any other question."""
    asked, mark, rest = line.rpartition("?")
    return rest.strip() if not mark or len(asked.split()) <= MAX_ASKED else ""


def opinions_of_text(text: str) -> list[int]:
    """Return the scores of all opinions in a folded text, whatever else it says; ``core/sentiment.py`` counts them."""
    text = _DRAWN_OUT.sub(r"\1\1", text)
    for phrase in NO_OPINIONS:
        text = text.replace(phrase, " ")
    found: list[int] = []
    for clause in _CLAUSE.split(text)[:MAX_TEXT_CLAUSES]:
        if _CHINESE.search(clause):
            found += [score for piece in _CHINESE_CLAUSE.split(clause) if (score := _chinese_clause(piece))]
        else:
            words = [_spelt(word) for word in _WORD.findall(clause)]
            found += [_NEUTRAL] if _is_between(words) else _scores(words)[0]
    return found


def is_verdict(words: str) -> bool:
    """Return True when folded words only judge: ``quick and friendly`` does, ``good answers`` counts something."""
    found = _WORD.findall(words)
    judging = [word for word in found if word in QUALITIES or word in LATIN_PHRASES]
    known = all(
        word in FILLERS | NEGATIONS | INTENSIFIERS | QUALITIES or word in LATIN_PHRASES for word in found
    )
    return bool(judging) and known and not COUNTED.intersection(found)


def _latin(line: str) -> int | None:
    line = _DRAWN_OUT.sub(r"\1\1", line)
    for phrase in NO_OPINIONS:
        line = line.replace(phrase, " ")
    clauses = (
        [_spelt(word) for word in _WORD.findall(clause)] for clause in _CLAUSE.split(line)[:MAX_CLAUSES]
    )
    found = (_clause_score(words, " ".join(words)) for words in clauses)
    return _agreed([score for score in found if score is not None])


def _spelt(word: str) -> str:
    """Return the known word that a long one inflects, or differs from by a slip of the keyboard; else the word."""
    if word in _KNOWN or not MIN_STEM < len(word) <= MAX_MISSPELT:
        return word
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= MIN_STEM and stem in LATIN_PHRASES:
            return stem
    from rapidfuzz.distance import OSA  # noqa: PLC0415  3 MB, for surveys answered in words
    from rapidfuzz.process import extractOne  # noqa: PLC0415  likewise

    near = extractOne(word, _LONG, scorer=OSA.distance, score_cutoff=1)
    return near[0] if len(word) >= MIN_MISSPELT and near and near[0][0] == word[0] else word


def _clause_score(words: list[str], clause: str) -> int | None:
    if _is_between(words):
        return _NEUTRAL
    scores, others = _scores(words)
    absolutes = sum(len(phrase.split()) for phrase in ABSOLUTES if phrase in clause)
    return None if others - absolutes > MAX_OTHER_WORDS else _agreed(scores)


def _scores(words: list[str]) -> tuple[list[int], int]:
    """Return the scores of the opinions among the words of a clause, and how many words are something else."""
    scores: list[int] = []
    others = position = 0
    clause = " ".join(words)
    while position < len(words):
        length = _phrase_length(words, position)
        if length:
            scores.append(_in_context(words, position, length, clause))
        elif words[position] not in FILLERS | NEGATIONS | INTENSIFIERS:
            others += 1
        position += length or 1
    return scores, others


def _is_between(words: list[str]) -> bool:
    """Return True for ``neither satisfied nor dissatisfied``."""
    pairs = ("neither", "nor"), ("weder", "noch")
    named = any(first in words and second in words for first, second in pairs) or words.count("ni") > 1
    return named and any(word in LATIN_PHRASES for word in words)


def _phrase_length(words: list[str], position: int) -> int:
    """Return how many words the longest opinion that begins here has; 0 without one."""
    for length in range(min(_LONGEST_PHRASE, len(words) - position), 0, -1):
        if " ".join(words[position : position + length]) in LATIN_PHRASES:
            return length
    return 0


def _in_context(words: list[str], position: int, length: int, clause: str) -> int:
    phrase = words[position : position + length]
    score = LATIN_PHRASES[" ".join(phrase)]
    near = words[max(position - _NEGATION_REACH, 0) : position]
    if any(word in NEGATIONS for word in phrase):
        return score
    if any(word in NEGATIONS for word in near):
        is_absolute = any(absolute in clause for absolute in ABSOLUTES)
        return (_NEGATED_ABSOLUTELY if is_absolute else _NEGATED)[score]
    if score != _NEUTRAL and any(word in INTENSIFIERS for word in near):
        return 5 if score > _NEUTRAL else 1
    return score


def _agreed(scores: list[int]) -> int | None:
    """Return the strongest of opinions that agree; of those that do not, the first; None without any."""
    if not scores:
        return None
    if all(score > _NEUTRAL for score in scores):
        return max(scores)
    return min(scores) if all(score < _NEUTRAL for score in scores) else scores[0]


def _chinese(line: str) -> int | None:
    found = (_chinese_clause(clause) for clause in _CHINESE_CLAUSE.split(line)[: 2 * MAX_CLAUSES])
    return _agreed([score for score in found if score is not None])


def _chinese_clause(clause: str) -> int | None:
    if len(clause) > MAX_CHINESE_CLAUSE or _CHINESE_QUESTION.search(clause):
        return None
    if clause in _ACKNOWLEDGED:
        return None
    bare = _CHINESE_ENDING.sub("", _CHINESE_FILLER.sub("", clause))
    return CHINESE_CLAUSES.get(bare) or CHINESE_CLAUSES.get(clause) or _chinese_phrase(clause)


def _chinese_phrase(clause: str) -> int | None:
    for start in range(len(clause)):
        for end in range(len(clause), start + 1, -1):
            score = CHINESE_PHRASES.get(clause[start:end])
            if score is not None:
                return _NEGATED[score] if clause[:start].endswith(_CHINESE_NEGATION) else score
    return None
