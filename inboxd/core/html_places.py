"""Which nodes of an HTML tree each line of its text comes from: the way back from a line to its mark-up.

The tree is one with marks in it (``core/quoting_html.py``), so that its segments are the very lines in which the
quote finder reads the same mail.
"""

from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from inboxd.core.html_text import write_node
from inboxd.core.html_writer import HtmlWriter
from inboxd.core.quoting_html import CLOSE, MARKS, OPEN, SIGN, SPLIT_MARKS, UNSIGN
from inboxd.core.text_page import TextPage

_SPACES: Final = " \t\r\n\f\xa0\u200b\ufeff"
# Seen without being text: they stay or go with the text around them.
_SILENT: Final = frozenset({"br", "img"})


@dataclass(frozen=True, slots=True)
class Segment:
    """One line, or the part of it between two marks; ``key`` is its text without white space differences."""

    key: str
    quoted: bool
    signature: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A node that is seen, in document order, and the segments it is written on (none: an image, a break, a blank)."""

    node: LexborNode
    segments: tuple[int, ...]
    quoted: bool
    signature: bool


@dataclass(frozen=True, slots=True)
class Places:
    """All segments of a tree's text, and all nodes they come from. ``node`` of a place lives as long as its tree."""

    segments: tuple[Segment, ...]
    places: tuple[Place, ...]


def find_places(tree: LexborHTMLParser) -> Places:
    """Return the segments of a marked tree's text with the nodes they come from; what is hidden has no place."""
    writer = _PlacingWriter()
    if tree.root is not None:
        write_node(tree.root, writer)
    return _settle(writer.seen, writer.rows.rows)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A node as it was written: from row to row (exclusive); ``row`` None for one that writes nothing."""

    node: LexborNode
    text: str
    first: int
    end: int


class _RowPage(TextPage):
    """A page that remembers its lines with anything on them, one after the other."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []

    def _flush(self, content: str) -> None:
        super()._flush(content)
        if content.strip():
            self.rows.append(self._lines[-1])


class _PlacingWriter(HtmlWriter):
    """A writer that notes on which rows each node was written."""

    __slots__ = ("rows", "seen")

    def __init__(self) -> None:
        super().__init__()
        self.page = self.rows = _RowPage()
        self.seen: list[_Seen] = []

    def begin(self, node: LexborNode) -> bool:
        """Write the node and note where."""
        tag = node.tag or ""
        before = len(self.rows.rows)
        entered = super().begin(node)
        after = len(self.rows.rows)
        if tag == "-text":
            self.seen.append(self._text(node, before, after))
        elif tag == "hr" and entered:
            self.seen.append(_Seen(node, "-", after - 1, after))
        elif tag in _SILENT and (entered or tag == "br"):
            self.seen.append(_Seen(node, "", before, before))
        return entered

    def _text(self, node: LexborNode, before: int, after: int) -> _Seen:
        text = node.text_content or ""
        if not text.strip(_SPACES):
            return _Seen(node, text, before, before)
        ends_line = self._preformatted and not text.rpartition("\n")[2].strip(_SPACES)
        return _Seen(node, text, before, after if ends_line else after + 1)


def _settle(seen: list[_Seen], rows: list[str]) -> Places:
    """Follow the marks through the nodes, as ``quoting_html`` follows them through the text."""
    split = [SPLIT_MARKS.split(row)[::2] for row in rows]
    firsts = _first_numbers(split)
    segments = [Segment(_key(piece), quoted=False, signature=False) for row in split for piece in row]
    places: list[Place] = []
    depth, signed, row, marks = 0, False, -1, 0
    for one in seen:
        if one.first != row:
            row, marks = one.first, 0
        if one.text in MARKS and one.text:
            marks += 1
            depth = max(depth + (one.text == OPEN) - (one.text == CLOSE), 0)
            signed = one.text == SIGN or (signed and one.text != UNSIGN)
            continue
        numbers = _numbers(one, firsts, split, marks)
        for number in numbers:
            segments[number] = Segment(segments[number].key, depth > 0, signed)
        if one.end - one.first > 1:
            row, marks = one.end - 1, 0
        places.append(Place(one.node, numbers, depth > 0, signed))
    return Places(tuple(segments), tuple(places))


def _first_numbers(split: list[list[str]]) -> list[int]:
    """Return for every row the number of its first segment."""
    numbers, total = [], 0
    for pieces in split:
        numbers.append(total)
        total += len(pieces)
    return numbers


def _numbers(one: _Seen, firsts: list[int], split: list[list[str]], marks: int) -> tuple[int, ...]:
    """Return the segments a node is written on: behind the marks of its first row, at the start of the others."""
    rows = range(one.first, min(one.end, len(firsts)))
    return tuple(firsts[row] + (min(marks, len(split[row]) - 1) if row == one.first else 0) for row in rows)


def _key(piece: str) -> str:
    return " ".join(piece.split())
