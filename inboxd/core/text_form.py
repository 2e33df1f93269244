"""The text form of a mail: what each filter of the template language writes there. Plain text obeys nothing."""

from collections.abc import Sequence

from markupsafe import Markup

from inboxd.core.plain_words import inline, paragraphs, without_marks

SAID_LIMIT = 12_000
QUOTE_LIMIT = 2_000
WRITTEN_LIMIT = 2_000_000
_URI_LIMIT = 4_000


def value(printed: object) -> Markup:
    """Return any printed value as one harmless line; what a filter made stays as it is."""
    return printed if isinstance(printed, Markup) else Markup(inline(printed))  # noqa: S704  plain text


def quote(text: str, limit: int = QUOTE_LIMIT) -> Markup:
    """Return the text behind quote marks (RFC 3676 4.5)."""
    lines = paragraphs(text, limit).split("\n")
    return Markup("\n".join(f"> {line}".rstrip() for line in lines))  # noqa: S704  plain text


def said(text: str, limit: int = SAID_LIMIT) -> Markup:
    """Return the new text quoted as well: unmarked, a stranger's words could pass for a section of our own."""
    return quote(text, limit)


def written(text: str, html: str = "") -> Markup:  # noqa: ARG001  same in both forms
    """Return the operator's own words as he laid them out."""
    return Markup(paragraphs(text, WRITTEN_LIMIT))  # noqa: S704  plain text


def markdown(body: str) -> Markup:
    """Return an article as it was written: Markdown is made to be read."""
    return Markup(without_marks(str(body)).strip())  # noqa: S704  the operator's own article


def button(uri: str, label: str, main: bool = False) -> Markup:  # noqa: ARG001, FBT001, FBT002  same in both forms
    """Return a list item with the link, or nothing without one."""
    return Markup(f"- {inline(label)}: <{inline(uri, _URI_LIMIT)}>") if uri else Markup("")  # noqa: S704  plain text


def badge(label: str, tone: str) -> Markup:  # noqa: ARG001  same in both forms
    """Return the label in brackets."""
    return Markup(f"[{inline(label)}]")  # noqa: S704  plain text


def figures(cells: Sequence[tuple[str, object, str]]) -> Markup:
    """Return the figures on one line."""
    return Markup(" · ".join(f"{inline(label)}: {inline(number)}" for label, number, _ in cells))  # noqa: S704  plain text


def legend(entries: Sequence[tuple[str, str, str]]) -> Markup:  # noqa: ARG001  same in both forms
    """Return nothing: without the chart its colours mean nothing."""
    return Markup("")


def picture(words: object, shown: object) -> Markup:  # noqa: ARG001  same in both forms
    """Return the words that say what the picture shows."""
    return value(words) + "\n"


def block(content: object, tone: str = "") -> Markup:  # noqa: ARG001  same in both forms
    """Return a filter block's content and the line end that ``trim_blocks`` takes from behind ``{% endfilter %}``."""
    return value(content) + "\n"
