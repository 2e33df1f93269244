from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.spelling import did_you_mean, nearest

KEYS = ("subject", "subject_or_body", "attachments", "Language")


def test_the_nearest_word_is_found() -> None:
    """A swapped, missing or wrong letter, and the wrong case, still lead to the word that was meant."""
    assert nearest("subjcet", KEYS) == "subject"
    assert nearest("attachment", KEYS) == "attachments"
    assert nearest("LANGUAGE", KEYS) == "Language"


def test_nothing_near_is_nothing() -> None:
    """A wrong hint is worse than none."""
    assert nearest("xyz", KEYS) is None
    assert did_you_mean("xyz", KEYS) == ""
    assert did_you_mean("subjet", KEYS) == "; did you mean 'subject'?"


@given(st.text(max_size=200), st.lists(st.text(max_size=10), max_size=5))
def test_any_word_is_compared(word: str, known: list[str]) -> None:
    """What is found is one of the known words, whatever was typed."""
    found = nearest(word, known)

    assert found is None or found in known
