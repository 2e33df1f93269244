"""HTML as text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from inboxd.core.html_limits import MAX_HTML, bound_html
from inboxd.core.html_text import html_to_text, node_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"),
        (
            "<p class=MsoNormal>one</p><p class=MsoNormal>two</p><p class=MsoNormal>&nbsp;</p>x",
            "one\ntwo\n\nx",
        ),
        ("<ul><li>a<li>b<ol start=3><li>c</ol></ul>", "- a\n- b\n  3. c"),
        ("<blockquote>old<blockquote>older</blockquote></blockquote>new", "> old\n>\n> > older\nnew"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ('<a href="https://x.test/y">here</a>', "here <https://x.test/y>"),
        ('<a href="https://x.test/">x.test</a>', "x.test"),
        ('<a href="mailto:a@b.test?subject=hi">a@b.test</a>', "a@b.test"),
        ('<a href="https://x.test/y"><img alt="Reset" src=x></a>', "Reset <https://x.test/y>"),
        ('<a href="javascript:alert(1)">x</a> <a href="#top">y</a>', "x y"),
        ("<style>p{}</style><script>x</script><title>t</title><!-- c -->seen", "seen"),
        ('<div style="display:none">preheader</div>seen<span hidden>no</span>', "seen"),
        ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
        ('<div style="white-space: pre-wrap">a\nb</div>', "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("  lots \n of <b> space </b> ", "lots of space"),
        ("a<hr>b", "a\n--------------------\nb"),
        ("&lt;tag&gt; &amp; &uuml;", "<tag> & ü"),
        ("", ""),
    ],
)
def test_rendering(html: str, text: str) -> None:
    """Blocks, lists, quotes, links and hidden parts are rendered as a person sees them."""
    lines = html_to_text(html).split("\n")
    assert "\n".join(line for line in lines if line or "\n\n" in text) == text


def test_node_is_rendered_like_any_element() -> None:
    """A part of a document can be rendered alone, its own mark included, its neighbours not."""
    tree = LexborHTMLParser("<p>before</p><blockquote>quoted <b>words</b></blockquote><p>after</p>")
    node = tree.css_first("blockquote")
    assert node is not None
    assert node_to_text(node) == "> quoted words"


@pytest.mark.parametrize("tag", ["div", "ul><li", "b><p", "table><tr><td", "blockquote", "a href=http://x"])
def test_depth_costs_neither_stack_nor_time(tag: str) -> None:
    """HTML nested 50,000 deep is read as far as it goes, in bounded time."""
    started = time.process_time()
    html_to_text(f"<{tag}>x" * 50_000)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "start",
    ["<p ", '<p a=">" ', '<!-- <p a=" --> <p ', "<style> <p a=' </style><p ", '<? <p a="> <p ', "</p "],
)
def test_attributes_cost_no_time(start: str) -> None:
    """A tag of 200,000 attributes is cut, wherever it hides."""
    started = time.process_time()
    text = html_to_text(start + " ".join(f"a{number}" for number in range(200_000)) + "><p>seen")
    assert time.process_time() - started < 2
    assert text == "" or text.endswith("seen")


def test_small_html_is_not_touched() -> None:
    """What can do no harm is left as it is."""
    assert bound_html("<p a=1>x<!-- c -->") == ("<p a=1>x<!-- c -->", ())


def test_inline_pictures_do_not_count() -> None:
    """Megabytes of picture inside of the HTML do not push the words behind them over the limit."""
    html = '<img src="data:image/png;base64,' + "A" * (MAX_HTML + 10) + '"><p>words</p>'
    bounded, defects = bound_html(html)
    assert html_to_text(bounded) == "words"
    assert defects == ()


def test_too_long_is_cut_and_noted() -> None:
    """HTML past the limit is cut, and that is said."""
    bounded, defects = bound_html("x " * MAX_HTML)
    assert len(bounded) <= MAX_HTML
    assert len(defects) == 1


_HTML = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<blockquote>",
            "</blockquote>",
            "<ul>",
            "<li>",
            "</ul>",
            "<br>",
            "<pre>",
            "</pre>",
            "<table>",
            "<td>",
            "</table>",
            '<a href="http://x">',
            "</a>",
            "<!--",
            "-->",
            "<",
            ">",
            "&",
            '"',
            "'",
            "<div ",
        ]
    )
    | st.text(max_size=4),
    max_size=40,
).map("".join)


@settings(deadline=None)
@given(_HTML)
def test_never_raises_and_leaves_clean_lines(html: str) -> None:
    """Any HTML becomes lines without trailing space and without two blank ones in a row."""
    text = html_to_text(html)
    assert "\n\n\n" not in text
    assert "\r" not in text


@given(st.text("abc <>&", max_size=60))
def test_words_survive(words: str) -> None:
    """Escaped text comes out as it went in, but for white space."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html_to_text(f"<p>{escaped}</p>").split() == words.split()
