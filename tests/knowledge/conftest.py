"""A fast embedder that knows words, not meaning, and a small desk of articles."""

import functools
import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from inboxd.knowledge.articles import Article, Passage
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.terms import words

ASKED = {
    "refund-policy": ("Getting a refund", "How do I get a refund?", "I want a refund for my order"),
    "reset-password": ("Resetting a password", "I forgot my password", "How can I reset my password?"),
    "invoice-copy": ("A copy of an invoice", "Please send me the invoice again", "Where is the invoice?"),
    "change-address": (
        "Changing the mail address",
        "Change the mail address of my account",
        "I have a new mail address",
    ),
    "export-data": ("Exporting data", "Where is the export of all data?", "Is there a data export as CSV?"),
    "working-hours": ("Working hours", "What are your working hours?", "Which hours are you working?"),
}


class WordEmbedder:
    """Sums one pseudo-random direction per word: equal words are near, nothing else is."""

    name = "words"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one normalised row of 64 numbers per text."""
        self.texts += texts
        rows = np.stack([self._row(text) for text in texts]) if texts else np.empty((0, 64), np.float32)
        return rows.astype(np.float32)

    def _row(self, text: str) -> NDArray[np.float64]:
        total = sum((direction(word) for word in words(text)), np.full(64, 1e-3))
        return np.asarray(total / np.linalg.norm(total))


@functools.cache
def direction(word: str) -> NDArray[np.float64]:
    """Return the direction of a word."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
    return np.random.default_rng(seed).normal(size=64)


def make_article(
    slug: str, title: str, questions: Sequence[str] = (), lang: str = "en", body: str = ""
) -> Article:
    """Return an article as if read from a file."""
    text = body or f"This is what to do about {title.lower()}."
    passages = (Passage("", text),)
    return Article(slug, title, tuple(questions), (), (), lang, True, passages, text, f"kb/{slug}.md", "0")


@pytest.fixture(scope="module")
def embedder() -> WordEmbedder:
    """Return the embedder that knows words only."""
    return WordEmbedder()


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    """Return the articles of a small desk."""
    return tuple(make_article(slug, asked[0], asked[1:]) for slug, asked in ASKED.items())


@pytest.fixture(scope="module")
def index(articles: tuple[Article, ...], embedder: WordEmbedder) -> Index:
    """Return the index of that desk."""
    return build_index(articles, embedder)
