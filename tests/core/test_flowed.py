"""Flowed text (RFC 3676)."""

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.flowed import unflow


def test_paragraph_is_joined() -> None:
    """A line that ends in a space goes on in the next."""
    assert unflow("one \ntwo\nthree") == "one two\nthree"


def test_quotes_are_joined_within_their_depth() -> None:
    """Quoted lines flow among themselves only."""
    assert unflow("> one \n> two\n>> deep \nmine") == "> one two\n>> deep\nmine"


def test_signature_separator_does_not_flow() -> None:
    """The separator of a signature keeps its line, though it ends in a space."""
    assert unflow("bye \n-- \nJane") == "bye \n-- \nJane"


def test_delsp() -> None:
    """With DelSp the space only marks the break."""
    assert unflow("日本 \n語", delete_space=True) == "日本語"


def test_stuffed_line() -> None:
    """Space-stuffing is undone."""
    assert unflow(" > not a quote") == "> not a quote"


@given(st.text("ab> \n", max_size=80))
def test_words_are_kept(text: str) -> None:
    """Nothing but white space and quote marks is lost or added."""
    assert unflow(text).replace(" ", "").replace("\n", "").replace(">", "") == "".join(
        character for character in text if character in "ab"
    )
