"""Bounds on HTML before a tree is built of it.

The tree builder is linear on the HTML people write, but quadratic in the depth of open blocks (100,000 nested ``div``
take 15 s, ``ul``/``li`` 100 s) and in the attributes of one tag (100,000 take 17 s): both are measured, neither is
ever needed.
"""

import re

MAX_HTML = 8_000_000
MAX_BLOCKS = 30_000
_MAX_ATTRIBUTES = 500
_HARMLESS = 60_000  # characters that can do no harm whatever they hold

_BLOCK = re.compile(
    r"<(?:div|blockquote|ul|ol|li|dl|dd|dt|section|article|center|details|dir|menu|fieldset|main|nav|aside|header|footer|address|figure|figcaption|hgroup|summary|search|dialog|listing|pre|a)\b",
    re.IGNORECASE,
)
# A start tag as HTML 13.2.5 reads it, possessive throughout: every character is looked at once. The attributes
# past the limit are group 1.
_ATTRIBUTE = (
    r"(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+|=)"
)
_TAG = re.compile(rf"(<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{0,{2 * _MAX_ATTRIBUTES}}}+)({_ATTRIBUTE}*+)")


def bound_html(html: str) -> tuple[str, tuple[str, ...]]:
    """Return ``html`` as far as it can be read in bounded time, and what was left out (empty when nothing was)."""
    if len(html) <= _HARMLESS:
        return html, ()
    defects = []
    if len(html) > MAX_HTML:
        html = html[:MAX_HTML]
        defects.append(f"HTML longer than {MAX_HTML} characters: the rest was not read")
    cut = _block_past_limit(html)
    if cut is not None:
        html = html[:cut]
        defects.append(f"HTML of more than {MAX_BLOCKS} blocks: the rest was not read")
    html = _TAG.sub(r"\1", html)
    return html, tuple(defects)


def _block_past_limit(html: str) -> int | None:
    for number, match in enumerate(_BLOCK.finditer(html)):
        if number >= MAX_BLOCKS:
            return match.start()
    return None
