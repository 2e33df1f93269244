import unicodedata

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.knowledge.composed import FEW_CHARACTERS, parts_of, shares_of, simple_units, words_of
from inboxd.knowledge.question import read_question
from inboxd.knowledge.terms import words

LONG = (
    "We moved to a new office in spring and everything went well until last week. "
    "Then the invoice came with the address of the old office on its first page. "
    "How do I change the address that stands on the invoice of this month? "
    "Our accountant wants it before the end of the week."
)


def test_a_short_mail_is_embedded_as_it_is() -> None:
    """Below a hundred tokens every unit is asked for by itself."""
    question = read_question("My invoice", "How do I change the address? It is wrong.")
    assert parts_of(question) == {}
    assert simple_units(question) == question.units


def test_of_a_long_mail_only_sentences_and_subject_are_embedded_first() -> None:
    """Pairs, the whole and the whole with the subject are made of them."""
    question = read_question("The address of our office", LONG)
    made = parts_of(question)
    assert set(simple_units(question)) == {*question.sentences, question.subject}
    assert set(made) == set(question.units) - set(simple_units(question))
    assert made[question.whole] == question.sentences
    assert made[f"{question.sentences[0]} {question.sentences[1]}"] == question.sentences[:2]


def test_what_is_not_embedded_is_the_mean_of_its_parts_by_length() -> None:
    """The longer sentence counts for more, and rows stay normalised; a known vector is taken as it is."""
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    made = {"ab abcdef": ("ab", "abcdef")}
    rows = shares_of(["ab", "ab abcdef"], ["ab", "abcdef"], vectors, made) @ vectors
    assert np.allclose(rows[0], (1, 0))
    assert np.allclose(rows[1], np.array([1, 3]) / np.sqrt(10), atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=1_500))
def test_every_unit_is_embedded_or_composed(subject: str, text: str) -> None:
    """Whatever was written, each unit gets its row from what is embedded first."""
    question = read_question(subject, text)
    simple = simple_units(question)
    vectors = np.array([[1, 0] for _ in simple], np.float32).reshape(-1, 2)
    made = parts_of(question)
    if question.units:
        shares = shares_of(question.units, simple, vectors, made)
        assert np.allclose(shares @ vectors, (1, 0), atol=1e-6)
    if sum(map(len, question.units)) <= FEW_CHARACTERS:
        assert simple == question.units


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=1_500))
def test_words_of_the_parts_are_those_of_the_whole(subject: str, text: str) -> None:
    """What a unit says is what its parts say, in order, wherever no sentence begins with a mark for the letter before."""
    question = read_question(subject, text)
    units = question.units
    if not any(unicodedata.combining(one[0]) for one in units):
        assert words_of(units, parts_of(question)) == tuple(words(unit) for unit in units)
