"""How a survey's comment sounds, where its words alone do not say: by the sentence model.

A logistic regression over the sentence embedding, trained on labelled comments in five languages
(``benchmarks/train_sentiment.py``, figures in docs/figures.md). Another model, or none: the words and the score judge.
"""

import json
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from inboxd.core.sentiment import ALIKE, Sentiment, sentiment_of, signs_of
from inboxd.knowledge.embed import Embedder

VERSION = 1
MAX_TEXT = 1_000


def judge_comment(embedder: Embedder | None, comment: str, score: int | None) -> str:
    """Return ``positive``, ``neutral`` or ``negative``; empty for a comment without words."""
    if embedder is None or signs_of(comment).sentiment is not None:
        return sentiment_of(comment, score)
    return sentiment_of(comment, score, likelihood(embedder, comment))


def likelihood(embedder: Embedder, comment: str) -> tuple[float, float, float]:
    """Return how probable each ``Sentiment`` is by the model; alike where the weights are of another model."""
    head = _head()
    if embedder.name != head.model:
        return ALIKE
    odds = head.weights @ embedder.embed((comment[:MAX_TEXT],))[0] + head.offsets
    shares = np.exp(odds - odds.max())
    positive, neutral, negative = (float(one) for one in shares / shares.sum())
    return positive, neutral, negative


class _Head:
    """The shipped weights: one row per ``Sentiment``, in its order."""

    def __init__(self, model: str, weights: NDArray[np.float32], offsets: NDArray[np.float32]) -> None:
        self.model, self.weights, self.offsets = model, weights, offsets


@lru_cache(maxsize=1)
def _head() -> _Head:
    shipped = json.loads(
        resources.files("inboxd.knowledge").joinpath("sentiment.json").read_text(encoding="utf-8")
    )
    if shipped["version"] != VERSION or tuple(shipped["classes"]) != tuple(one.value for one in Sentiment):
        raise ValueError("sentiment.json does not fit; run benchmarks/train_sentiment.py --write")
    return _Head(
        shipped["model"],
        np.array(shipped["weights"], dtype=np.float32),
        np.array(shipped["offsets"], dtype=np.float32),
    )
