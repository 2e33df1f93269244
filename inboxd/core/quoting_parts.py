"""To which part of a mail each line belongs: written now, or quoted from an earlier mail.

A quoted line is never written now, and a line between quoted lines always is. Only where an earlier mail stands
below a boundary without any marks does everything to the end count as quoted, unless our sent mails tell better.
"""

import re
from dataclasses import replace
from enum import StrEnum
from typing import Final

from inboxd.core.quoting_boundaries import Boundary, BoundaryKind
from inboxd.core.quoting_lines import Line, has_words
from inboxd.core.sent_diff import is_chance, word_count

_WRAP_WIDTH: Final = 66  # clients wrap at 72 to 80 columns; the next word did not fit
_MOSTLY: Final = 0.5
_FIRST_LINES: Final = 5
_TERMINAL: Final = (".", "?", "!", ":", ";", "…", "。", "？", "！")
_ONLY_LINK: Final = re.compile(r"[(<\[]?(?:https?://|mailto:)\S{1,500}[)>\]]?\s?>?")


class Part(StrEnum):
    """What a line is, seen from the person who sent the mail."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


def mend_quotes(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines with those marked as quoted that only lost their ``>`` when a client wrapped them."""
    mended = list(lines)
    for at in range(1, len(lines) - 1):
        above, line, below = mended[at - 1], mended[at], mended[at + 1]
        if above.quoted and below.quoted and not line.quoted and not line.blank and _continues(above, line):
            mended[at] = replace(line, quoted=True)
    return tuple(mended)


def part_lines(
    lines: tuple[Line, ...], boundaries: tuple[Boundary, ...], *, keep_forwards: bool, strict: bool
) -> list[Part]:
    """Return the part of every line: NEW or QUOTED.

    ``keep_forwards``: a forwarded mail is what the person wants to show, so it stays NEW. ``strict``: when in doubt
    a line is quoted (for text that goes on to a customer).
    """
    parts = [Part.QUOTED if line.quoted else Part.NEW for line in lines]
    _restore_chance(lines, boundaries, parts, strict=strict)
    for number, boundary in enumerate(boundaries):
        if boundary.kind is BoundaryKind.FORWARD and keep_forwards:
            return _fill(parts, boundary.start, Part.NEW)
        _mark(parts, boundary)
        following = boundaries[number + 1].start if number + 1 < len(boundaries) else len(lines)
        if not _is_bare(lines, boundary.end) or _is_ours(lines[boundary.end : following]):
            continue
        if number == 0 and not strict and not _written(lines, parts, boundary.start):
            return _fill(parts, boundary.start, Part.NEW)
        return _fill(parts, boundary.end, Part.QUOTED)
    return parts


def _continues(above: Line, line: Line) -> bool:
    """Return True when ``line`` is the rest of the quoted line above: wrapped, inside brackets, or a lone link."""
    if above.known:
        return False  # our line ends here, as we know
    if above.bare.count("(") > above.bare.count(")") and ")" in line.bare:
        return True
    if _ONLY_LINK.fullmatch(line.bare):
        return True
    first = line.bare.partition(" ")[0]
    full = len(above.text.rstrip()) + 1 + len(first) >= _WRAP_WIDTH
    return (
        full
        and not above.bare.endswith(_TERMINAL)
        and not line.bare[:1].isupper()
        and line.bare[:1].isalnum()
    )


def _restore_chance(
    lines: tuple[Line, ...], boundaries: tuple[Boundary, ...], parts: list[Part], *, strict: bool
) -> None:
    """Give back a short line that equals one of ours by chance ("Thank you for your help")."""
    if strict:
        return
    end = boundaries[0].start if boundaries else len(lines)
    for at in range(end):
        if lines[at].known and is_chance(lines, at):
            parts[at] = Part.NEW


def _mark(parts: list[Part], boundary: Boundary) -> None:
    parts[boundary.start : boundary.end] = [Part.QUOTED] * (boundary.end - boundary.start)


def _fill(parts: list[Part], start: int, part: Part) -> list[Part]:
    parts[start:] = [part] * (len(parts) - start)
    return parts


def _is_bare(lines: tuple[Line, ...], start: int) -> bool:
    """Return True when the first line with anything on it below a boundary carries no quote mark."""
    for line in lines[start:]:
        if not line.blank or line.quoted:
            return not line.quoted
    return False


def _is_ours(lines: tuple[Line, ...]) -> bool:
    """Return True when what stands below a boundary is a mail we sent: then what we did not write are answers."""
    written = [line for line in lines if not line.blank]
    known = sum(word_count(line) for line in written if line.known)
    return any(line.known for line in written[:_FIRST_LINES]) or known > _MOSTLY * sum(
        map(word_count, written)
    )


def _written(lines: tuple[Line, ...], parts: list[Part], end: int) -> bool:
    return any(parts[at] is Part.NEW and (has_words(lines[at]) or not lines[at].blank) for at in range(end))
