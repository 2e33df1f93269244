"""Lines of a mail as the quote finder sees them: cleaned for comparison, with what the HTML said about them."""

import re
from dataclasses import dataclass
from typing import Final

# Only so much of a line is ever looked at, so that a 64 KB line costs no more than a short one.
LINE_LIMIT: Final = 600

ADDRESS: Final = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,255}")

# Marks of direction and width that clients scatter into attribution lines (Hebrew and Arabic ones above all).
_INVISIBLE: Final = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad",
    )
)
_QUOTE_MARK: Final = re.compile(r"[ \t]{0,3}>")
_QUOTE_MARKS: Final = re.compile(r"(?:[ \t]{0,3}>){1,40}[ \t]?")
_FENCE: Final = re.compile(r"[ \t]{0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: as written, as compared, and what is known of it before any word is read.

    ``quoted`` says that marks, a container of the HTML or our own sent mail show it to be an earlier mail's;
    ``known`` that it stands in a mail we sent; ``signature`` and ``cut`` come from the HTML: part of a signature,
    and "from here on an earlier mail".
    """

    text: str
    bare: str
    quoted: bool = False
    known: bool = False
    signature: bool = False
    cut: bool = False

    @property
    def blank(self) -> bool:
        """Return True when nothing but white space (or quote marks) stands on the line."""
        return not self.bare


def read_line(text: str, *, quoted: bool = False, signature: bool = False, cut: bool = False) -> Line:
    """Return the line with its comparison form; a leading ``>`` (RFC 3676 4.5) makes it quoted."""
    shown = text[:LINE_LIMIT].replace("\xa0", " ").replace("\u3000", " ").translate(_INVISIBLE)
    marked = _QUOTE_MARK.match(shown) is not None
    bare = _QUOTE_MARKS.sub("", shown, count=1) if marked else shown
    return Line(text, " ".join(bare.split()), quoted or marked, signature=signature, cut=cut)


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a plain text; CR LF, bare CR and the Unicode line ends all end a line."""
    return tuple(read_line(line) for line in text.splitlines())


def fenced(lines: tuple[Line, ...]) -> frozenset[int]:
    """Return the indices of lines inside closed code fences (Markdown): whatever stands there was written now."""
    inside: set[int] = set()
    opened = -1
    for index, line in enumerate(lines):
        if (line.quoted and opened < 0) or not _FENCE.match(line.text[:8]):
            continue
        if opened < 0:
            opened = index
        else:
            inside.update(range(opened, index + 1))
            opened = -1
    return frozenset(inside)


def has_words(line: Line) -> bool:
    """Return True when the line holds a letter or digit in any script."""
    return any(char.isalnum() for char in line.bare)
