"""How well every article fits every unit of a question: the arrays that ranking and confidence are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.head import Head, centroid_odds, fit_head, log_odds, softmax, span_of
from inboxd.knowledge.lexical import TermIndex, bm25_of_all
from inboxd.knowledge.products import Factor, Mixed, Spelling, factor_of, similar, spelling_of, weigh

# Weights of the ranking score, measured on ten public sets.
SIMILARITY_WEIGHT = 0.8
LEXICAL_WEIGHT = 0.2
HEAD_WEIGHT = 0.5
# A cohort text nearer than this to a phrasing asks the same; it is no example of "none of these".
SAME_QUESTION = 0.6
# Phrasings × articles beyond which fitting takes seconds; such a desk has its head from centroids.
MAX_FITTED = 800_000
# What the order of adding up changes in a product: phrasings this near to each other are the same.
_SAME = np.float32(1e-6)

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Base:
    """What units are compared with.

    Rows are grouped by article (``starts`` is the first of each), every article
    has at least one; articles without ``passages`` have none.
    ``span`` is that of rows and cohort, empty when the desk is too large to fit a head. ``meaning``
    (dimensions × texts) and ``spelling`` are the two halves of rows and cohort, as units are compared with them; ``apart`` marks the cohort texts that are no question of this desk.
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
    meaning: Matrix
    spelling: Spelling
    apart: Mask

    @property
    def articles(self) -> int:
        """Return how many articles there are."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Stand:
    """The part of a base in use: all of it, or (leave-one-out) without some phrasings and articles.

    ``lengths`` is what the sum of an article's rows is divided by to get its centroid; ``head`` is None where the desk
    is too large to fit one, and its centroids stand in.
    """

    active: Mask
    others: Mask
    counts: NDArray[np.int64]
    centroids: Matrix
    lengths: Matrix
    head: Head | None


@dataclass(frozen=True, slots=True)
class UnitScores:
    """Arrays of units × articles (``rows``: units × dimensions; ``none`` and ``cohort``: per unit).

    Articles not in use score -1; ``near`` is units × phrasings, -1 for those not in use.
    """

    score: Matrix
    nearest: Matrix
    near: Matrix
    centroid: Matrix
    lexical: Matrix
    rows: Matrix
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


def make_base(
    rows: Matrix,
    owner: NDArray[np.int64],
    said: tuple[tuple[str, ...], ...],
    terms: TermIndex,
    passages: Matrix,
    passage_owner: NDArray[np.int64],
    cohort: Matrix,
    meant: int,
) -> Base:
    """Return the base of phrasings (``rows``, their articles in ascending order), passages and cohort.

    ``meant`` is how many of the columns hold the sentence embedding.
    """
    starts = np.searchsorted(owner, np.arange(int(owner[-1]) + 1))
    both = np.concatenate([rows, cohort])
    meaning, spelling = np.ascontiguousarray(both[:, :meant].T), spelling_of(both[:, meant:])
    apart = np.asarray((cohort @ rows.T).max(axis=1) < SAME_QUESTION)
    span = span_for(rows, cohort, len(starts))
    return Base(
        rows, owner, starts, terms, said, passages, passage_owner, cohort, span, meaning, spelling, apart
    )


def make_stand(base: Base, active: Mask | None = None, others: Mask | None = None) -> Stand:
    """Return the stand of the marked phrasings and cohort texts (default: all), its head fitted to them."""
    marked = np.ones(len(base.rows), np.bool_) if active is None else active
    strangers = np.ones(len(base.cohort), np.bool_) if others is None else others
    counts = np.bincount(base.owner[marked], minlength=base.articles)
    sums = np.add.reduceat(np.where(marked[:, None], base.rows, np.float32(0)), base.starts, axis=0)
    lengths = np.maximum(np.linalg.norm(sums, axis=1), 1e-6).astype(np.float32)
    centroids = (sums / lengths[:, None]).astype(np.float32)
    head = None
    if base.span.size:
        far = base.cohort[base.apart & strangers]
        labels = np.concatenate([base.owner[marked], np.full(len(far), base.articles)])
        training = np.concatenate([base.rows[marked], far])
        head = fit_head(training, labels, base.articles + 1, base.span)
    return Stand(marked, strangers, counts.astype(np.int64), centroids, lengths, head)


def score_units(
    base: Base, stand: Stand, rows: Matrix, terms: Sequence[Sequence[str]], mixed: Mixed | None = None
) -> UnitScores:
    """Return the scores of units given as rows of the space and as their words.

    ``mixed`` says how what the rows mean is made of fewer vectors, where it is: fewer products with all texts.
    """
    units = factor_of(rows, len(base.meaning), mixed)
    seen = _look(base, stand, units)
    lexical = _lexical(base, stand, terms)
    odds = _odds(base, stand, units, seen.centroid, seen.foreign)
    probabilities = softmax(odds)
    score = SIMILARITY_WEIGHT * 0.5 * (seen.nearest + seen.centroid) + LEXICAL_WEIGHT * lexical
    score += HEAD_WEIGHT * probabilities[:, :-1]
    in_use = stand.counts > 0
    return UnitScores(
        score=np.where(in_use, score, np.float32(-1)),
        nearest=seen.nearest,
        near=seen.near,
        centroid=seen.centroid,
        lexical=lexical,
        rows=rows,
        odds=np.where(in_use, odds[:, :-1], np.float32(-20)),
        probability=probabilities[:, :-1],
        none_odds=odds[:, -1],
        none=probabilities[:, -1],
        cohort=_cohort_nearness(stand, seen.foreign),
    )


def two_nearest(base: Base, scores: UnitScores, unit: int, article: int) -> float:
    """Return the mean of a unit's two nearest phrasings of an article, the nearest alone where there is only one."""
    start = base.starts[article]
    stop = base.starts[article + 1] if article + 1 < base.articles else len(base.rows)
    own = scores.near[unit, start:stop]
    nearest = own.max()
    second = own[own < nearest - _SAME].max(initial=np.float32(-1))
    return float((nearest + second) / 2 if second > -1 else nearest)


def unit_slice(scores: UnitScores, start: int, stop: int) -> UnitScores:
    """Return the scores of some units of a batch."""
    parts: list[Matrix] = [getattr(scores, part.name) for part in fields(scores)]
    return UnitScores(*[part[start:stop] for part in parts])


def replace_units(scores: UnitScores, units: Sequence[int], fresh: UnitScores) -> UnitScores:
    """Return the scores with those of some units, in order, put in place of theirs."""
    parts = []
    for part in fields(scores):
        whole = getattr(scores, part.name).copy()
        whole[units] = getattr(fresh, part.name)
        parts.append(whole)
    return UnitScores(*parts)


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


@dataclass(frozen=True, slots=True)
class _Seen:
    """How near units are to all phrasings, and what follows for each article."""

    near: Matrix
    nearest: Matrix
    centroid: Matrix
    foreign: Matrix


def _look(base: Base, stand: Stand, units: Factor) -> _Seen:
    alike = similar(units, base.meaning, base.spelling)
    own, foreign = alike[:, : len(base.rows)], alike[:, len(base.rows) :]
    whole = bool(stand.active.all())
    near = own if whole else np.where(stand.active, own, np.float32(-1))
    sums = np.add.reduceat(own if whole else np.where(stand.active, own, np.float32(0)), base.starts, axis=1)
    return _Seen(
        near,
        np.maximum.reduceat(near, base.starts, axis=1),
        np.asarray(sums / stand.lengths, np.float32),
        foreign,
    )


def _lexical(base: Base, stand: Stand, terms: Sequence[Sequence[str]]) -> Matrix:
    said = bm25_of_all(base.terms, terms)
    in_use = said if stand.active.all() else np.where(stand.active, said, np.float32(0))
    return np.maximum.reduceat(in_use, base.starts, axis=1)


def _odds(base: Base, stand: Stand, units: Factor, centroid: Matrix, foreign: Matrix) -> Matrix:
    if stand.head is not None:
        weights, meant = stand.head.weights, len(base.meaning)
        return log_odds(stand.head, weigh(units, weights[:meant], weights[meant:]))
    far = foreign[:, base.apart & stand.others]
    none = far.mean(axis=1) if far.shape[1] else np.zeros(len(foreign), np.float32)
    return centroid_odds(centroid, none)


def _cohort_nearness(stand: Stand, foreign: Matrix) -> Matrix:
    if not stand.others.any():
        return np.zeros(len(foreign), np.float32)
    return np.asarray(np.where(stand.others, foreign, np.float32(-1)).max(axis=1), np.float32)
