"""Where earlier mails begin in a mail's lines: attributions, header blocks, separators, the reply delimiter."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inboxd.core.quoting_attribution import find_attribution
from inboxd.core.quoting_header_block import (
    find_header_block,
    find_separator,
    is_reply_delimiter,
    is_rule,
    skip_header_fields,
)
from inboxd.core.quoting_lines import Line, has_words

_GAP: Final = 3  # empty lines that may stand between the parts of one boundary


class BoundaryKind(StrEnum):
    """What announces the earlier mail."""

    ATTRIBUTION = "attribution"
    HEADER_BLOCK = "header block"
    ORIGINAL = "original message"
    FORWARD = "forwarded message"
    DELIMITER = "reply delimiter"
    CUT = "said by the HTML"


@dataclass(frozen=True, slots=True)
class Boundary:
    """Lines ``start`` to ``end`` (exclusive) announce an earlier mail that begins on line ``end``."""

    start: int
    end: int
    kind: BoundaryKind


def find_boundaries(lines: tuple[Line, ...], skip: frozenset[int]) -> tuple[Boundary, ...]:
    """Return all boundaries in order, none overlapping; lines in ``skip`` (code) and quoted lines hold none."""
    quote_next = _quote_next(lines)
    found: list[Boundary] = []
    index = floor = 0
    while index < len(lines):
        boundary = None if index in skip else _boundary_at(lines, index, quote_follows=quote_next[index])
        if boundary is None:
            index += 1
            continue
        start = _with_rules_above(lines, max(boundary.start, floor), floor)
        found.append(Boundary(start, boundary.end, boundary.kind))
        index = floor = max(boundary.end, index + 1)
    return tuple(found)


def _boundary_at(lines: tuple[Line, ...], index: int, *, quote_follows: bool) -> Boundary | None:
    """Return the boundary that stands on this line (an attribution: that ends on it)."""
    line = lines[index]
    if line.cut:
        return _cut(lines, index)
    if line.blank:
        return None
    if is_reply_delimiter(line) and (line.known or not line.quoted):
        return Boundary(index, index + 1, BoundaryKind.DELIMITER)
    if line.known:
        return None
    if not line.quoted:
        separator = find_separator(lines, index)
        if separator:
            kind = BoundaryKind.FORWARD if separator == "forward" else BoundaryKind.ORIGINAL
            return Boundary(index, _below(lines, index + 1), kind)
        end = find_header_block(lines, index)
        if end is not None:
            return Boundary(index, end, BoundaryKind.HEADER_BLOCK)
    start = find_attribution(lines, index, quote_follows=quote_follows)
    return None if start is None else Boundary(start, index + 1, BoundaryKind.ATTRIBUTION)


def _cut(lines: tuple[Line, ...], index: int) -> Boundary:
    """Return the boundary the HTML drew; the words below it say whether it is a forward."""
    below = index if not lines[index].blank else _next_written(lines, index)
    if below < len(lines) and find_separator(lines, below) == "forward":
        return Boundary(index, _below(lines, below + 1), BoundaryKind.FORWARD)
    return Boundary(index, _below(lines, index), BoundaryKind.CUT)


def _below(lines: tuple[Line, ...], index: int) -> int:
    """Return where a header block that follows (after empty lines) ends, or ``index`` when there is none."""
    below = index if index < len(lines) and not lines[index].blank else _next_written(lines, index)
    end = skip_header_fields(lines, below) if below < len(lines) and below - index <= _GAP else below
    return end if end > below else index


def _next_written(lines: tuple[Line, ...], index: int) -> int:
    while index < len(lines) and lines[index].blank:
        index += 1
    return index


def _with_rules_above(lines: tuple[Line, ...], start: int, floor: int) -> int:
    """Return the start moved up over a drawn line that belongs to the boundary (Outlook's 32 underscores)."""
    above = start
    while (
        above > floor
        and (lines[above - 1].blank or is_rule(lines[above - 1]))
        and not lines[above - 1].quoted
    ):
        above -= 1
        if is_rule(lines[above]):
            return above
        if start - above >= _GAP:
            break
    return start


def _quote_next(lines: tuple[Line, ...]) -> list[bool]:
    """Return for every line whether the next line with anything on it is a quoted one."""
    follows = [False] * len(lines)
    quoted = False
    for index in range(len(lines) - 1, -1, -1):
        follows[index] = quoted
        line = lines[index]
        if line.quoted or has_words(line) or not line.blank:
            quoted = line.quoted
    return follows
