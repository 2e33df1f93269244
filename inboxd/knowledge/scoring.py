"""How well every article fits every unit of a question: the arrays that ranking and confidence are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.head import Head, centroid_odds, fit_head, log_odds, softmax, span_of
from inboxd.knowledge.lexical import TermIndex, bm25_of_all

# Weights of the ranking score, measured on ten public sets.
SIMILARITY_WEIGHT = 0.8
LEXICAL_WEIGHT = 0.2
HEAD_WEIGHT = 0.5
# A cohort text nearer than this to a phrasing asks the same; it is no example of "none of these".
SAME_QUESTION = 0.6
# Phrasings × articles beyond which fitting takes seconds; such a desk has its head from centroids.
MAX_FITTED = 800_000
# Beyond this share of buckets copying those in use costs more than multiplying them all.
_MOST_USED = 0.5
# So many units are multiplied one by one: for a product of two matrices BLAS first copies the larger one, which takes ten
# times as long as multiplying it by a vector. They take turns at blocks that stay in the processor's cache, because the
# memory is what is waited for; a copy of megabytes would be new pages of the system's each time.
_FEW_UNITS = 16
_BLOCK_BYTES = 1 << 19

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Base:
    """What units are compared with.

    Rows are grouped by article (``starts`` is the first of each), every article
    has at least one; articles without ``passages`` have none.
    ``span`` is that of rows and cohort, empty when the desk is too large to fit a head. ``meaning``
    (dimensions × texts) and ``spelling`` (buckets × texts) are the two halves of rows and cohort, as units are compared
    with them; ``apart`` marks the cohort texts that are no question of this desk.
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
    spelling: Matrix
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
class Mixed:
    """What units mean, as sums: ``shares`` (units × vectors) of ``vectors`` (of the meaning's dimensions)."""

    shares: Matrix
    vectors: Matrix


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
    meaning, spelling = np.ascontiguousarray(both[:, :meant].T), np.ascontiguousarray(both[:, meant:].T)
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
    similar = _similar(base, rows, mixed)
    own, foreign = similar[:, : len(base.rows)], similar[:, len(base.rows) :]
    whole = bool(stand.active.all())
    near = own if whole else np.where(stand.active, own, np.float32(-1))
    nearest = np.maximum.reduceat(near, base.starts, axis=1)
    sums = np.add.reduceat(own if whole else np.where(stand.active, own, np.float32(0)), base.starts, axis=1)
    centroid = np.asarray(sums / stand.lengths, np.float32)
    said = bm25_of_all(base.terms, terms)
    lexical = np.maximum.reduceat(
        said if whole else np.where(stand.active, said, np.float32(0)), base.starts, axis=1
    )
    odds = _odds(base, stand, rows, centroid, foreign)
    probabilities = softmax(odds)
    inside = 0.5 * nearest + 0.5 * centroid
    score = SIMILARITY_WEIGHT * inside + LEXICAL_WEIGHT * lexical + HEAD_WEIGHT * probabilities[:, :-1]
    in_use = stand.counts > 0
    return UnitScores(
        score=np.where(in_use, score, np.float32(-1)).astype(np.float32),
        nearest=nearest,
        near=near,
        centroid=centroid,
        lexical=lexical.astype(np.float32),
        rows=rows,
        odds=np.where(in_use, odds[:, :-1], np.float32(-20)).astype(np.float32),
        probability=probabilities[:, :-1],
        none_odds=odds[:, -1],
        none=probabilities[:, -1],
        cohort=_cohort_nearness(stand, foreign),
    )


def two_nearest(base: Base, scores: UnitScores, unit: int, article: int) -> float:
    """Return the mean of a unit's two nearest phrasings of an article, the nearest alone where there is only one."""
    start = base.starts[article]
    stop = base.starts[article + 1] if article + 1 < base.articles else len(base.rows)
    own, nearest = scores.near[unit, start:stop], scores.nearest[unit, article]
    second = own[own != nearest].max(initial=np.float32(-1))
    return float((nearest + second) / 2 if second > -1 else nearest)


def unit_slice(scores: UnitScores, start: int, stop: int) -> UnitScores:
    """Return the scores of some units of a batch."""
    return UnitScores(*(getattr(scores, part.name)[start:stop] for part in fields(scores)))


def winning_units(scores: UnitScores, articles: int) -> list[int]:
    """Return the units by which the best articles are found, as many articles as asked."""
    best = np.argsort(-scores.score.max(axis=0), kind="stable")[:articles]
    return sorted({int(unit) for unit in scores.score[:, best].argmax(axis=0)})


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


def _similar(base: Base, rows: Matrix, mixed: Mixed | None = None) -> Matrix:
    """Return the dot product of every unit with every text (phrasings, then cohort).

    A mail's n-grams fall into a fifth of the buckets: multiplying only those takes a quarter of the time.
    """
    meant = len(base.meaning)
    spelled = rows[:, meant:]
    used = np.flatnonzero(spelled.any(axis=0))
    if len(used) > _MOST_USED * len(base.spelling):
        alike = _product(spelled, base.spelling)
    else:
        alike = _product(spelled[:, used], base.spelling, used)
    if mixed is None:
        alike += _product(rows[:, :meant], base.meaning)
    else:
        alike += mixed.shares @ _product(mixed.vectors, base.meaning)
    return alike


def _product(units: Matrix, texts: Matrix, used: NDArray[np.int64] | None = None) -> Matrix:
    """Return ``units`` × ``texts``, of the latter only the rows ``used`` where they are given."""
    if len(units) > _FEW_UNITS:
        return np.asarray(units @ (texts if used is None else texts[used]), np.float32)
    size = texts.shape[1]
    found = np.zeros((len(units), size), np.float32)
    step = max(8, _BLOCK_BYTES // (4 * max(1, size)))
    copied = None if used is None else np.empty((step, size), np.float32)
    for start in range(0, units.shape[1], step):
        part = slice(start, start + step)
        if used is None or copied is None:
            block = texts[part]
        else:
            # "clip" writes into the copy at once; the indices are all there.
            block = texts.take(used[part], axis=0, out=copied[: len(used[part])], mode="clip")
        for row, unit in zip(found, units[:, part], strict=True):
            row += unit @ block  # noqa: PLW2901  a row of what was found
    return found


def _odds(base: Base, stand: Stand, rows: Matrix, centroid: Matrix, foreign: Matrix) -> Matrix:
    if stand.head is not None:
        return log_odds(stand.head, rows)
    far = foreign[:, base.apart & stand.others]
    none = far.mean(axis=1) if far.shape[1] else np.zeros(len(rows), np.float32)
    return centroid_odds(centroid, none)


def _cohort_nearness(stand: Stand, foreign: Matrix) -> Matrix:
    if not stand.others.any():
        return np.zeros(len(foreign), np.float32)
    return np.asarray(np.where(stand.others, foreign, np.float32(-1)).max(axis=1), np.float32)
