"""What each HTML element does to the page of text that is written from it."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from inboxd.core.text_page import QUOTE_MARK, TextPage

MAX_LINKS = 5_000
_MAX_LINK_LENGTH = 2_000
_MAX_DIGITS = 7
_NEAR = 4  # how far up the tree a list item looks for its list, an image for its link

_HIDDEN = frozenset(
    "head style script title template noscript object applet svg math datalist noembed noframes"
    " map meta link base iframe audio video canvas".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 dl fieldset pre".split())
_BLOCKS = frozenset(
    "html body div center section article header footer main nav aside address form figure figcaption table"
    " tr caption dt dd thead tbody tfoot details summary legend hgroup option ul ol menu dir".split()
)
_CELLS = frozenset(("td", "th"))
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre\b(?!-line)|break-spaces)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|ftp)://\S|mailto:[^@\s]+@|tel:\+?\d", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:(?:https?|ftp)://(?:www\.)?|mailto:|tel:)", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    """An element whose end is still to come, and what has to be done there."""

    tag: str
    paragraph: bool = False
    preformatted: bool = False
    indented: bool = False
    href: str = ""
    alt: str = ""
    mark: tuple[int, int] = (0, 0)
    item: int | None = None


class HtmlWriter:
    """Turns the begin and the end of elements into lines of a page."""

    __slots__ = ("_between_cells", "_links", "_open", "_preformatted", "page")

    def __init__(self, between_cells: str = " ") -> None:
        self.page = TextPage()
        self._between_cells = between_cells
        self._open: list[_Open | None] = []  # None: nothing was written for this node
        self._preformatted = 0
        self._links = 0

    def begin(self, node: LexborNode) -> bool:
        """Write what stands before the content of ``node``; return whether its content is to be read."""
        tag = node.tag or ""
        if tag == "-text":
            self._write(node.text_content or "")
        elif tag == "br":
            self.page.line_break()
        elif tag not in _HIDDEN and not tag.startswith("-"):
            return self._begin_element(tag, node.attributes)
        self._open.append(None)
        return False

    def end(self) -> None:
        """Write what stands behind the content of the node begun last."""
        element = self._open.pop()
        if element is None:
            return
        self._preformatted -= element.preformatted
        if element.href:
            self._end_link(element)
        if element.indented:
            self.page.outdent()
        if element.paragraph:
            self.page.paragraph()
        elif element.tag in _BLOCKS or element.tag in _PARAGRAPHS:
            self.page.end_line()
        elif element.tag in _CELLS and not self.page.ends_with_space:
            self.page.write(self._between_cells)

    def _begin_element(self, tag: str, attributes: dict[str, str | None]) -> bool:
        style = attributes.get("style") or ""
        if "hidden" in attributes or (style and _UNSEEN.search(style)):
            self._open.append(None)
            return False
        element = _Open(tag, preformatted=tag == "pre" or bool(style and _PREFORMATTED.search(style)))
        self._preformatted += element.preformatted
        element.paragraph = self._is_paragraph(tag, attributes)
        if element.paragraph:
            self.page.paragraph()
        elif tag in _BLOCKS or tag in _PARAGRAPHS:
            self.page.end_line()
        self._begin_special(element, attributes)
        self._open.append(element)
        return True

    def _is_paragraph(self, tag: str, attributes: dict[str, str | None]) -> bool:
        if tag in _PARAGRAPHS:
            # Outlook writes every line as a paragraph of this class, which it shows without any margin.
            return "msonormal" not in (attributes.get("class") or "").lower()
        if tag in _LISTS:
            return not any(element and element.tag in _LISTS for element in self._open[-_NEAR:])
        return tag == "blockquote"

    def _begin_special(self, element: _Open, attributes: dict[str, str | None]) -> None:
        tag = element.tag
        if tag == "blockquote":
            element.indented = self.page.indent(QUOTE_MARK)
        elif tag == "li":
            self._begin_item(element)
        elif tag == "ol":
            element.item = _number(attributes.get("start"))
        elif tag == "a":
            self._begin_link(element, attributes.get("href") or "")
        elif tag == "img":
            self._keep_alt(attributes.get("alt") or "")
        elif tag == "hr":
            self.page.end_line()
            self.page.write("-" * 20)
            self.page.end_line()
        elif tag == "q":
            self._write('"')

    def _begin_item(self, element: _Open) -> None:
        parent = next(
            (other for other in reversed(self._open[-_NEAR:]) if other and other.tag in _LISTS), None
        )
        bullet = "- "
        if parent is not None and parent.item is not None:
            bullet = f"{parent.item}. "
            parent.item += 1
        element.indented = self.page.indent(" " * len(bullet), bullet)

    def _begin_link(self, element: _Open, href: str) -> None:
        href = href.strip()
        if self._links < MAX_LINKS and len(href) <= _MAX_LINK_LENGTH and _LINK.match(href):
            self._links += 1
            element.href = href
            element.mark = self.page.position

    def _end_link(self, element: _Open) -> None:
        """Write the address behind the words of a link, unless the words are the address."""
        words = self.page.line_since(element.mark)
        if words is not None and not words.strip():
            words = element.alt
            self._write(words)
        if words and _bare(words) == _bare(element.href):
            return
        space = "" if self.page.ends_with_space else " "
        self.page.write(f"{space}<{_target(element.href)}>")

    def _keep_alt(self, alt: str) -> None:
        # An image is seen as its words only where a link has no others.
        link = next((element for element in reversed(self._open[-_NEAR:]) if element and element.href), None)
        if link is not None:
            link.alt = alt

    def _write(self, text: str) -> None:
        if self._preformatted:
            first, *others = text.split("\n")
            self.page.write(first)
            for line in others:
                self.page.line_break()
                self.page.write(line)
            return
        text = _SPACES.sub(" ", text)
        self.page.write(text.removeprefix(" ") if self.page.ends_with_space else text)


def _number(start: str | None) -> int:
    return int(start) if start and start.isascii() and start.isdigit() and len(start) < _MAX_DIGITS else 1


def _bare(target: str) -> str:
    """Return the form in which the words of a link are compared with its address."""
    return _SCHEME.sub("", target.strip().lower()).partition("?subject=")[0].rstrip("/")


def _target(href: str) -> str:
    """Return what of an address is worth reading: ``mailto:`` and ``tel:`` go without scheme and query."""
    scheme, _, rest = href.partition(":")
    return rest.partition("?")[0] if scheme.lower() in {"mailto", "tel"} else href
