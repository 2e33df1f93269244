"""Where a text may be cut: never inside what a reader sees as one character (UAX 29), and as wide as it is shown.

A Han character, a kana or a Hangul syllable takes two columns (UAX 11) and says about as much as two letters, so a line
of 90 columns is 45 of them.
"""

import functools
import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import regex

_BACK: Final = 64  # longer clusters are no writing
_WIDE: Final = frozenset("WF")


def cut(text: str, limit: int) -> str:
    """Return the beginning of ``text``, at most ``limit`` code points, no character taken apart."""
    if len(text) <= limit:
        return text
    start = max(0, limit - _BACK)
    near = text[start : limit + _BACK]
    if near.isascii() and "\r" not in near:
        return text[:limit]  # UAX 29 3.1.1: in ASCII only CR LF belong together
    end = limit
    for cluster in _cluster().finditer(text, start, limit + _BACK):
        if cluster.end() > limit:
            end = cluster.start()
            break
    return text[: end if end > start else limit]


def cut_to_columns(text: str, columns: int) -> str:
    """Return the beginning of ``text`` that fits into ``columns``, no character taken apart."""
    head = text[: columns + 1]
    if head.isascii():
        return text if len(head) <= columns else cut(text, columns)
    used = 0
    for at, char in enumerate(head):
        used += 2 if unicodedata.east_asian_width(char) in _WIDE else 1
        if used > columns:
            return cut(text, at)
    return text


@functools.cache
def _cluster() -> "regex.Pattern[Any]":
    import regex  # noqa: PLC0415  few texts are cut, and the front has none of its own

    return regex.compile(r"\X")
