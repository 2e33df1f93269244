"""The score in a word or a picture: a lexicon with negation, for one short line a customer answered with."""

import re

from inboxd.core.survey_words import (
    ABSOLUTES,
    CHINESE_CLAUSES,
    CHINESE_PHRASES,
    COUNTED,
    FILLERS,
    INTENSIFIERS,
    LATIN_PHRASES,
    NEGATIONS,
    NO_OPINIONS,
    PICTURES,
    QUALITIES,
    WHOLE_LINES,
)

MAX_CLAUSES = 4
MAX_OTHER_WORDS = 2  # with more words that are no opinion the sentence is about something else
MAX_CHINESE_CLAUSE = 20

_NEUTRAL = 3
_NEGATED = {1: 3, 2: 4, 3: 2, 4: 2, 5: 2}
_NEGATED_ABSOLUTELY = {1: 3, 2: 4, 3: 1, 4: 1, 5: 1}
_NEGATION_REACH = 4  # words between "not" and what it negates
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in LATIN_PHRASES)
_CLAUSE = re.compile(
    r"[.,;:!()\n–—。，；！、…]|\s-\s|\b(?:but|because|although|though|aber|weil|obwohl|mais|parce|pero|porque|aunque)\b"
)
_CHINESE_CLAUSE = re.compile(r"[\s.,;:!()。，；！、…~～]|但是|但|因为|虽然|不过|而且")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")  # "sooo goood"
_CHINESE = re.compile(r"[㐀-鿿]")
_CHINESE_QUESTION = re.compile(r"[吗嗎么麼?]$|吗|嗎")
_CHINESE_FILLER = re.compile(
    r"^(?:我们|我|总体来说|总体上|总体|整体|总的来说|你们的|你们|您的|服务|服務|态度|觉得|感觉|认为|对|这次|的|回答|回复|客服|都|是|总之)+"
)
_CHINESE_ENDING = re.compile(r"(?:的|了|啊|呀|吧|哦|哈|呢|谢谢|謝謝)+$")
_CHINESE_NEGATION = ("不", "不是", "没", "没有", "不算", "谈不上", "並不", "并不")


def score_of_whole_line(line: str) -> int | None:
    """Return the score of a folded line that consists of one sign or set phrase (``:)``, ``+1``, ``ok``)."""
    return WHOLE_LINES.get(line) or WHOLE_LINES.get(line.rstrip(".! "))


def opinion_of_line(line: str) -> tuple[int, bool] | None:
    """Return the score of a folded line, and whether the opinion is all it says; None without an opinion.

    A question has none, nor has a sentence with many words that are no opinion.
    """
    bare = line.strip()
    if "?" in bare:
        return None
    score = _chinese(bare) if _CHINESE.search(bare) else _latin(bare)
    if score is not None:
        return score, len(_WORD.findall(bare)) <= 2  # noqa: PLR2004  "sehr zufrieden" leaves no comment
    pictures = [PICTURES[char] for char in bare if char in PICTURES]
    return (pictures[0], not _WORD.search(bare)) if pictures else None


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
    found = (_clause_score(_WORD.findall(clause), clause) for clause in _CLAUSE.split(line)[:MAX_CLAUSES])
    return _agreed([score for score in found if score is not None])


def _clause_score(words: list[str], clause: str) -> int | None:
    scores: list[int] = []
    others = position = 0
    while position < len(words):
        length = _phrase_length(words, position)
        if length:
            scores.append(_in_context(words, position, length, clause))
        elif words[position] not in FILLERS | NEGATIONS | INTENSIFIERS:
            others += 1
        position += length or 1
    absolutes = sum(len(phrase.split()) for phrase in ABSOLUTES if phrase in clause)
    return None if others - absolutes > MAX_OTHER_WORDS else _agreed(scores)


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
    bare = _CHINESE_ENDING.sub("", _CHINESE_FILLER.sub("", clause))
    return CHINESE_CLAUSES.get(bare) or CHINESE_CLAUSES.get(clause) or _chinese_phrase(clause)


def _chinese_phrase(clause: str) -> int | None:
    for start in range(len(clause)):
        for end in range(len(clause), start + 1, -1):
            score = CHINESE_PHRASES.get(clause[start:end])
            if score is not None:
                return _NEGATED[score] if clause[:start].endswith(_CHINESE_NEGATION) else score
    return None
