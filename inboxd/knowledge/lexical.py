"""How much of what was said a text holds (BM25).

BM25 is Lucene's form (Robertson & Zaragoza 2009; LUCENE-8563), divided by the idf mass of the query with unknown
words included: "how much of what was said is in this text", 0 to 1 and comparable between queries.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TermIndex:
    """An inverted index: for each term the texts that hold it, with weights; ``idf`` per known term.

    ``masses`` is what each text says in all: the idf of its distinct terms.
    """

    vocabulary: dict[str, int]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    weights: Scores
    idf: Scores
    unknown_idf: float
    size: int
    masses: NDArray[np.float64]


def build_bm25(texts: Sequence[Sequence[str]], background: Iterable[Sequence[str]] = ()) -> TermIndex:
    """Return the index of some texts; ``background`` texts only teach how common a term is."""
    lengths = np.array([len(terms) for terms in texts], np.float32)
    mean = max(float(lengths.mean()), 1.0) if len(texts) else 1.0
    norms = K1 * (1 - B + B * lengths / mean)
    postings = _postings(texts)
    total, idf = _idf_of(postings, len(texts), background)
    starts = np.concatenate(([0], np.cumsum([len(entry) for entry in postings.values()]))).astype(np.int64)
    flat = np.array([pair for entry in postings.values() for pair in entry], np.int32).reshape(-1, 2)
    places, counts = flat[:, 0], flat[:, 1].astype(np.float32)
    weights = np.repeat(idf, np.diff(starts)) * counts / (counts + norms[places])
    vocabulary = {term: row for row, term in enumerate(postings)}
    unknown = float(np.log(1 + (total + 0.5) / 0.5))
    masses = np.asarray(np.bincount(places, np.repeat(idf, np.diff(starts)), len(texts)), np.float64)
    return TermIndex(vocabulary, starts, places, weights.astype(np.float32), idf, unknown, len(texts), masses)


def bm25_of_all(index: TermIndex, units: Sequence[Sequence[str]]) -> Scores:
    """Return the scores of several queries (units × texts); a term that many of them share is looked up once."""
    totals = np.zeros((len(units), index.size), np.float32)
    found: dict[str, tuple[float, slice | None]] = {}
    for at, unit in enumerate(units):
        for term in unit:
            if term not in found:
                found[term] = _idf(index, term), _span(index, term)
        asked = [found[term] for term in dict.fromkeys(unit)]
        spans = [span for _, span in asked if span is not None]
        if spans:
            texts = np.concatenate([index.texts[span] for span in spans])
            weights = np.concatenate([index.weights[span] for span in spans])
            mass = max(sum(idf for idf, _ in asked), 1e-6)
            totals[at] = np.bincount(texts, weights, index.size) / mass
    return totals


def known_share(index: TermIndex, terms: Sequence[str], texts: NDArray[np.bool_] | None = None) -> float:
    """Return the share of the query's idf mass known to the index, or to any of the marked texts."""
    distinct = tuple(dict.fromkeys(terms))
    mass = sum(_idf(index, term) for term in distinct)
    known = sum(_idf(index, term) for term in distinct if _holds(index, term, texts))
    return known / mass if mass else 0.0


def weigh(index: TermIndex, terms: Sequence[str]) -> dict[str, float]:
    """Return the idf of every distinct term, in order."""
    return {term: _idf(index, term) for term in terms}


def held_share(weights: Mapping[str, float], held: Collection[str]) -> float:
    """Return the share of a query's idf mass that is among the terms of one text."""
    mass = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / mass if mass else 0.0


def covered_share(weights: Mapping[str, float], text: Iterable[str], mass: float) -> float:
    """Return the share of a text's idf mass that the query says, too (the other way round than BM25).

    ``mass`` is that of the text (``TermIndex.masses``).
    """
    return sum(weights[term] for term in {*text} & weights.keys()) / mass if mass else 0.0


def _postings(texts: Sequence[Sequence[str]]) -> dict[str, list[tuple[int, int]]]:
    """Return, for every term, the texts that hold it and how often."""
    postings: dict[str, list[tuple[int, int]]] = {}
    for at, terms in enumerate(texts):
        for term, count in Counter(terms).items():
            postings.setdefault(term, []).append((at, count))
    return postings


def _idf_of(
    postings: Mapping[str, Sequence[object]], size: int, background: Iterable[Sequence[str]]
) -> tuple[int, Scores]:
    """Return how many texts there are in all, and the idf of every term."""
    total, frequency = size, {term: len(entry) for term, entry in postings.items()}
    for terms in background:
        total += 1
        for term in set(terms) & frequency.keys():
            frequency[term] += 1
    counts = np.fromiter(frequency.values(), np.float64, len(frequency))
    return total, np.log(1 + (total - counts + 0.5) / (counts + 0.5)).astype(np.float32)


def _span(index: TermIndex, term: str) -> slice | None:
    """Return where the texts that hold a term stand; None when no text does."""
    row = index.vocabulary.get(term)
    return None if row is None else slice(index.starts[row], index.starts[row + 1])


def _idf(index: TermIndex, term: str) -> float:
    row = index.vocabulary.get(term)
    return index.unknown_idf if row is None else float(index.idf[row])


def _holds(index: TermIndex, term: str, texts: NDArray[np.bool_] | None) -> bool:
    row = index.vocabulary.get(term)
    if row is None:
        return False
    if texts is None:
        return True
    return bool(texts[index.texts[index.starts[row] : index.starts[row + 1]]].any())
