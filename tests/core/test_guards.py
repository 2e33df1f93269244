import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.guard_words import EXAMPLES, PASSES, PATTERNS
from inboxd.core.guards import SHIPPED, Guard, guards_hit, sentence_of


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in EXAMPLES for text in EXAMPLES[name]])
def test_every_example_is_stopped(name: str, text: str) -> None:
    """Each shipped guard stops its example sentences in English, German, French, Spanish and Chinese."""
    assert name in guards_hit(text)


@pytest.mark.parametrize("text", PASSES)
def test_ordinary_questions_pass(text: str) -> None:
    """A question about the product, even about how to cancel, runs into no guard."""
    assert guards_hit(text) == ()


def test_every_guard_has_patterns_examples_and_a_sentence() -> None:
    """The tables name the same guards, and each can be told to a person in words."""
    assert set(PATTERNS) == set(EXAMPLES) == set(SHIPPED)
    assert all("guard" not in sentence_of(name) for name in SHIPPED)


def test_own_words_are_whole_words() -> None:
    """A desk's own guard stops its words and phrases, not words they are part of; Chinese has no word ends."""
    own = (Guard("press", ("press", "interview request", "采访")),)
    assert guards_hit("I am from the PRESS.", own) == ("press",)
    assert guards_hit("An interview request", own) == ("press",)
    assert guards_hit("我想采访你们", own) == ("press",)
    assert guards_hit("How do I compress my data, expressly?", own) == ()
    assert "press" in sentence_of("press")


def test_shipped_guards_can_be_left_out_and_widened() -> None:
    """Only the guards that are given stop a mail, and a shipped one may be given further words."""
    assert guards_hit("My lawyer will contact you.", (Guard("anger"),)) == ()
    assert guards_hit("Grmpf.", (Guard("anger", ("grmpf",)),)) == ("anger",)


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_is_judged(text: str) -> None:
    """Whatever was written, the answer is a tuple of known names."""
    assert set(guards_hit(text)) <= set(SHIPPED)


@pytest.mark.parametrize("piece", ["cancel my ", "speak to a ", "jemand hat ", "i want to ", "!", "a b c "])
def test_long_mails_cost_no_more_than_linear_time(piece: str) -> None:
    """A hostile mail of a megabyte is judged in less than a second."""
    began = time.process_time()
    guards_hit(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 1
