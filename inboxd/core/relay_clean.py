"""What of a mail client's HTML may travel on: formatting and the pictures of the mail itself, nothing that acts."""

import re
from typing import Final

import nh3
from selectolax.lexbor import LexborNode

_TAGS: Final = frozenset(
    "a abbr b big blockquote br caption center code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i"
    " img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul"
    " var wbr".split()
)
_EVERYWHERE: Final = frozenset({"align", "dir", "style"})
_ATTRIBUTES: Final = {
    "a": {"href"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "valign", "width"},
    "th": {"colspan", "rowspan", "valign", "width"},
    "ul": {"type"},
}
# None of them takes an address, so no style can load anything; none can move text out of sight.
_STYLES: Final = frozenset(
    "background-color border border-bottom border-collapse border-left border-right border-top color direction"
    " font-family font-size font-style font-weight list-style-type margin margin-bottom margin-left margin-right"
    " margin-top padding padding-bottom padding-left padding-right padding-top text-align text-decoration"
    " text-decoration-line vertical-align white-space".split()
)
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "cid"})
_FRAMES: Final = 'table[role="presentation"], table[role="presentation"] > tbody > tr > td'
_BLANK_LINES: Final = re.compile(r"\n[ \t\r\n]+")
_END_SPACE: Final = re.compile(r"(?:\s|<br>|&nbsp;)+\Z")


def clean_body(body: LexborNode) -> str:
    """Return the content of ``body``, changed by it, as clean HTML that looks as it did in the program it is from."""
    _set_margins(body)
    _take_off_frames(body)
    return clean_html(body.html or "")


def _set_margins(body: LexborNode) -> None:
    """Give Outlook's paragraphs what its style sheet, which does not travel, gives them: no margins."""
    for node in body.css("p.MsoNormal, p.MsoPlainText, p.MsoListParagraph"):
        node.attrs["style"] = f"margin:0;{node.attributes.get('style') or ''}"


def _take_off_frames(body: LexborNode) -> None:
    """Make the tables that only lay out a page plain: an answer between our lines stands in the frame of our mail."""
    for node in body.css(_FRAMES):
        for name in ("style", "width", "align", "border", "cellpadding", "cellspacing"):
            if name in node.attributes:
                del node.attrs[name]


def clean_html(html: str) -> str:
    """Return HTML that formats and does nothing else: no scripts, forms, style sheets, remote pictures or trackers."""
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"*": set(_EVERYWHERE), **{tag: set(names) for tag, names in _ATTRIBUTES.items()}},
        attribute_filter=_filter_attribute,
        filter_style_properties=set(_STYLES),
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel=None,
    )
    if "<pre" not in cleaned and "white-space" not in cleaned:
        cleaned = _BLANK_LINES.sub("\n", cleaned)
    return _END_SPACE.sub("", cleaned.strip())


def _filter_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return the value that stays: pictures only from the mail itself, and of ``mailto:`` only the address.

    A remote picture tells its server who reads the mail, and the query of a ``mailto:`` (RFC 6068) is text unseen.
    """
    if name == "src":
        return value if value[:4].lower() == "cid:" else None
    if name == "href" and value[:7].lower() == "mailto:":
        return value.partition("?")[0]
    return value
