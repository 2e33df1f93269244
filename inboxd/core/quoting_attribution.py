"""Attribution lines: "On … wrote:" and its kin in any language.

Known verbs are one sign, but not the only one: a date, an address and a colon at the end say the same in languages
no table holds. A candidate is a run of at most six lines and 600 characters, so the search is linear whatever comes.
"""

import re
from itertools import zip_longest
from typing import Final

from inboxd.core.quoting_lines import ADDRESS, LINE_LIMIT, Line, read_line
from inboxd.core.quoting_words import OPENERS, PRONOUNS, WROTE, WROTE_WITHIN

MAX_LINES: Final = 6  # as talon's SPLITTER_MAX_LINES
_NAME_WORDS: Final = 5
_LAST_LATIN: Final = 0x24F

_WORD: Final = re.compile(r"[^\W\d_]{1,20}")
_END: Final = 40
_ENDS_WITH_ADDRESS: Final = re.compile(r"@[^\s<>()\[\]\"',;:]{1,255}[>)\]\"' ]{1,8}[:：]?$")
_COLON: Final = re.compile(r"[:：]\s?$")
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[:.h]\d{2})(?!\d)|[年月日년월일]"
)
_START: Final = re.compile(
    r"[(\"'“«\[]?(?:[^\W\d][^\s\d]{0,18}\s{1,2}){0,5}(?:[^\W\d]{1,3}-)?\(?\d{1,4}(?:st|nd|rd|th|er|re|º|ª|am|pm|h)?(?![A-Za-z0-9_@])"
)
_FIRST_WORD: Final = re.compile(r"[(\"'“«\[]?([^\W\d][^\s]{0,18})")
_NAME_FIRST: Final = re.compile(r"[A-ZÀ-ÞĀ-Ž]\w{1,20}[ ]{1,2}[A-ZÀ-ÞĀ-Ž]\w{0,20}\s")
_DASHED: Final = re.compile(r"^-{2,}.{3,200}-{2,}$")
_TAIL: Final = re.compile(r"^>\s{0,2}(?:\S{1,12}\s?){0,3}[:：]?$")


def find_attribution(lines: tuple[Line, ...], end: int, *, quote_follows: bool) -> int | None:
    """Return the index of the first line of an attribution that ends on line ``end``, or None.

    ``quote_follows`` says that quoted text stands right below: then a name and a verb are enough.
    """
    if not _may_end(lines, end, quote_follows=quote_follows):
        return None
    joined, weak = "", None
    for start in range(end, max(end - MAX_LINES, -1), -1):
        piece = _piece(lines, start, end)
        if piece is None:
            break
        joined = f"{piece} {joined}".strip()
        if len(joined) > LINE_LIMIT:
            break
        strength = _strength(joined, single=start == end, quote_follows=quote_follows)
        if strength == "strong":
            return _with_open_bracket(lines, start)
        if strength == "weak" and weak is None:
            weak = start
    return None if weak is None else _with_open_bracket(lines, weak)


def split_shared_lines(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines with an attribution that a client glued to the answer on a line of its own.

    Such as ``reply--- On Wed, Apr 4, 2012 at 3:59 PM, me@example.org wrote:``; only above a quoted line.
    """
    result: list[Line] = []
    for line, below in zip_longest(lines, lines[1:]):
        at = _shared_at(line) if below is not None and below.quoted else 0
        result.extend((read_line(line.text[:at]), read_line(line.text[at:])) if at else (line,))
    return tuple(result)


def _may_end(lines: tuple[Line, ...], end: int, *, quote_follows: bool) -> bool:
    bare = lines[end].bare
    if len(lines[end].text) > LINE_LIMIT or (lines[end].quoted and not _closes_bracket(lines, end)):
        return False
    if _COLON.search(bare) or _ends_with_verb(bare):
        return True
    return quote_follows and _ENDS_WITH_ADDRESS.search(bare) is not None


def _closes_bracket(lines: tuple[Line, ...], end: int) -> bool:
    """Return True for a line like ``>:`` that closes the ``<`` of the line above and is no quotation at all."""
    if not _TAIL.match(lines[end].text.strip()) or lines[end].known:
        return False
    above = "".join(line.bare for line in lines[max(0, end - 2) : end] if not line.quoted)
    return above.count("<") > above.count(">")


def _piece(lines: tuple[Line, ...], start: int, end: int) -> str | None:
    """Return the text of one more line upwards, or None where an attribution cannot reach further."""
    line = lines[start]
    if line.blank and not line.quoted:
        # Polymail leaves an empty line before "<".
        return "" if start < end and lines[start + 1].bare.startswith("<") else None
    if line.quoted:
        return line.text.strip()[:LINE_LIMIT] if _closes_bracket(lines, start) else None
    return None if start < end and line.bare.endswith((":", "：")) else line.bare


def _with_open_bracket(lines: tuple[Line, ...], start: int) -> int:
    """Return the start moved up over lines that end with the ``<`` or ``(`` before the address."""
    while start > 0 and not lines[start - 1].quoted and lines[start - 1].bare.endswith(("<", "(")):
        start -= 1
    return start


def _strength(text: str, *, single: bool, quote_follows: bool) -> str:
    """Return "strong", "weak" (the lines above may still belong to it) or "" for no attribution."""
    inner = text.strip("-–—*_ \t")
    verb = _has_verb(inner)
    address = ADDRESS.search(inner) is not None
    colon = _COLON.search(inner) is not None
    dated = _DATE.search(inner) is not None
    dashed = _DASHED.match(text) is not None
    ends = colon or _ends_with_verb(inner)
    starts = _START.match(inner) is not None and ((single and address) or _opens(inner))
    if starts and address and not verb:
        named = dated and _ENDS_WITH_ADDRESS.search(inner) is not None
        return "strong" if named and (colon or quote_follows) else ""
    if starts and verb and ends and (address or dated):
        return "strong" if address or colon or dashed or quote_follows else ""
    if verb and (dashed or (address and ends and (dated or quote_follows))):
        return "weak"
    if quote_follows and address and dated and colon:
        return "weak"
    if verb and dated and colon and (quote_follows or _NAME_FIRST.match(inner)):
        return "weak"
    named = quote_follows and colon and _ends_with_verb(inner) and _is_name(inner)
    return "weak" if named else ""


def _is_name(text: str) -> bool:
    """Return True for "John Doe wrote:", False for "As you said:", with which a person introduces his own citation."""
    words = text.split()
    return len(words) <= _NAME_WORDS and PRONOUNS.isdisjoint(word.casefold() for word in words)


def _has_verb(text: str) -> bool:
    folded = text.casefold()
    return not WROTE.isdisjoint(_WORD.findall(folded)) or any(verb in folded for verb in WROTE_WITHIN)


def _ends_with_verb(text: str) -> bool:
    """Return True when one of the last two words is a verb: two, for "napsal(a)" and its like."""
    end = text[-_END:].casefold()
    return not WROTE.isdisjoint(_WORD.findall(end)[-2:]) or any(
        verb in end[-_END // 3 :] for verb in WROTE_WITHIN
    )


def _opens(text: str) -> bool:
    """Return True when the first word is one with which clients open an attribution: a date, a day, "On"."""
    match = _FIRST_WORD.match(text)
    if match is None:
        return True  # a digit: the date itself
    word = match.group(1)
    return word.endswith((",", ".")) or word.casefold() in OPENERS or ord(word[0]) > _LAST_LATIN


def _shared_at(line: Line) -> int:
    """Return where in a line an attribution begins that is not its own beginning, or 0."""
    text = line.text
    if line.quoted or len(text) > LINE_LIMIT or not text.rstrip().endswith("wrote:"):
        return 0
    at = text.rfind("On ")
    glued = at > 0 and _START.match(text[at:]) and _DATE.search(text[at:])
    return len(text[:at].rstrip(" -")) if glued else 0
