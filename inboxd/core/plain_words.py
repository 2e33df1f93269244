"""A stranger's words made safe to show: what they say stays, what they could do to the page or the line goes."""

import re

from inboxd.core.text_cut import cut, cut_to_columns

# Process-internal marks of core/mail_html.py (Unicode noncharacters): no input may carry them.
PARKED_OPEN = "\ufdd0"
PARKED_CLOSE = "\ufdd1"

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Overrides that make a name or a subject read backwards (UAX 9): of use in a paragraph, an attack in a line.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_NO_NAME = re.compile(r"[0-9@/\\:;!?<>\[\]{}|%#=&$€£]|www\.|\.[a-z]{2}", re.IGNORECASE)
_NAME_LIMIT = 50
_CUT = "[…]"
_LINE_SCAN = 8000


def inline(value: object, limit: int = 400) -> str:
    """Return ``value`` as one line of at most ``limit`` columns, ``…`` where it was cut; None is nothing."""
    text = "" if value is None else str(value)[:_LINE_SCAN]
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", _DIRECTION.sub("", text))
    line = " ".join(text.split())
    return line if cut_to_columns(line, limit) == line else f"{cut_to_columns(line, limit - 1).rstrip()}…"


def as_name(value: object) -> str:
    """Return a display name that can follow ``Hello``, or the empty string.

    Whoever forges a sender also chooses his name: what reads like a link, an address or a sentence is no name.
    """
    name = inline(value)
    return "" if len(name) > _NAME_LIMIT or _NO_NAME.search(name) else name


def paragraphs(value: object, limit: int) -> str:
    """Return ``value`` with its lines kept, at most one blank line between them, at most ``limit`` characters.

    A longer text is cut at the end of a line where one is near, and ends in ``[…]``.
    """
    whole = str(value)
    text = _LINE_ENDS.sub("\n", whole[: limit * 2])
    text = _BLANK_LINES.sub("\n\n", _INVISIBLE.sub("", text)).strip("\n").rstrip()
    if len(text) <= limit and len(whole) <= limit * 2:
        return text
    head = cut(text, limit)
    line_end = head.rfind("\n", limit - limit // 5)
    return f"{head[:line_end].rstrip() if line_end > 0 else head.rstrip()}\n{_CUT}"


def without_marks(text: str) -> str:
    """Return trusted text without what no text may carry: controls and the marks of core/mail_html.py."""
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
