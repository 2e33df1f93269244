import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from inboxd.core.mail_html import escape, escape_lines, markdown_to_html, park

ANY_TEXT = st.text(alphabet=st.characters(), max_size=400)


def test_markdown_becomes_styled_html() -> None:
    """Headings, lists, tables and links of an article carry inline styles: mail clients drop style sheets."""
    html = markdown_to_html(
        "## Refund\n\n1. Open **Billing**\n\n[docs](https://acme.test/a?b=1&c=2)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    for tag in ("h2", "ol", "li", "a", "table", "th", "td"):
        assert re.search(rf'<{tag}\b[^>]* ?style="[^"]+"', html), tag
    assert 'href="https://acme.test/a?b=1&amp;c=2"' in html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](../other.md)",
        "![x](file:///etc/passwd)",
        '<img src=x onerror="alert(1)">',
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_active_passes(markdown: str) -> None:
    """Raw HTML is shown as text, and links lead only to the web, to mail or to parts of the mail."""
    tree = LexborHTMLParser(markdown_to_html(markdown))
    assert not tree.css("script, style, [onerror], a[href], img[src]")


@given(ANY_TEXT)
@settings(max_examples=150)
def test_parked_words_are_never_markdown(words: str) -> None:
    """Parked text comes out exactly as it went in, whatever Markdown it looks like."""
    html = markdown_to_html(f"**Subject** {park(escape(words))}\n\n- one\n")
    expected = escape(words).encode("utf-8", "replace").decode()
    assert html.startswith(f'<p style="{html.split(chr(34))[1]}"><strong>Subject</strong> {expected}</p>')


def test_parked_blocks_leave_their_paragraph() -> None:
    """A block alone in its paragraph stands by itself; inline pieces stay in theirs."""
    assert markdown_to_html(park("<div>x</div>")).strip() == "<div>x</div>"
    assert markdown_to_html(f"{park('<a>x</a>')}\n{park('<a>y</a>')}").startswith("<p style=")
    opened = markdown_to_html(f"{park('<table><tr><td>')}\n\ninside\n\n{park('</td></tr></table>')}")
    assert re.sub(r' style="[^"]*"', "", opened).split() == [
        "<table><tr><td>",
        "<p>inside</p>",
        "</td></tr></table>",
    ]


@given(ANY_TEXT)
@settings(max_examples=100)
def test_any_markdown_renders(markdown: str) -> None:
    """No text makes rendering fail."""
    markdown_to_html(markdown)


def test_lines_and_indentation_survive() -> None:
    """Line ends become breaks and leading spaces stay visible, in clients without pre-wrap too."""
    assert escape_lines("a <b>\n  c\n\td") == "a &lt;b&gt;<br>\n&nbsp;&nbsp;c<br>\n&nbsp;&nbsp;&nbsp;&nbsp;d"
