import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.knowledge.lexical import bm25_of_all, build_bm25, held_share, weigh
from inboxd.knowledge.shared_words import share_words

TEXTS = (("pay", "by", "card"), ("the", "card", "is", "lost", "card"), ("close", "the", "account"), ())
TERMS = st.lists(st.sampled_from(["pay", "card", "lost", "close", "account", "xyzzy"]), max_size=8)


@given(st.lists(TERMS, min_size=1, max_size=6), TERMS)
@settings(max_examples=60)
def test_it_says_what_the_arrays_say(texts: list[list[str]], asked: list[str]) -> None:
    """The same texts are as alike without numpy as with it."""
    index = build_bm25(texts)
    there = bm25_of_all(index, [asked])[0]
    said = [held_share(weigh(index, text), asked) for text in texts]
    found = share_words(texts).likenesses(asked)
    assert np.allclose(found, (there + np.array(said)) / 2, atol=1e-5)


def test_a_text_is_most_like_itself() -> None:
    """What was said is found where it was said, and a text without words is like nothing."""
    likenesses = share_words(TEXTS).likenesses(("close", "the", "account"))
    assert max(likenesses) == likenesses[2]
    assert likenesses[3] == 0


def test_nothing_is_like_nothing() -> None:
    """Without texts there is no likeness, and without words none above zero."""
    assert share_words(()).likenesses(("card",)) == []
    assert share_words(TEXTS).likenesses(()) == [0, 0, 0, 0]
