"""HTML that formats and does nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from inboxd.core.relay_clean import clean_body, clean_html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p>a<script>x()</script></p>", "<p>a</p>"),
        ('<p onclick="x()" class="c" id="i">a</p>', "<p>a</p>"),
        ("<form><input><button>a</button></form>", "a"),
        (
            '<p style="color:red;position:fixed;background:url(https://t.example)">a</p>',
            '<p style="color:red">a</p>',
        ),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href="mailto:a@b.example?body=%23solved">a</a>', '<a href="mailto:a@b.example">a</a>'),
        ('<a href="/relative">a</a>', "<a>a</a>"),
        ('a<img src="https://t.example/1.gif">', "a<img>"),
        ('a<img src="cid:x@y">', 'a<img src="cid:x@y">'),
        ("<!-- secret -->a<!--[if mso]>b<![endif]-->", "a"),
        ("<p>a</p><br>&nbsp;<br>\n", "<p>a</p>"),
    ],
)
def test_what_stays(html: str, cleaned: str) -> None:
    """Words and looks stay; what runs, loads, hides or leads astray goes."""
    assert clean_html(html) == cleaned


def test_frames_are_taken_off() -> None:
    """A layout table of ours around an answer between our lines loses its border and colours."""
    body = LexborHTMLParser(
        '<table role="presentation" style="border:1px" width="9"><tr><td style="padding:9px">a</table>'
    ).body
    assert body is not None

    assert clean_body(body) == "<table><tbody><tr><td>a</td></tr></tbody></table>"


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="<>/\"'=abimgsrc:cdp \n&;#x", max_size=120))
def test_cleaning_twice_changes_nothing(html: str) -> None:
    """What is clean is clean."""
    once = clean_html(html)
    assert clean_html(once) == once
