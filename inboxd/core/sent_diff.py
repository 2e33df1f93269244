"""Which lines of a reply are our own: compared, word by word, with the mails we really sent.

Wrapping, indenting, quote marks, bold stars and brackets around links do not count, words do. Runs of equal words
are found through an index of three-word sequences, so the cost grows with the length of the reply alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from inboxd.core.quoting_lines import Line, has_words, read_lines

# Scripts without spaces are compared character by character.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")
_RUN_WORDS: Final = 5  # shorter runs of equal words happen by chance
_LINE_WORDS: Final = 3  # unless they are a whole line of the reply
_LINE_CHARS: Final = 12
_PLACES: Final = 8  # places of one three-word sequence that are tried: keeps a flood of repeats linear
_BLOCK_WORDS: Final = 10
_RESEMBLES: Final = 0.5


@dataclass(frozen=True, slots=True)
class SentWords:
    """The mails we sent, ready to be looked up: their words, where each three of them stand, and whole lines."""

    words: tuple[str, ...]
    places: dict[tuple[str, ...], tuple[int, ...]]
    lines: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def index_sent(sent_texts: tuple[str, ...]) -> SentWords:
    """Return the lookup form of what we sent (plain texts, quote marks in them do not matter)."""
    words: list[str] = []
    lines: set[str] = set()
    for text in sent_texts:
        for line in read_lines(text):
            words.extend(_words(line.bare))
            lines.add(_line_key(line))
        words.append("")  # no run of words reaches over the end of a mail
    places: dict[tuple[str, ...], tuple[int, ...]] = {}
    for at in range(len(words) - _LINE_WORDS + 1):
        key = tuple(words[at : at + _LINE_WORDS])
        known = places.get(key, ())
        if len(known) < _PLACES and "" not in key:
            places[key] = (*known, at)
    return SentWords(tuple(words), places, frozenset(lines - {""}), frozenset(pairwise(words)))


def mark_known(lines: tuple[Line, ...], sent: SentWords) -> tuple[Line, ...]:
    """Return the lines with ``known`` and ``quoted`` set on those that stand, word for word, in what we sent."""
    if not sent.words:
        return lines
    known = [_has_all(covered) for covered in _covered(lines, sent)]
    known = [
        k or (len(_line_key(line)) >= _LINE_CHARS and _line_key(line) in sent.lines)
        for k, line in zip(known, lines, strict=True)
    ]
    known = [k or _is_short_between(lines, known, at, sent) for at, k in enumerate(known)]
    known = [k or drawn for k, drawn in zip(known, _drawn_beside(lines, known, sent), strict=True)]
    return tuple(
        replace(line, known=True, quoted=True) if k else line for line, k in zip(lines, known, strict=True)
    )


def give_back(
    marked: tuple[Line, ...], lines: tuple[Line, ...], shown: SentWords, end: int, *, announced: bool
) -> tuple[Line, ...]:
    """Return the marked lines with those above ``end`` as they were that may be written anew: all their words are shown.

    ``shown`` is what the reader of the answer knows already (his mails, our answers, articles), so that nothing is
    disclosed by it: a greeting as in the last answer, a sentence of his that is taken up. ``announced``: the earlier
    mail begins at ``end``, so what stands above was put there by the writer; otherwise only a few words are.
    """
    if not shown.words:
        return marked
    seen = mark_known(lines[:end], shown)
    result = list(marked)
    for run in _known_runs(marked[:end]):
        short = sum(word_count(lines[at]) for at in run) < _BLOCK_WORDS
        for at in run:
            if seen[at].known and (announced or (short and all(seen[one].known for one in run))):
                result[at] = lines[at]
    return tuple(result)


def is_chance(lines: tuple[Line, ...], index: int) -> bool:
    """Return True when a known line may well have been written anew: one short line on its own, not indented."""
    line = lines[index]
    if line.text[:1] in " \t|>":
        return False
    if len(_words(line.bare)) >= _BLOCK_WORDS:
        return False
    around = (_neighbour(lines, index, -1), _neighbour(lines, index, 1))
    return not any(near is not None and near.known for near in around)


def resembles_sent(line: Line, sent: SentWords) -> bool:
    """Return True when half of the line's neighbouring words are neighbours in what we sent, too."""
    pairs = list(pairwise(_words(line.bare)))
    return bool(pairs) and sum(pair in sent.pairs for pair in pairs) >= _RESEMBLES * len(pairs)


def cut_known(text: str, sent: SentWords, shown: SentWords | None = None) -> str:
    """Return the line without those runs of at least five words that stand in what we sent and not in ``shown``."""
    spans = (
        [match.span() for match in _WORD.finditer(text.casefold())]
        if len(text.casefold()) == len(text)
        else []
    )
    words = [text[start:end].casefold() for start, end in spans]
    kept, done = [], 0
    for start, end in _runs(words, sent):
        if end - start >= _RUN_WORDS and not (shown and _stands_in(words[start:end], shown)):
            kept.append(text[done : spans[start][0]])
            done = spans[end - 1][1]
    return "".join([*kept, text[done:]]) if kept else text


def word_count(line: Line) -> int:
    """Return how many words the line holds as they are counted here."""
    return len(_words(line.bare))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _line_key(line: Line) -> str:
    return " ".join(_words(line.bare)) or line.bare


def _has_all(covered: list[bool]) -> bool:
    return bool(covered) and all(covered)


def _covered(lines: tuple[Line, ...], sent: SentWords) -> list[list[bool]]:
    """Return for every line which of its words belong to a run of words we sent."""
    words: list[str] = []
    first: list[int] = []
    for line in lines:
        first.append(len(words))
        words.extend(_words(line.bare))
    starts = {*first, len(words)}
    covered = [False] * len(words)
    for start, end in _runs(words, sent):
        whole_line = start in starts and end in starts and sum(map(len, words[start:end])) >= _LINE_CHARS - 2
        if end - start >= _RUN_WORDS or whole_line:
            covered[start:end] = [True] * (end - start)
    return [covered[a:b] for a, b in pairwise([*first, len(words)])]


def _runs(words: list[str], sent: SentWords) -> Iterator[tuple[int, int]]:
    """Yield the longest runs of words that also stand in what we sent, left to right, none overlapping."""
    at = 0
    while at + _LINE_WORDS <= len(words):
        places = sent.places.get(tuple(words[at : at + _LINE_WORDS]), ())
        length = max((_common_length(words, at, sent.words, place) for place in places), default=0)
        if length:
            yield at, at + length
        at += length or 1


def _common_length(words: list[str], at: int, others: tuple[str, ...], place: int) -> int:
    length = 0
    while (
        at + length < len(words)
        and place + length < len(others)
        and words[at + length] == others[place + length]
    ):
        length += 1
    return length


def _stands_in(words: list[str], texts: SentWords) -> bool:
    return next(_runs(words, texts), (0, 0)) == (0, len(words))


def _known_runs(lines: tuple[Line, ...]) -> Iterator[list[int]]:
    """Yield the known lines that stand together, empty lines between them passed over."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if line.known:
            run.append(at)
        elif not line.blank and run:
            yield run
            run = []
    if run:
        yield run


def _is_short_between(lines: tuple[Line, ...], known: list[bool], at: int, sent: SentWords) -> bool:
    """Return True for a short or wordless line of ours that touches a line known to be ours."""
    key = _line_key(lines[at])
    if not key or key not in sent.lines:
        return False
    return any(0 <= near < len(lines) and known[near] for near in (at - 1, at + 1))


def _drawn_beside(lines: tuple[Line, ...], known: list[bool], sent: SentWords) -> list[bool]:
    """Return which wordless lines (a drawn rule, a lone bar) belong to known lines above or below, if they are ours."""
    found = [False] * len(lines)
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        beside = False
        for at in order:
            if known[at]:
                beside = True
            elif beside and not lines[at].blank:
                drawn = lines[at].bare.strip("| ")
                beside = not has_words(lines[at]) and (not drawn or drawn in sent.lines)
                found[at] = found[at] or beside
    return found


def _neighbour(lines: tuple[Line, ...], index: int, step: int) -> Line | None:
    """Return the next line with anything on it in one direction; at most two empty lines are passed over."""
    for distance in range(1, 4):
        at = index + step * distance
        if not 0 <= at < len(lines):
            return None
        if not lines[at].blank:
            return lines[at]
    return None
