"""How lines are read before any word of them is understood."""

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.quoting_lines import LINE_LIMIT, fenced, read_line, read_lines


def test_quote_marks_and_invisible_characters_do_not_count_in_comparison() -> None:
    """Marks of any depth, no-break spaces and direction marks vanish from the comparison form only."""
    line = read_line("> >\xa0\u200fHello \u202aBob\u202c")
    assert (line.bare, line.quoted) == ("Hello Bob", True)
    assert line.text.startswith("> >")


def test_a_line_is_looked_at_only_so_far() -> None:
    """A 64 KB line is compared by its beginning and kept whole."""
    line = read_line("x" * 65_536)
    assert (len(line.bare), len(line.text)) == (LINE_LIMIT, 65_536)


def test_closed_fences_hold_code() -> None:
    """An opening fence without an end is none."""
    assert fenced(read_lines("a\n```\n> b\n```\nc\n```\nd")) == {1, 2, 3}


@given(st.text())
def test_reading_loses_no_line(text: str) -> None:
    """Every line is kept as it was written."""
    assert [line.text for line in read_lines(text)] == text.splitlines()
