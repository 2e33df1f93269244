"""The nearest phrasing of the articles that matter, without comparing all phrasings in full.

Branch and bound (Land & Doig 1960). What they mean is compared in whole numbers, which are off by no more than is known;
and no phrasing of an article is spelled more like a unit than one that had, in every bucket of n-grams, the most that any
of them has. Articles whose bound is under what others have for certain are left out, so what is found is what comparing
everything would find. Measured on 1,000 articles with 6,000 phrasings: some 25 of them are compared in full.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.products import Factor, Matrix, Places, product
from inboxd.knowledge.whole_numbers import Rounded, multiply, round_texts

# Fewer phrasings are all compared before their bounds would be known.
FEWEST = 2_000
# Exact are the best so many articles by score of all units together, and of each unit by itself …
TOP = 5
OWN = 2
# … for which so many are compared at first.
_TRIED = 8
_OWN_TRIED = 3
# What the order of adding up changes in a product.
_ROUNDING = np.float32(1e-5)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is compared with every unit in place of all phrasings.

    ``meaning`` (dimensions × landmarks) and ``spelling`` (buckets × landmarks) are of the articles' centroids, then of the
    cohort; ``rounded`` is what the phrasings mean, in groups of an article; ``most`` (twice the buckets × articles) is what
    the phrasings of an article have at most in a bucket, and with the other sign.
    """

    meaning: Matrix
    spelling: Matrix
    rounded: Rounded
    most: Matrix


@dataclass(frozen=True, slots=True)
class Phrasings:
    """The phrasings of all articles: rows of the space, in the order of the articles, and the first row of each.

    The first ``meant`` columns of the rows hold the meaning.
    """

    rows: Matrix
    starts: Places
    meant: int


def outline_of(phrasings: Phrasings, centroids: Matrix, cohort: Matrix) -> Outline:
    """Return the outline of the phrasings, with the centroid of each article and the texts that are no question."""
    meant = phrasings.meant
    landmarks = np.concatenate([centroids, cohort])
    spelled = phrasings.rows[:, meant:]
    most = [
        np.maximum(pick.reduceat(spelled, phrasings.starts, axis=0) * sign, 0)
        for pick, sign in ((np.maximum, np.float32(1)), (np.minimum, np.float32(-1)))
    ]
    return Outline(
        np.ascontiguousarray(landmarks[:, :meant].T),
        np.ascontiguousarray(landmarks[:, meant:].T),
        round_texts(phrasings.rows[:, :meant], phrasings.starts),
        np.ascontiguousarray(np.concatenate(most, axis=1).T),
    )


def find_closest(
    phrasings: Phrasings,
    outline: Outline,
    rows: Matrix,
    units: Factor,
    least: Matrix,
    rest: Matrix,
    weight: float,
) -> Matrix:
    """Return how near each article's nearest phrasing is to each unit (units × articles).

    ``rows`` and ``units`` are the same units. The score of an article is ``rest + weight · nearest``: exact are the five
    best by score and, of each unit, the two best by score and by nearness; any other article has ``least``, which must
    not be more than what it would have.
    """
    bound = _most_meant(phrasings, outline, rows) + _most_spelled(outline, units)
    bound += _ROUNDING
    hoped = rest + np.float32(weight) * bound
    nearest = np.array(least, np.float32)
    known = _top(hoped.max(axis=0)[None], _TRIED) | _top(hoped, _OWN_TRIED) | _top(bound, _OWN_TRIED)
    nearest[:, known] = _compare(phrasings, rows, known)
    score = rest[:, known] + np.float32(weight) * nearest[:, known]
    may_win = hoped.max(axis=0) >= _least_of_top(score.max(axis=0)[None], TOP)[0]
    may_win |= (hoped >= _least_of_top(score, OWN)).any(axis=0)
    may_win |= (bound >= _least_of_top(nearest[:, known], OWN)).any(axis=0)
    left = may_win & ~known
    if left.any():
        nearest[:, left] = _compare(phrasings, rows, left)
    return nearest


def _most_meant(phrasings: Phrasings, outline: Outline, rows: Matrix) -> Matrix:
    """Return what the meaning of any phrasing can add to the dot product at most (units × articles)."""
    meant, texts = rows[:, : phrasings.meant], outline.rounded
    products = multiply(meant, texts)
    most = np.maximum.reduceat(products.found, phrasings.starts, axis=1) * texts.steps
    most *= products.steps[:, None]
    # Both were moved: the texts, seen from the unit, and the unit, seen from where the texts came to.
    most += np.linalg.norm(meant, axis=1)[:, None] * texts.strayed
    most += products.strayed[:, None] * (texts.longest + texts.strayed)
    return most


def _most_spelled(outline: Outline, units: Factor) -> Matrix:
    """Return what the spelling of any phrasing can add to the dot product at most (units × articles)."""
    buckets = len(outline.most) // 2
    used = np.arange(buckets) if units.used is None else units.used
    signed = np.concatenate([np.maximum(units.spelling, 0), np.maximum(-units.spelling, 0)], axis=1)
    some = np.flatnonzero(signed.any(axis=0))
    return product(signed[:, some], outline.most, np.concatenate([used, used + buckets])[some])


def _compare(phrasings: Phrasings, rows: Matrix, wanted: Mask) -> Matrix:
    """Return how near the nearest phrasing of some articles is (units × wanted articles).

    Article by article: their rows lie far apart, and copying them together takes longer than multiplying them.
    """
    places = np.flatnonzero(wanted)
    starts = phrasings.starts[places].tolist()
    stops = np.append(phrasings.starts, len(phrasings.rows))[places + 1].tolist()
    units = np.ascontiguousarray(rows.T)
    near = [
        (phrasings.rows[start:stop] @ units).max(axis=0) for start, stop in zip(starts, stops, strict=True)
    ]
    return np.asarray(near, np.float32).T


def _top(values: Matrix, most: int) -> Mask:
    """Return which articles are among the best of any row."""
    marked = np.zeros(values.shape[1], np.bool_)
    if values.shape[1] <= most:
        return ~marked
    marked[np.argpartition(values, -most, axis=1)[:, -most:]] = True
    return marked


def _least_of_top(values: Matrix, most: int) -> Matrix:
    """Return, per row, the least of the best values (rows × 1)."""
    most = min(most, values.shape[1])
    return np.asarray(np.partition(values, -most, axis=1)[:, -most, None], np.float32)
