"""Categorizing: how like a question is to every example of the categories, by meaning where the model is, by words always."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inboxd.core.categories import Category, CategoryMatch, Likeness, choose_category
from inboxd.knowledge.embed import Embedder, Vectors
from inboxd.knowledge.lexical import TermIndex, bm25_scores, build_bm25, cjk_share, words
from inboxd.knowledge.question import read_question

# Of both kinds of likeness, what each weighs where both are known.
_MEANING = 0.75
_MOSTLY = 0.3
# What a question is about stands in its first sentences.
_UNITS = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text whose category is known: an example of the file, or (``ticket``) one that an operator put right."""

    category: str
    text: str
    ticket: int | None = None

    @property
    def name(self) -> str:
        """Return what it is called where somebody is told why."""
        return self.text if self.ticket is None else f"#{self.ticket}"


class Samples:
    """All samples, ready to be compared with."""

    def __init__(
        self, categories: tuple[Category, ...], corrected: Sequence[Sample], embedder: Embedder | None
    ) -> None:
        self.categories = categories
        self.all = (*_own(categories), *corrected)
        self._embedder = embedder
        terms = [words(_gist(one.text)) for one in self.all]
        self._index: TermIndex = build_bm25(terms)
        # What a sample says in all: the idf of its distinct terms.
        self._masses = np.array([_mass(self._index, one) for one in terms], np.float32)
        self._vectors: Vectors | None = (
            embedder.embed([_gist(one.text) for one in self.all]) if embedder and self.all else None
        )

    def classify(
        self, subject: str, text: str, without: frozenset[int] = frozenset()
    ) -> CategoryMatch | None:
        """Return the category of a question; ``without``: samples of these tickets do not count."""
        likenesses, by = self._likenesses(subject, text)
        found = (
            Likeness(one.category, one.name, float(value))
            for one, value in zip(self.all, likenesses, strict=True)
            if one.ticket is None or one.ticket not in without
        )
        return choose_category(self.categories, found, by)

    def _likenesses(self, subject: str, text: str) -> tuple[NDArray[np.float32], str]:
        question = read_question(subject, text)
        units = (question.units or ((subject or text)[:1000],))[:_UNITS]
        by_words = np.max([self._by_words(words(unit)) for unit in units], axis=0)
        whole = question.whole or units[0]
        # The default model knows no Chinese: what it says of it is noise.
        if self._vectors is None or self._embedder is None or cjk_share(whole) >= _MOSTLY:
            return by_words, "words"
        asked = self._embedder.embed(list(dict.fromkeys((whole, *units[:2]))))
        by_meaning = np.max(asked @ self._vectors.T, axis=0)
        return _MEANING * by_meaning + (1 - _MEANING) * by_words, "meaning"

    def _by_words(self, terms: tuple[str, ...]) -> NDArray[np.float32]:
        """Return the mean of how much of the unit stands in each sample, and how much of the sample in the unit."""
        there = bm25_scores(self._index, terms)
        said = np.zeros(len(self.all), np.float32)
        for term in dict.fromkeys(terms):
            row = self._index.vocabulary.get(term)
            if row is not None:
                said[self._index.texts[self._index.starts[row] : self._index.starts[row + 1]]] += (
                    self._index.idf[row]
                )
        return ((there + said / self._masses) / 2).astype(np.float32)


class Classifier:
    """The samples that count now; made anew when the file, the corrections or the model changed."""

    def __init__(self, embedder: Callable[[], Embedder | None]) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._made: tuple[object, Samples] | None = None

    def classify(
        self, categories: tuple[Category, ...], corrected: tuple[Sample, ...], subject: str, text: str
    ) -> CategoryMatch | None:
        """Return the category of a question, None when none stands out or there are none."""
        return self.samples(categories, corrected).classify(subject, text) if categories else None

    def samples(self, categories: tuple[Category, ...], corrected: tuple[Sample, ...]) -> Samples:
        """Return the samples to compare with."""
        embedder = self._embedder()
        key = (categories, corrected, embedder.name if embedder else "")
        with self._lock:
            if self._made is None or self._made[0] != key:
                self._made = (key, Samples(categories, corrected, embedder))
                _log.info(
                    "categories read", extra={"action": "categories_read", "samples": len(self._made[1].all)}
                )
            return self._made[1]


def _own(categories: tuple[Category, ...]) -> tuple[Sample, ...]:
    texts = (
        (one.name, text) for one in categories for text in (f"{one.name}: {one.description}", *one.examples)
    )
    return tuple(Sample(name, text) for name, text in texts)


def _mass(index: TermIndex, terms: tuple[str, ...]) -> float:
    return max(sum(float(index.idf[index.vocabulary[term]]) for term in dict.fromkeys(terms)), 1e-6)


def _gist(text: str) -> str:
    """Return what a text asks, without greeting and signature; the text itself where nothing is left of it."""
    return read_question("", text).whole or text[:1000]
