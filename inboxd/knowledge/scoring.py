"""How well every article fits every unit of a question: the arrays that ranking and confidence are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.head import Head, centroid_head, fit_head, log_odds, softmax, span_of
from inboxd.knowledge.lexical import TermIndex, bm25_scores

# Weights of the ranking score, measured on ten public sets.
SIMILARITY_WEIGHT = 0.8
LEXICAL_WEIGHT = 0.2
HEAD_WEIGHT = 0.5
# A cohort text nearer than this to a phrasing asks the same; it is no example of "none of these".
SAME_QUESTION = 0.6
# Phrasings × articles beyond which fitting takes seconds; such a desk has its head from centroids.
MAX_FITTED = 800_000

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Base:
    """What units are compared with.

    Rows are grouped by article (``starts`` is the first of each), every article
    has at least one; articles without ``passages`` have none.
    ``span`` is that of rows and cohort, empty when the desk is too large to fit a head.
    """

    rows: Matrix
    owner: NDArray[np.int64]
    starts: NDArray[np.int64]
    terms: TermIndex
    words: tuple[tuple[str, ...], ...]
    passages: Matrix
    passage_owner: NDArray[np.int64]
    cohort: Matrix
    span: Matrix

    @property
    def articles(self) -> int:
        """Return how many articles there are."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Stand:
    """The part of a base in use: all of it, or (leave-one-out) without some phrasings and articles."""

    active: Mask
    others: Mask
    counts: NDArray[np.int64]
    centroids: Matrix
    head: Head


@dataclass(frozen=True, slots=True)
class UnitScores:
    """Arrays of units × articles (``passages``: of units × passages; ``none`` and ``cohort``: per unit); articles not in use score -1."""

    score: Matrix
    nearest: Matrix
    second: Matrix
    centroid: Matrix
    lexical: Matrix
    passage: Matrix
    passages: Matrix
    odds: Matrix
    probability: Matrix
    none_odds: Matrix
    none: Matrix
    cohort: Matrix


def span_for(rows: Matrix, cohort: Matrix, articles: int) -> Matrix:
    """Return the span heads are fitted in, nothing for a desk too large to fit one."""
    if (len(rows) + len(cohort)) * (articles + 1) > MAX_FITTED:
        return np.empty((rows.shape[1], 0), np.float32)
    return span_of(np.concatenate([rows, cohort]))


def make_stand(base: Base, active: Mask | None = None, others: Mask | None = None) -> Stand:
    """Return the stand of the marked phrasings and cohort texts (default: all), its head fitted to them."""
    marked = np.ones(len(base.rows), np.bool_) if active is None else active
    strangers = np.ones(len(base.cohort), np.bool_) if others is None else others
    counts = np.bincount(base.owner[marked], minlength=base.articles)
    sums = np.add.reduceat(np.where(marked[:, None], base.rows, np.float32(0)), base.starts, axis=0)
    centroids = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    far = base.cohort[_farthest(base) & strangers]
    classes = base.articles + 1
    labels = np.concatenate([base.owner[marked], np.full(len(far), base.articles)])
    training = np.concatenate([base.rows[marked], far])
    if not base.span.size:
        head = centroid_head(centroids, far)
    else:
        head = fit_head(training, labels, classes, base.span)
    return Stand(marked, strangers, counts.astype(np.int64), centroids.astype(np.float32), head)


def score_units(base: Base, stand: Stand, rows: Matrix, terms: Sequence[Sequence[str]]) -> UnitScores:
    """Return the scores of units given as rows of the space and as their words."""
    similar = np.where(stand.active[None, :], rows @ base.rows.T, np.float32(-1))
    nearest = np.maximum.reduceat(similar, base.starts, axis=1)
    second = _second(similar, nearest, base)
    centroid = rows @ stand.centroids.T
    said = np.stack([bm25_scores(base.terms, unit) for unit in terms]) if len(terms) else similar
    lexical = np.maximum.reduceat(np.where(stand.active[None, :], said, np.float32(0)), base.starts, axis=1)
    odds = log_odds(stand.head, rows)
    probabilities = softmax(odds)
    inside = 0.5 * nearest + 0.5 * centroid
    score = SIMILARITY_WEIGHT * inside + LEXICAL_WEIGHT * lexical + HEAD_WEIGHT * probabilities[:, :-1]
    in_use = stand.counts > 0
    passages = rows @ base.passages.T if len(base.passages) else np.zeros((len(rows), 0), np.float32)
    return UnitScores(
        score=np.where(in_use, score, np.float32(-1)).astype(np.float32),
        nearest=nearest,
        second=second,
        centroid=centroid.astype(np.float32),
        lexical=lexical.astype(np.float32),
        passage=_nearest_passages(base, passages),
        passages=passages,
        odds=np.where(in_use, odds[:, :-1], np.float32(-20)).astype(np.float32),
        probability=probabilities[:, :-1],
        none_odds=odds[:, -1],
        none=probabilities[:, -1],
        cohort=_cohort_nearness(base, stand, rows),
    )


def unit_slice(scores: UnitScores, start: int, stop: int) -> UnitScores:
    """Return the scores of some units of a batch."""
    return UnitScores(*(getattr(scores, part.name)[start:stop] for part in fields(scores)))


def own_nearness(base: Base) -> Matrix:
    """Return, per article, how near its phrasings are to each other (mean of each one's nearest sibling).

    Articles with one phrasing get the median of the others, 0.6 when there are none.
    """
    means = np.full(base.articles, np.nan)
    for article, own in enumerate(np.split(base.rows, base.starts[1:])):
        if len(own) > 1:
            among = own @ own.T
            np.fill_diagonal(among, -1)
            means[article] = among.max(axis=1).mean()
    usual = float(np.nanmedian(means)) if np.isfinite(means).any() else 0.6
    return np.where(np.isfinite(means), means, usual).astype(np.float32)


def _farthest(base: Base) -> Mask:
    if not len(base.cohort):
        return np.zeros(0, np.bool_)
    return np.asarray((base.cohort @ base.rows.T).max(axis=1) < SAME_QUESTION)


def _second(similar: Matrix, nearest: Matrix, base: Base) -> Matrix:
    """Return the mean of the two nearest phrasings, the nearest alone where there is only one."""
    without = np.where(similar == nearest[:, base.owner], np.float32(-1), similar)
    second = np.maximum.reduceat(without, base.starts, axis=1)
    return np.where(second > -1, (nearest + second) / 2, nearest).astype(np.float32)


def _cohort_nearness(base: Base, stand: Stand, rows: Matrix) -> Matrix:
    if not stand.others.any():
        return np.zeros(len(rows), np.float32)
    return np.asarray((rows @ base.cohort[stand.others].T).max(axis=1), np.float32)


def _nearest_passages(base: Base, similar: Matrix) -> Matrix:
    """Return, per unit and article, how near the nearest of its passages is; 0 for articles without one."""
    near = np.zeros((len(similar), base.articles), np.float32)
    if similar.shape[1]:
        owners, starts = np.unique(base.passage_owner, return_index=True)
        near[:, owners] = np.maximum.reduceat(similar, starts, axis=1)
    return near
