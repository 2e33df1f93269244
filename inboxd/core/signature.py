"""Signatures and disclaimers in what a person wrote now: set apart, never lost.

Only what is sure is set apart: after the delimiter of RFC 3676 4.3, what programs add, what the HTML calls a
signature, and the closing lines this sender also ended his earlier mails with. A sign-off ("Regards, Ann") stays.
"""

from collections.abc import Iterator
from typing import Final

from inboxd.core.quoting_header_block import is_rule
from inboxd.core.quoting_lines import Line
from inboxd.core.quoting_parts import Part
from inboxd.core.signature_words import (
    DISCLAIMER_HEADING,
    LIST_FOOTER,
    count_legal_cues,
    is_mobile_signature,
)

_MAX_LINES: Final = 15
_MAX_FOOTER: Final = 6
_MAX_LEARNT: Final = 12
_MIN_LEARNT: Final = 2
_CLOSING_CHARS: Final = 60
_DISCLAIMER_CHARS: Final = 100
_DISCLAIMER_CJK: Final = 40
_CUES: Final = 3
_DISCLAIMER_LOOK: Final = 4000
_LEGAL_CHARS: Final = 40
_SENTENCE_WORDS: Final = 4
_FIRST_CJK: Final = 0x2E80
_SHORT_RULES: Final = frozenset({"__", "---", "___"})


def part_signatures(
    lines: tuple[Line, ...], parts: list[Part], skip: frozenset[int], learnt: tuple[str, ...]
) -> list[Part]:
    """Return the parts with signatures and disclaimers told apart from the new text.

    ``learnt`` are the closing lines of the sender's usual signature (``learn_signature``); ``skip`` holds code.
    """
    result = list(parts)
    for start, end in _stretches(parts):
        _mark_delimited(lines, result, start, end, skip)
        _mark_programs(lines, result, start, end, skip)
        _mark_learnt(lines, result, start, end, learnt)
        _mark_disclaimers(lines, result, start, end)
    return result if _any_text(lines, result) else _without_signatures(parts, result, lines)


def learn_signature(endings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the closing lines all these texts of one sender share, compared by words; empty when there are none.

    One earlier text is enough to compare the mail in hand with; two must agree with each other.
    """
    tails = [tail for tail in map(_closing, reversed(endings)) if tail]
    if not tails:
        return ()
    common = tails[0]
    for tail in tails[1:]:
        shared = _shared_tail(common, tail)
        if len(shared) >= _MIN_LEARNT:
            common = shared
    return common


def _stretches(parts: list[Part]) -> Iterator[tuple[int, int]]:
    """Yield the runs of consecutive NEW lines."""
    start = None
    for index, part in enumerate([*parts, Part.QUOTED]):
        new = part is Part.NEW
        if new and start is None:
            start = index
        elif not new and start is not None:
            yield start, index
            start = None


def _mark_delimited(
    lines: tuple[Line, ...], parts: list[Part], start: int, end: int, skip: frozenset[int]
) -> None:
    """Mark what follows ``-- `` (RFC 3676 4.3), where it is short enough to be a signature, and list footers."""
    if any(lines[index].signature for index in range(start, end)):
        _mark_signed(lines, parts, start, end)
        return
    chosen, below, footer = end, 0, False
    for index in range(end - 1, start - 1, -1):
        bare = lines[index].bare
        if index in skip or below > _MAX_LINES:
            break
        if _delimits(lines, index, end) or (
            footer and below <= _MAX_FOOTER and _is_footer_rule(lines[index])
        ):
            chosen = index
        below += bool(bare) and not _is_legal(bare)
        footer = footer or LIST_FOOTER.search(bare) is not None
    parts[chosen:end] = [Part.SIGNATURE] * (end - chosen)


def _delimits(lines: tuple[Line, ...], index: int, end: int) -> bool:
    """Return True for ``-- ``; without its space it must be the last of its kind, and no question below it."""
    if lines[index].bare != "--":
        return False
    below = [line.bare for line in lines[index + 1 : end]]
    return lines[index].text.endswith((" ", "\xa0")) or not any(
        bare == "--" or bare.endswith(("?", "？")) for bare in below
    )


def _is_footer_rule(line: Line) -> bool:
    return line.bare in _SHORT_RULES or is_rule(line)


def _mark_signed(lines: tuple[Line, ...], parts: list[Part], start: int, end: int) -> None:
    """Mark what the HTML calls a signature, and the delimiter right above it; so long a one holds written text."""
    signed = (line.bare for line in lines[start:end] if line.signature)
    if sum(bool(bare) and not _is_legal(bare) for bare in signed) > _MAX_LINES:
        return
    for index in range(start, end):
        delimiter = lines[index].bare == "--" and any(line.signature for line in lines[index + 1 : index + 3])
        if lines[index].signature or delimiter:
            parts[index] = Part.SIGNATURE


def _mark_programs(
    lines: tuple[Line, ...], parts: list[Part], start: int, end: int, skip: frozenset[int]
) -> None:
    for index in range(start, end):
        if index not in skip and lines[index].bare and is_mobile_signature(lines[index].bare):
            parts[index] = Part.SIGNATURE


def _mark_learnt(
    lines: tuple[Line, ...], parts: list[Part], start: int, end: int, learnt: tuple[str, ...]
) -> None:
    """Mark the closing lines when at least two of them are the sender's usual ones."""
    wanted = list(learnt)
    first, found = end, 0
    for index in range(end - 1, start - 1, -1):
        bare = _key(lines[index].bare)
        if not bare or parts[index] is not Part.NEW:
            continue
        if not wanted or wanted.pop() != bare:
            break
        first, found = index, found + 1
    if found >= _MIN_LEARNT and first > start:
        parts[first:end] = [Part.SIGNATURE] * (end - first)


def _mark_disclaimers(lines: tuple[Line, ...], parts: list[Part], start: int, end: int) -> None:
    """Mark the legal paragraphs a stretch ends with."""
    for first, last in reversed(list(_paragraphs(lines, start, end))):
        text = " ".join(lines[index].bare for index in range(first, last))
        if not _is_disclaimer(text):
            if all(parts[index] is Part.SIGNATURE or is_rule(lines[index]) for index in range(first, last)):
                continue
            break
        parts[first:last] = [Part.DISCLAIMER] * (last - first)


def _paragraphs(lines: tuple[Line, ...], start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for index in range(start, end + 1):
        if index == end or lines[index].blank:
            if index > first:
                yield first, index
            first = index + 1


def _is_disclaimer(text: str) -> bool:
    needed = _DISCLAIMER_CJK if text and ord(text[len(text) // 2]) > _FIRST_CJK else _DISCLAIMER_CHARS
    if len(text) < needed:
        return DISCLAIMER_HEADING.fullmatch(text.rstrip(":： ")) is not None
    cues = count_legal_cues(text[:_DISCLAIMER_LOOK])
    return cues + 2 * (DISCLAIMER_HEADING.match(text) is not None) >= _CUES


def _is_legal(bare: str) -> bool:
    return len(bare) > _LEGAL_CHARS and count_legal_cues(bare) > 0


def _any_text(lines: tuple[Line, ...], parts: list[Part]) -> bool:
    return any(part is Part.NEW and not line.blank for line, part in zip(lines, parts, strict=True))


def _without_signatures(before: list[Part], after: list[Part], lines: tuple[Line, ...]) -> list[Part]:
    """Return the parts for a mail that is nothing but signature: that of a program stays apart, the rest is text."""
    return [
        new if is_mobile_signature(line.bare) else old
        for old, new, line in zip(before, after, lines, strict=True)
    ]


def _closing(text: str) -> tuple[str, ...]:
    """Return the last lines of a text up to the first that reads like a sentence."""
    tail: list[str] = []
    for line in reversed(text.splitlines()[-4 * _MAX_LEARNT :]):
        key = _key(" ".join(line.split()))
        if not key:
            continue
        sentence = len(key) > _CLOSING_CHARS or (
            key.endswith((".", "?", "!")) and len(key.split()) > _SENTENCE_WORDS
        )
        if sentence or len(tail) >= _MAX_LEARNT:
            break
        tail.append(key)
    return tuple(reversed(tail))


def _shared_tail(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return one[len(one) - count :]


def _key(bare: str) -> str:
    return bare.casefold()
