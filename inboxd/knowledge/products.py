"""Units times texts: the products everything else of matching is made of, in the order that waits least for memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

# So many units are multiplied one by one: for a product of two matrices BLAS first copies the larger one, which takes ten
# times as long as multiplying it by a vector. They take turns at blocks that stay in the processor's cache, because the
# memory is what is waited for.
_FEW_UNITS = 16
_BLOCK_BYTES = 1 << 21

Matrix = NDArray[np.float32]
Places = NDArray[np.int64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How texts are spelled (buckets × texts): of a text's buckets 19 of 20 are empty, and only the others are kept.

    Those of each bucket one after the other (compressed sparse rows): what it weighs in which of the ``texts``, and where
    the bucket ``starts``, the end of the last one among them; ``size`` is how many texts there are.
    """

    weights: Matrix
    texts: Numbers
    starts: Numbers
    size: int


@dataclass(frozen=True, slots=True)
class Mixed:
    """What units mean, as sums: ``shares`` (units × vectors) of ``vectors`` (of the meaning's dimensions)."""

    shares: Matrix
    vectors: Matrix


@dataclass(frozen=True, slots=True)
class Factor:
    """Units as they are multiplied: what they mean, and how they are spelled in the buckets they ``used`` at all."""

    meaning: Mixed
    spelling: Matrix
    used: Places


def spelling_of(rows: Matrix) -> Spelling:
    """Return how texts are spelled, given as texts × buckets."""
    buckets, texts = np.nonzero(rows.T)
    starts = np.searchsorted(buckets, np.arange(rows.shape[1] + 1))
    return Spelling(rows[texts, buckets], texts.astype(np.int32), starts.astype(np.int32), len(rows))


def factor_of(rows: Matrix, meant: int, mixed: Mixed | None = None) -> Factor:
    """Return rows of the space, of which ``meant`` columns hold the meaning, ready to be multiplied.

    ``mixed`` says how what they mean is made of fewer vectors, where it is: fewer products with all texts.
    """
    spelled = rows[:, meant:]
    used = np.flatnonzero(spelled.any(axis=0))
    return Factor(mixed or Mixed(np.empty((0, 0), np.float32), rows[:, :meant]), spelled[:, used], used)


def similar(units: Factor, meaning: Matrix, spelling: Spelling) -> Matrix:
    """Return the dot product of every unit with every text, given as dimensions × texts and by its buckets."""
    alike = _spelled_alike(units, spelling)
    alike += _meant_alike(units, meaning)
    return alike


def weigh(units: Factor, meaning: Matrix, spelling: Matrix) -> Matrix:
    """Return the dot product of every unit with every column of weights (dimensions × columns, buckets × columns)."""
    weighed = _product(units.spelling, spelling[units.used])
    weighed += _meant_alike(units, meaning)
    return weighed


def _spelled_alike(units: Factor, spelling: Spelling) -> Matrix:
    shape = len(spelling.starts) - 1, spelling.size
    buckets = csr_array((spelling.weights, spelling.texts, spelling.starts), shape)
    return np.ascontiguousarray((buckets[units.used].T @ units.spelling.T).T, np.float32)


def _meant_alike(units: Factor, meaning: Matrix) -> Matrix:
    alike = _product(units.meaning.vectors, meaning)
    return np.asarray(units.meaning.shares @ alike, np.float32) if units.meaning.shares.size else alike


def _product(units: Matrix, texts: Matrix) -> Matrix:
    if len(units) > _FEW_UNITS:
        return np.asarray(units @ texts, np.float32)
    size = texts.shape[1]
    found, more = np.zeros((len(units), size), np.float32), np.empty(size, np.float32)
    step = max(8, _BLOCK_BYTES // (4 * max(1, size)))
    for start in range(0, units.shape[1], step):
        block = texts[start : start + step]
        for row, unit in zip(found, units[:, start : start + step], strict=True):
            row += np.dot(unit, block, out=more)  # noqa: PLW2901  a row of what was found
    return found
