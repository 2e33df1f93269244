"""Bounds on HTML before a tree is built of it.

The tree builder is linear on the HTML people write, but quadratic in the depth of open blocks (100,000 nested ``div``
take 15 s, ``ul``/``li`` 100 s) and in the attributes of one tag (100,000 take 17 s): measured, and never needed.
"""

import re
from collections import Counter

MAX_HTML = 2_000_000
MAX_BLOCKS = 30_000
MAX_NESTING = 500

_HARMLESS = 10_000  # characters that take no time whatever they hold
_MAX_ATTRIBUTES = 500
_MAX_DATA = 1_000

_DATA_URI = re.compile(rf"data:[\w/+.;=-]{{1,80}},[A-Za-z0-9+/=%\s-]{{{_MAX_DATA},}}+")
_BLOCK = re.compile(
    r"<(/?)(div|blockquote|ul|ol|dl|section|article|center|details|dir|menu|fieldset|main|nav|aside|header|footer"
    r"|address|figure|figcaption|hgroup|summary|search|dialog|listing|pre|li|dd|dt|a)(?![a-z0-9-])",
    re.IGNORECASE,
)
_CLOSED_BY_NEXT = frozenset(("li", "dd", "dt", "a"))
# HTML 13.2.5, possessive throughout, so that every character is looked at once: what is not shown (comments, their
# broken forms, elements whose content is no HTML) becomes a blank, of a tag the attributes past the limit go.
_UNSEEN = (
    r"<!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    r"|<(?:!|\?|/(?![a-zA-Z]))[^>]*+(?:>|\Z)"
    r"|<(?P<raw>script|style|xmp|iframe|noembed|noframes|textarea|title|plaintext)(?=[\s/>])(?s:.*?)(?:</(?P=raw)[^>]*+>|\Z)"
)
_ATTRIBUTE = (
    r"(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+|=)"
)
_TAG = re.compile(
    rf"{_UNSEEN}|(?P<tag></?[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{0,{2 * _MAX_ATTRIBUTES}}}+)(?P<rest>{_ATTRIBUTE}*+)",
    re.IGNORECASE,
)


def bound_html(html: str, limit: int = MAX_HTML) -> tuple[str, tuple[str, ...]]:
    """Return ``html`` as far as it can be read in bounded time, and what was left out (empty when nothing was)."""
    if len(html) <= min(_HARMLESS, limit):
        return html, ()
    defects = []
    if len(html) > limit:
        html = _DATA_URI.sub("data:,", html)
    if len(html) > limit:
        html = html[:limit]
        defects.append(f"HTML of more than {limit} characters: the rest was not read")
    html = _TAG.sub(lambda match: match["tag"] or " ", html)
    cut = _block_past_limits(html)
    if cut is not None:
        html = html[:cut]
        defects.append("HTML with too many blocks, or nested too deeply: the rest was not read")
    return html, tuple(defects)


def _block_past_limits(html: str) -> int | None:
    """Return where the limits are reached. Elements are counted by name: a wrong end tag ends nothing."""
    seen = 0
    depth = 0
    open_blocks: Counter[str] = Counter()
    for match in _BLOCK.finditer(html):
        name = match[2].lower()
        if not match[1]:
            seen += 1
            if name not in _CLOSED_BY_NEXT:
                open_blocks[name] += 1
                depth += 1
        elif open_blocks[name]:
            open_blocks[name] -= 1
            depth -= 1
        if seen > MAX_BLOCKS or depth > MAX_NESTING:
            return match.start()
    return None
