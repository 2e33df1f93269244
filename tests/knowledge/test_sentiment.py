from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from inboxd.core.sentiment import ALIKE, signs_of
from inboxd.knowledge.embed import Embedder, Vectors, load_embedder
from inboxd.knowledge.model_export import PACKAGED_MODEL
from inboxd.knowledge.sentiment import judge_comment, likelihood

COMMENTS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "surveys" / "comments.tsv").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def model() -> Embedder:
    """The sentence model itself."""
    return load_embedder(PACKAGED_MODEL)


class Other:
    """An embedder the weights were not trained on."""

    name = "another-model"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of another length."""
        return np.ones((len(texts), 7), dtype=np.float32)


def test_the_model_helps_where_words_are_silent(model: Embedder) -> None:
    """On labelled comments it never saw, text alone, words and model are right in seven of ten; words alone in fewer."""
    alone = sum(judge_comment(None, text, None) == label for _, label, text in COMMENTS)
    both = sum(judge_comment(model, text, None) == label for _, label, text in COMMENTS)
    assert both >= 0.7 * len(COMMENTS)
    assert both > alone


def test_another_model_leaves_it_to_words_and_score() -> None:
    """Weights of one model say nothing about the vectors of another."""
    silent = "The parcel arrived on Tuesday."
    assert signs_of(silent).sentiment is None
    assert likelihood(Other(), silent) == ALIKE
    assert judge_comment(Other(), silent, 1) == "negative"


def test_shares_add_up(model: Embedder) -> None:
    """What the model says are probabilities of the three sentiments."""
    assert abs(sum(likelihood(model, "The parcel arrived on Tuesday.")) - 1) < 1e-5
