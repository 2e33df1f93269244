"""A page of text as it is being written: lines that begin with quote marks and indentation, and blank lines between."""

import re

MAX_PREFIXES = 30  # deeper nesting repeats nothing useful, and would make the text quadratic in its depth
QUOTE_MARK = "> "

_NBSP = str.maketrans({"\xa0": " ", "\u2028": " ", "\u2029": " ", "\r": None, "\0": None})
_END_SPACE = re.compile(r"[ \t]+$")


class TextPage:
    """Collects inline text into lines. Blank lines never stand first, last, or two after one another."""

    __slots__ = ("_blank", "_blank_wanted", "_bullet", "_line", "_lines", "_prefixes", "_written")

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._prefixes: list[str] = []
        self._bullet = ""
        self._blank_wanted = False
        self._blank = True
        self._written = 0

    @property
    def position(self) -> tuple[int, int]:
        """Return how much has been written; equal positions mean nothing was written between them."""
        return len(self._lines), self._written

    @property
    def ends_with_space(self) -> bool:
        """Return True when further white space would not be seen."""
        return not self._line or self._line[-1][-1] == " "

    def write(self, text: str) -> None:
        """Append inline text; it must hold no line break."""
        if text:
            self._line.append(text)
            self._written += len(text)

    def line_since(self, mark: tuple[int, int]) -> str | None:
        """Return what was written since ``mark`` was the position, None when it has spread over several lines."""
        if mark[0] != len(self._lines):
            return None
        wanted, pieces = self._written - mark[1], []
        for piece in reversed(self._line):
            if wanted <= 0:
                break
            pieces.append(piece)
            wanted -= len(piece)
        return "".join(reversed(pieces))

    def end_line(self) -> None:
        """Begin a new line unless at the start of one."""
        if self._line:
            self._flush("".join(self._line).translate(_NBSP))

    def line_break(self) -> None:
        """Begin a new line; at the start of a line this leaves a blank one."""
        if self._line:
            self.end_line()
        else:
            self._blank_wanted = True

    def paragraph(self) -> None:
        """Begin a new line with a blank one before it."""
        self.end_line()
        self._blank_wanted = True

    def indent(self, prefix: str, bullet: str = "") -> bool:
        """Let the lines to come begin with ``prefix``, the first one with ``bullet`` instead; False past the limit."""
        self.end_line()
        if len(self._prefixes) >= MAX_PREFIXES:
            return False
        self._break_blank()
        self._prefixes.append(prefix)
        self._bullet = bullet
        return True

    def outdent(self) -> None:
        """Undo the latest ``indent``."""
        self.end_line()
        self._prefixes.pop()
        self._bullet = ""

    def text(self) -> str:
        """Return the page, without blank lines at its end."""
        self.end_line()
        return "\n".join(self._lines).rstrip()

    def _break_blank(self) -> None:
        # A blank line that was asked for outside of a quote does not carry the mark of the quote.
        if self._blank_wanted and not self._blank:
            self._lines.append("".join(self._prefixes).rstrip())
            self._blank = True
        self._blank_wanted = False

    def _flush(self, content: str) -> None:
        content = _END_SPACE.sub("", content)
        self._line.clear()
        self._written = 0
        if not content.strip():
            self._blank_wanted = True
            return
        self._break_blank()
        prefixes = self._prefixes
        if self._bullet:
            prefixes, self._bullet = [*prefixes[:-1], self._bullet], ""
        self._lines.append("".join(prefixes) + content)
        self._blank = False
