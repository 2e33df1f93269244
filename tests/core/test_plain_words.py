import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.plain_words import as_name, inline, paragraphs, without_marks

ANY_TEXT = st.text(alphabet=st.characters(), max_size=600)


@given(ANY_TEXT, st.integers(min_value=2, max_value=100))
def test_inline_is_one_short_line(text: str, limit: int) -> None:
    """Whatever comes in, one line of at most the limit comes out, and doing it again changes nothing."""
    line = inline(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert inline(line, limit) == line
    line.encode()


def test_inline_shows_what_is_there() -> None:
    """Numbers print, None is nothing, direction overrides go."""
    assert inline(12) == "12"
    assert not inline(None)
    assert inline("a\u202egnp.exe\r\n b") == "agnp.exe b"
    assert inline("word " * 100, 12) == "word word w…"


@given(ANY_TEXT, st.integers(min_value=5, max_value=200))
def test_paragraphs_are_bounded(text: str, limit: int) -> None:
    """Long text is cut near the limit and says so; no line end but LF is left."""
    shown = paragraphs(text, limit)
    assert len(shown) <= limit + 4
    assert "\r" not in shown
    assert "\n\n\n" not in shown


def test_paragraphs_keep_the_layout() -> None:
    """Lines and indentation stay; runs of empty lines shrink to one."""
    assert paragraphs("a\r\n\r\n\r\n\r\n  b\x00\n", 100) == "a\n\n  b"
    assert paragraphs("line one\nline two\nline three", 20) == "line one\nline two\n[…]"


def test_a_huge_text_is_cut_without_reading_it_all() -> None:
    """Ten megabytes are cut to the limit."""
    assert len(paragraphs("x y\n" * 2_500_000, 1000)) <= 1004


@pytest.mark.parametrize("name", ["Ben Bauer", "王小明", "O'Neil-Smith", "Dr. Zoë Ünal"])
def test_names_are_greeted(name: str) -> None:
    """Names of any language follow Hello."""
    assert as_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "ben@example.test", "Win 1000", "buy at evil.test", "x" * 60, "http://x", "Hi! Click"]
)
def test_what_is_no_name_is_not_greeted(name: str) -> None:
    """A forged sender's name cannot turn our confirmation into his advertisement."""
    assert not as_name(name)


def test_trusted_text_loses_only_the_marks() -> None:
    """An article keeps every character but controls and noncharacters."""
    assert without_marks("a\ufdd0b\ufdd1\x00\r\n**c** \u202e") == "ab\n**c** \u202e"
