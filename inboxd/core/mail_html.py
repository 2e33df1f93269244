"""From a template's Markdown to the HTML of a mail.

Customers' words never pass through Markdown: they are escaped, *parked* as a run of hexadecimal digits between two
noncharacters (which neither Markdown nor the HTML cleaner gives a meaning) and set in again at the very end.
"""

import html
import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

from inboxd.core.mail_styles import TAG_STYLES
from inboxd.core.plain_words import PARKED_CLOSE, PARKED_OPEN

_PARKED = re.compile(f"{PARKED_OPEN}([0-9a-f]*){PARKED_CLOSE}")
_ALONE = re.compile(f"<p[^>]{{0,400}}>((?:\\s*{PARKED_OPEN}[0-9a-f]*{PARKED_CLOSE}(?:<br>)?)+)\\s*</p>")
_TAGS = frozenset(TAG_STYLES) | {"strong", "em", "s", "br", "thead", "tbody", "tr", "sup", "sub"}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_SCHEMES = frozenset({"http", "https", "mailto", "cid"})
# The frames of our own templates are kept; an article of that length is not worth it.
_LONGEST_FRAME = 8_000
# What Outlook alone reads may stand before it.
_BLOCK_START = re.compile(
    r"(?:<!--\[if mso\]>[^!]{1,200}<!\[endif\]-->)?</?(?:div|table|td|blockquote|p|ul|ol|h[1-6]|pre|hr)\b"
)


def park(fragment: str) -> str:
    """Return HTML made by us (its words escaped) in the form that passes through Markdown untouched."""
    return f"{PARKED_OPEN}{fragment.encode('utf-8', 'replace').hex()}{PARKED_CLOSE}"


def unpark(text: str) -> str:
    """Return text with the fragments in it as they were before they were parked."""
    return _PARKED.sub(lambda match: bytes.fromhex(match[1]).decode("utf-8", "replace"), text)


def escape(text: str) -> str:
    """Return plain text as HTML text, also fit for an attribute value."""
    return html.escape(text, quote=True)


def escape_lines(text: str) -> str:
    """Return plain text as HTML that keeps its lines and its indentation (Outlook knows no ``pre-wrap``)."""
    lines = []
    for line in escape(text).split("\n"):
        bare = line.lstrip(" \t")
        lines.append("&nbsp;" * min(len(line.expandtabs(4)) - len(bare.expandtabs(4)), 40) + bare)
    return "<br>\n".join(lines)


def markdown_to_html(markdown: str) -> str:
    """Return cleaned HTML with inline styles. Raw HTML in the Markdown is shown, not obeyed; scripts cannot pass."""
    parked: dict[str, str] = {}

    def numbered(match: re.Match[str]) -> str:
        number = f"{len(parked):x}"
        parked[number] = match[0]
        return f"{PARKED_OPEN}{number}{PARKED_CLOSE}"

    # What is parked says nothing to Markdown, so all mails of one template and the same turns are one text to it.
    frame = _PARKED.sub(numbered, markdown)
    cleaned = (_framed if len(frame) <= _LONGEST_FRAME else _rendered)(frame)
    return _set_in(_PARKED.sub(lambda match: parked.get(match[1], match[0]), cleaned))


def _rendered(markdown: str) -> str:
    return _cleaner().clean(_markdown().render(markdown.encode("utf-8", "replace").decode()))


@lru_cache(maxsize=64)
def _framed(frame: str) -> str:
    return _rendered(frame)


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel=None,
        set_tag_attribute_values={tag: {"style": style} for tag, style in TAG_STYLES.items()},
    )


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _set_in(cleaned: str) -> str:
    return unpark(_ALONE.sub(_unwrapped, cleaned))


def _unwrapped(match: re.Match[str]) -> str:
    """Take a block out of its paragraph, where HTML allows none; inline pieces keep theirs."""
    first = _PARKED.search(match[1])
    fragment = bytes.fromhex(first[1]).decode("utf-8", "replace") if first else ""
    return match[1] if not fragment or _BLOCK_START.match(fragment) else match[0]
