from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inboxd.knowledge.likeness import likeness


class OneMeaning:
    """A model to which everything means the same."""

    name = "one"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same row for every text."""
        return np.array([[0.6, 0.8]] * len(texts), np.float32)


def test_words_in_common() -> None:
    """The same words are 1, none in common 0, an empty text is like nothing."""
    assert likeness("Press the red button", "press the RED button.", None) == 1.0
    assert likeness("Press the red button", "Quite another thing", None) == 0.0
    assert likeness("", "x", None) == 0.0
    assert 0.4 < likeness("Press the red button twice", "Press the green button", None) < 0.9


def test_by_meaning_where_the_model_knows_the_language() -> None:
    """The model lifts texts of other words; of Chinese it knows nothing."""
    assert likeness("one thing", "quite another", OneMeaning()) == 1.0
    assert likeness("如何退款", "天气很好", OneMeaning()) < 0.5


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=50)
def test_always_between_0_and_1(first: str, second: str) -> None:
    """Any two texts have a likeness, the same both ways round."""
    assert 0 <= likeness(first, second, None) == likeness(second, first, None) <= 1
