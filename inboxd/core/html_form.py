"""The HTML form of a mail: what each filter writes into the Markdown of which the HTML is made.

Whatever is no Markdown of ours is escaped and parked (core/mail_html.py), so that no word of it is obeyed.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup

from inboxd.core import mail_styles as styles
from inboxd.core.mail_html import escape, escape_lines, markdown_to_html, park
from inboxd.core.plain_words import inline, paragraphs, without_marks
from inboxd.core.relay_clean import clean_html
from inboxd.core.text_form import QUOTE_LIMIT, SAID_LIMIT, WRITTEN_LIMIT

_LINK = re.compile(r"(https?://[^\s<>\"'\x00-\x20]{1,2000}[^\s<>\"'.,;:!?)\]}\x00-\x20])")

_OUTLOOK_ROOM = (
    "<!--[if mso]>&nbsp;&nbsp;<![endif]-->"  # Outlook's Word engine knows no padding around a link
)


def value(printed: object) -> Markup:
    """Return any printed value as one escaped, parked line; what a filter made stays as it is."""
    return printed if isinstance(printed, Markup) else _parked(escape(inline(printed)))


def quote(text: str, limit: int = QUOTE_LIMIT) -> Markup:
    """Return an earlier text as a quotation."""
    return _parked(_element("blockquote", "quote", styles.QUOTE, escape_lines(paragraphs(text, limit))))


def said(text: str, limit: int = SAID_LIMIT) -> Markup:
    """Return the new text as a marked block."""
    return _parked(_element("div", "said", styles.SAID, escape_lines(paragraphs(text, limit))))


def written(text: str, html: str = "") -> Markup:
    """Return the operator's own words with their lines, web addresses as links; ``html`` is their mark-up."""
    if html:
        return _parked(_element("div", "written", styles.WRITTEN, clean_html(html)))
    pieces = _LINK.split(paragraphs(text, WRITTEN_LIMIT))
    content = "".join(_linked(piece) if at % 2 else escape_lines(piece) for at, piece in enumerate(pieces))
    return _parked(_element("div", "written", styles.WRITTEN, content))


def markdown(body: str) -> Markup:
    """Return an article, rendered on its own: a code block left open in it must not swallow the rest of the mail."""
    return _parked(markdown_to_html(without_marks(str(body))))


def button(uri: str, label: str, main: bool = False) -> Markup:  # noqa: FBT001, FBT002  reads as button("Solved", main=true)
    """Return a ``mailto:`` link that looks like a button, or nothing for any other URI."""
    if not uri.startswith("mailto:"):
        return Markup("")
    style, names = (styles.BUTTON_MAIN, "button main") if main else (styles.BUTTON, "button")
    words = f"{_OUTLOOK_ROOM}{escape(inline(label))}{_OUTLOOK_ROOM}"
    return _parked(f'<a class="{names}" href="{escape(uri)}" style="{style}">{words}</a>')


def badge(label: str, tone: str) -> Markup:
    """Return the label in the colours of ``tone`` (``KeyError`` for an unknown one)."""
    colour, background = styles.TONES[tone]
    style = f"{styles.BADGE};color:{colour};background-color:{background}"
    return _parked(_element("span", "badge", style, escape(inline(label))))


def card(content: object, tone: str = "") -> Markup:
    """Return a filter block's content in a frame, with an edge in the colours of ``tone``.

    A table: Outlook draws no borders around a ``div``.
    """
    edge = f";border-left:4px solid {styles.EDGES[tone]}" if tone else ""
    names = f"card {tone}" if tone else "card"
    opening = _parked(
        f'<table class="{names}" role="presentation" cellpadding="0" cellspacing="0" width="100%" style="{styles.CARD}{edge}">'
        f'<tr><td style="{styles.CARD_CELL}">'
    )
    return Markup("\n\n{}\n\n{}\n\n{}\n\n").format(opening, value(content), _parked("</td></tr></table>"))


def muted(content: object) -> Markup:
    """Return a filter block's content small and grey, with the line end that ``trim_blocks`` took."""
    opening = _parked(f'<span class="muted" style="{styles.MUTED}">')
    return Markup("{}{}{}\n").format(opening, value(content), _parked("</span>"))


def figures(cells: Sequence[tuple[str, object, str]]) -> Markup:
    """Return a row of large numbers over their labels: (label, number, tone or empty)."""
    width = 100 // max(len(cells), 1)
    row = "".join(
        f'<td class="figure" align="center" width="{width}%" style="{styles.FIGURE_CELL}">{_number(number, tone)}<br>'
        f'<span class="muted" style="{styles.FIGURE_LABEL}">{escape(inline(label))}</span></td>'
        for label, number, tone in cells
    )
    table = f'<table role="presentation" width="100%" style="{styles.FIGURES}"><tr>{row}</tr></table>'
    return _parked(table)


def _number(number: object, tone: str) -> str:
    colour = f";color:{styles.TONES[tone][0]}" if tone else ""
    return _element("span", tone, styles.FIGURE + colour, escape(inline(number)))


def _linked(url: str) -> str:
    return f'<a href="{escape(url)}" style="{styles.TAG_STYLES["a"]}">{escape(url)}</a>'


def _element(tag: str, name: str, style: str, content: str) -> str:
    return f'<{tag} class="{name}" style="{style}">{content}</{tag}>'


def _parked(fragment: str) -> Markup:
    return Markup(park(fragment))  # noqa: S704  every caller has escaped the words in it
