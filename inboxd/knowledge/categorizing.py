"""Categorizing: how like a question is to every example of the categories, by meaning where the model is, by words always."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxd.core.categories import Category, CategoryMatch, Likeness, choose_category
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.shared_words import share_words
from inboxd.knowledge.terms import is_mostly_cjk, words

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder, Vectors

# Of both kinds of likeness, what each weighs where both are known.
_MEANING = 0.75
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
        self, categories: tuple[Category, ...], corrected: Sequence[Sample], embedder: "Embedder | None"
    ) -> None:
        self.categories = categories
        own = _own(categories)
        self.all = (*own, *corrected)
        self._embedder = embedder
        gists = [_gist(one.text) for one in self.all]
        self._words = share_words([words(one) for one in gists])
        self._vectors = (
            _vectors(embedder, gists[: len(own)], gists[len(own) :]) if embedder and gists else None
        )

    def classify(
        self, subject: str, text: str, without: frozenset[int] = frozenset()
    ) -> CategoryMatch | None:
        """Return the category of a question; ``without``: samples of these tickets do not count."""
        likenesses, by = self._likenesses(subject, text)
        found = (
            Likeness(one.category, one.name, value)
            for one, value in zip(self.all, likenesses, strict=True)
            if one.ticket is None or one.ticket not in without
        )
        return choose_category(self.categories, found, by)

    def _likenesses(self, subject: str, text: str) -> tuple[list[float], str]:
        question = read_question(subject, text)
        units = (question.units or ((subject or text)[:1000],))[:_UNITS]
        by_words = [
            max(own) for own in zip(*(self._words.likenesses(words(unit)) for unit in units), strict=True)
        ]
        whole = question.whole or units[0]
        # The default model knows no Chinese: what it says of it is noise.
        if self._vectors is None or self._embedder is None or is_mostly_cjk(whole):
            return by_words, "words"
        asked = _asked(self._embedder, question, tuple(dict.fromkeys((whole, *units[:2]))))
        by_meaning = (asked @ self._vectors.T).max(axis=0).tolist()
        both = zip(by_meaning, by_words, strict=True)
        return [_MEANING * meant + (1 - _MEANING) * shared for meant, shared in both], "meaning"


class Classifier:
    """The samples that count now; made anew when the file, the corrections or the model changed."""

    def __init__(self, embedder: Callable[[], "Embedder | None"]) -> None:
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


def _vectors(embedder: "Embedder", own: Sequence[str], corrected: Sequence[str]) -> "Vectors":
    import numpy as np  # noqa: PLC0415  14 MB, only where there is a model

    from inboxd.knowledge.kept_vectors import embed_once  # noqa: PLC0415  likewise

    lots = [embed_once(embedder, own)] if own else []
    lots += [embedder.embed(corrected)] if corrected else []
    return np.concatenate(lots)


def _asked(embedder: "Embedder", question: Question, texts: tuple[str, ...]) -> "Vectors":
    """Return what the texts mean; of a long mail what its sentences do, which matching reads too, and their mean.

    What it is about may stand in any of them, and is lost in the whole.
    """
    import numpy as np  # noqa: PLC0415  as above

    from inboxd.knowledge.composed import parts_of, shares_of, simple_units  # noqa: PLC0415  likewise

    made = parts_of(question)
    if made.keys().isdisjoint(texts):
        return embedder.embed(texts)
    simple = simple_units(question)
    vectors = embedder.embed(simple)
    return np.concatenate([shares_of(texts, simple, vectors, made) @ vectors, vectors[:_UNITS]])


def _gist(text: str) -> str:
    """Return what a text asks, without greeting and signature; the text itself where nothing is left of it."""
    return read_question("", text).whole or text[:1000]
