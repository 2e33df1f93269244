"""Lines of an HTML mail with what its mark-up says of them: quoted, signature, "from here on an earlier mail".

Many mail clients wrap the earlier mail in a container of their own, or put a mark before it; the selectors below are
the names these clients and other help desks are known by, and few of them were checked against a mail of the client.
Containers are marked in the tree with private characters, and the marks are read back line by line from its text.
"""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from inboxd.core.html_limits import bound_html
from inboxd.core.html_text import html_to_text, node_to_text
from inboxd.core.quoting_attribution import find_attribution
from inboxd.core.quoting_header_block import find_separator
from inboxd.core.quoting_lines import LINE_LIMIT, Line, read_line, read_lines

# Private-use characters (Unicode 23.5): never part of a mail's text; those that are get removed first.
OPEN, CLOSE, CUT, SIGN, UNSIGN, BREAK = "\ue0f0", "\ue0f1", "\ue0f2", "\ue0f3", "\ue0f4", "\ue0f5"
MARKS: Final = OPEN + CLOSE + CUT + SIGN + UNSIGN + BREAK
_NO_MARKS: Final = dict.fromkeys(map(ord, MARKS))
_MARK_REFERENCE: Final = re.compile(r"&#(?:x0{0,8}e0f[0-5]|0{0,8}5758[4-9]);?", re.IGNORECASE)
_EACH_MARK: Final = frozenset(MARKS)
SPLIT_MARKS: Final = re.compile(f"([{MARKS}])")
_MAX_NODES: Final = 500
_MAX_DEPTH: Final = 200
_HEAD: Final = 2000
_SIBLINGS: Final = 8
_LEAD_LIMIT: Final = 400
_BREAKS: Final = frozenset({"br", "hr"})
_BLOCKS: Final = frozenset({"div", "p", "table", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3"})

_QUOTED: Final = (
    'blockquote[type="cite"], '  # Apple Mail, Thunderbird, Outlook for Mac
    "blockquote.gmail_quote, "
    'blockquote[cite^="mid:"], '
    ".gmail_attr, "
    ".yahoo_quoted, "
    '[id^="yahoo_quoted"], '
    "blockquote.protonmail_quote, "
    ".tutanota_quote, "
    ".moz-cite-prefix, "
    "#OLK_SRC_BODY_SECTION, "  # Outlook for Mac 2011
    '[id^="AOLMsgPart"], '
    "#isReplyContent, "  # 163.com
    "#ntes-pcmail-quote, "
    ".alimail-quote, "
    ".mail-quote-collapse, "  # mail.ru
    ".zmail_extra, "  # Zoho
    ".zmail_extra_hr, "
    'blockquote[id="blockquote_zmail"], '
    ".front-blockquote, "
    ".missive_quote, "
    ".freshdesk_quote, "
    'blockquote[name="quote"], div[name="quote"], '  # GMX, web.de
    '[name="messageReplySection"], '  # Spark
    "#mail-editor-reference-message-container, "  # Outlook for Android and iOS
    ".ms-outlook-mobile-reference-message, "
    "#reply-intro, "  # Roundcube
    "#qt, "  # Fastmail
    ".airmail_on"
)
_CUTS: Final = (
    "#divRplyFwdMsg, "  # Outlook on the web
    "#appendonsend, "
    "hr#stopSpelling, "  # Hotmail
    "hr#zwchr"  # Zimbra
)
# Outlook for Windows draws a line above its header block; the colour tells the version.
_OUTLOOK_RULE: Final = (
    'div[style*="border-top:solid #E1E1E1"], div[style*="border-top:solid #B5C4DF"], '
    'div[style*="border-top: 1pt solid rgb(225, 225, 225)"], div[style*="border-top:1pt solid rgb(225,225,225)"], '
    'div[style*="border-top: solid #E1E1E1"], div[style*="border-top-color: rgb(229, 229, 229)"]'
)
_SIGNATURES: Final = (
    ".gmail_signature, "
    ".moz-signature, "
    "#Signature, "
    "#signature, "
    '[name="messageSignatureSection"], '
    ".protonmail_signature_block-user, "
    ".protonmail_signature_block-proton, "
    "#ms-outlook-mobile-signature, "
    "#composer_signature, "
    ".k9mail-signature, "
    ".front-signature, "
    ".zmail_signature_below, "
    ".tutanota_signature"
)


def html_lines(html: str) -> tuple[tuple[Line, ...], bool]:
    """Return the lines of an HTML body, and whether its mark-up showed where earlier mails stand."""
    tree, marked = marked_tree(html)
    text = node_to_text(tree.root) if tree.root is not None else ""
    return _read_marks(text), marked


def marked_tree(html: str) -> tuple[LexborHTMLParser, bool]:
    """Return the tree of an HTML body with the marks in it as text nodes, and whether any earlier mail was marked."""
    tree = LexborHTMLParser(bound_html(_MARK_REFERENCE.sub("", html.translate(_NO_MARKS)))[0])
    quoted: set[int] = set()
    marked = _mark_containers(tree, quoted)
    marked = _mark_cuts(tree, quoted) or marked
    _mark_plain_blockquotes(tree, quoted)
    _mark_signatures(tree)
    return tree, marked


def _mark_containers(tree: LexborHTMLParser, quoted: set[int]) -> bool:
    """Put marks around the containers of earlier mails; a forwarded mail is none, it is what the person shows."""
    before = len(quoted)
    for node in _nodes(tree, _QUOTED):
        if not _is_inside(node, quoted) and not _is_forward(node):
            _wrap_quoted(node, quoted)
    for node in _nodes(tree, "div.gmail_quote, div.protonmail_quote"):
        if _is_inside(node, quoted) or _is_forward(node):
            continue
        if node.css_first("blockquote") is None:
            _wrap_quoted(node, quoted)
        else:
            # Answers may stand between the blockquotes: only these and the attribution are quoted.
            _mark_lead(node)
    return len(quoted) > before


def _mark_cuts(tree: LexborHTMLParser, quoted: set[int]) -> bool:
    rules = [node for node in _nodes(tree, _OUTLOOK_RULE) if len(node.css("b")) > 1]
    found = [node for node in (*_nodes(tree, _CUTS), *rules) if not _is_inside(node, quoted)]
    for node in found:
        node.insert_before(CUT)
    return bool(found)


def _mark_plain_blockquotes(tree: LexborHTMLParser, quoted: set[int]) -> None:
    """Mark a blockquote no client signed as quoted only where an attribution stands above or nothing below.

    Otherwise it is indented text of the person himself, and must not come out with quote marks.
    """
    last = _around_last_text(tree)
    for node in _nodes(tree, "blockquote"):
        if node.mem_id in quoted or _is_inside(node, quoted):
            continue
        if _is_attributed(node) or node.mem_id in last:
            _wrap_quoted(node, quoted)
        else:
            node.insert_before(BREAK)
            node.insert_after(BREAK)
            node.unwrap()


def _mark_signatures(tree: LexborHTMLParser) -> None:
    done: set[int] = set()
    for node in _nodes(tree, _SIGNATURES):
        if not _is_inside(node, done):
            node.insert_before(SIGN)
            node.insert_after(UNSIGN)
            done.add(node.mem_id)


def _nodes(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    return tree.css(selector)[:_MAX_NODES]


def _wrap_quoted(node: LexborNode, quoted: set[int]) -> None:
    node.insert_before(OPEN)
    node.insert_after(CLOSE)
    quoted.add(node.mem_id)


def _mark_lead(node: LexborNode) -> None:
    """Mark what stands before the first blockquote of a Gmail quote: the attribution, in whatever language."""
    first = node.first_child
    quote = next((child for child in node.iter() if child.tag == "blockquote"), None)
    if first is None or quote is None or quote.prev is None:
        return
    lead = _text_before(quote).strip(MARKS + " \t\r\n\xa0")
    if len(lead) < _LEAD_LIMIT and lead.endswith((":", "：")):
        first.insert_before(OPEN)
        quote.insert_before(CLOSE)


def _is_inside(node: LexborNode, outer: set[int]) -> bool:
    """Return True when an ancestor is one of ``outer``; so deep that it cannot be told, it is taken to be."""
    if not outer:
        return False
    above = node.parent
    for _ in range(_MAX_DEPTH):
        if above is None:
            return False
        if above.mem_id in outer:
            return True
        above = above.parent
    return True


def _is_forward(node: LexborNode) -> bool:
    lines = read_lines(html_to_text((node.html or "")[:_HEAD]))
    first = next((at for at, line in enumerate(lines) if not line.blank), None)
    return first is not None and find_separator(lines, first) == "forward"


def _is_attributed(node: LexborNode) -> bool:
    """Return True when the text right above a blockquote is an attribution."""
    above = tuple(line for line in read_lines(_text_before(node)) if not line.blank)
    return bool(above) and find_attribution(above, len(above) - 1, quote_follows=False) is not None


def _text_before(node: LexborNode) -> str:
    """Return the end of the text before a node: that of its elder siblings, or of its parent's."""
    pieces: list[str] = []
    here: LexborNode | None = node
    for _ in range(_SIBLINGS):
        if here is None:
            break
        elder = here.prev
        if elder is None:
            here = here.parent
            if "".join(pieces).strip():
                break
            continue
        pieces.insert(0, _node_text(elder))
        here = elder
    return "".join(pieces)[-LINE_LIMIT:]


def _node_text(node: LexborNode) -> str:
    if node.tag in _BREAKS:
        return "\n"
    text = node.text(deep=True) or ""
    return f"\n{text}\n" if node.tag in _BLOCKS else text.replace("\n", " ")


def _around_last_text(tree: LexborHTMLParser) -> set[int]:
    """Return the ids of all elements that hold the last text of the body."""
    last: LexborNode | None = None
    if tree.body is not None:
        for node in tree.body.traverse(include_text=True):
            if node.is_text_node and (node.text(deep=False) or "").strip(MARKS + " \t\r\n\xa0"):
                last = node
    around: set[int] = set()
    while last is not None:
        around.add(last.mem_id)
        last = last.parent
    return around


def _read_marks(text: str) -> tuple[Line, ...]:
    """Return the lines of a text, the marks in it turned into what each line is."""
    lines: list[Line] = []
    depth, signed, cut = 0, False, False
    for row in text.split("\n"):
        pieces = SPLIT_MARKS.split(row)
        for piece in pieces:
            if piece in _EACH_MARK:
                depth += (piece == OPEN) - (piece == CLOSE and depth > 0)
                signed = piece == SIGN or (signed and piece != UNSIGN)
                cut = cut or piece == CUT
            elif piece.strip("> \t") or len(pieces) == 1:
                lines.append(read_line(piece, quoted=depth > 0, signature=signed, cut=cut))
                cut = False
    return tuple(lines)
