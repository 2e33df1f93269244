"""HTML as the text a person sees: blocks on lines of their own, lists, links and quotes kept."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from inboxd.core.html_limits import bound_html
from inboxd.core.html_writer import HtmlWriter


def html_to_text(html: str, between_cells: str = " ") -> str:
    """Return what a person sees of ``html``; lines quoted by ``blockquote`` begin with ``> ``. Never raises.

    ``between_cells`` stands behind each cell of a table.
    """
    root = LexborHTMLParser(bound_html(html)[0]).root
    return node_to_text(root, between_cells) if root is not None else ""


def node_to_text(node: LexborNode, between_cells: str = " ") -> str:
    """Return the text of ``node`` and all below it, ``node`` itself rendered like any other element."""
    writer = HtmlWriter(between_cells)
    write_node(node, writer)
    return writer.page.text()


def write_node(node: LexborNode, writer: HtmlWriter) -> None:
    """Let ``writer`` begin and end ``node`` and all below it, in document order, and end the last line.

    The walk keeps its own stack: the depth of hostile HTML never becomes the depth of the interpreter's.
    """
    current: LexborNode | None = node
    depth = 0
    while current is not None:
        child = current.first_child if writer.begin(current) else None
        if child is not None:
            current, depth = child, depth + 1
            continue
        current, depth = _next_after(current, depth, writer)
    writer.page.end_line()


def _next_after(node: LexborNode, depth: int, writer: HtmlWriter) -> tuple[LexborNode | None, int]:
    """Return the node that follows ``node`` in the document, having ended all that end before it."""
    current: LexborNode | None = node
    while current is not None:
        writer.end()
        if depth == 0:
            return None, 0
        if current.next is not None:
            return current.next, depth
        current, depth = current.parent, depth - 1
    return None, 0
