"""Units times texts: the products everything else of matching is made of, in the order that waits least for memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Beyond this share of buckets copying those in use costs more than multiplying them all.
_MOST_USED = 0.5
# So many units are multiplied one by one: for a product of two matrices BLAS first copies the larger one, which takes ten
# times as long as multiplying it by a vector. They take turns at blocks that stay in the processor's cache, because the
# memory is what is waited for; a copy of many megabytes would be new pages of the system's each time.
_FEW_UNITS = 16
_BLOCK_BYTES = 1 << 21

Matrix = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mixed:
    """What units mean, as sums: ``shares`` (units × vectors) of ``vectors`` (of the meaning's dimensions)."""

    shares: Matrix
    vectors: Matrix


@dataclass(frozen=True, slots=True)
class Factor:
    """Units as they are multiplied: what they mean, and how they are spelled in the buckets they use at all.

    ``used`` is None where they use so many that all are multiplied.
    """

    meaning: Mixed
    spelling: Matrix
    used: Places | None


def factor_of(rows: Matrix, meant: int, mixed: Mixed | None = None) -> Factor:
    """Return rows of the space, of which ``meant`` columns hold the meaning, ready to be multiplied.

    ``mixed`` says how what they mean is made of fewer vectors, where it is: fewer products with all texts.
    """
    spelled = rows[:, meant:]
    used = np.flatnonzero(spelled.any(axis=0))
    meaning = mixed or Mixed(np.empty((0, 0), np.float32), rows[:, :meant])
    if len(used) > _MOST_USED * spelled.shape[1]:
        return Factor(meaning, spelled, None)
    return Factor(meaning, spelled[:, used], used)


def similar(units: Factor, meaning: Matrix, spelling: Matrix) -> Matrix:
    """Return the dot product of every unit with every text, given as dimensions × texts and buckets × texts.

    A mail's n-grams fall into a fifth of the buckets: multiplying only those takes a quarter of the time.
    """
    alike = product(units.spelling, spelling, units.used)
    alike += meant_alike(units, meaning)
    return alike


def meant_alike(units: Factor, meaning: Matrix) -> Matrix:
    """Return how much of the dot products the meaning makes up."""
    alike = product(units.meaning.vectors, meaning)
    return np.asarray(units.meaning.shares @ alike, np.float32) if units.meaning.shares.size else alike


def product(units: Matrix, texts: Matrix, used: Places | None = None) -> Matrix:
    """Return ``units`` × ``texts``, of the latter only the rows ``used`` where they are given."""
    if len(units) > _FEW_UNITS:
        return np.asarray(units @ (texts if used is None else texts[used]), np.float32)
    size = texts.shape[1]
    found = np.zeros((len(units), size), np.float32)
    step = max(8, _BLOCK_BYTES // (4 * max(1, size)))
    copied = None if used is None else np.empty((min(step, len(used)), size), np.float32)
    more = np.empty(size, np.float32)
    for start in range(0, units.shape[1], step):
        part = slice(start, start + step)
        if used is None or copied is None:
            block = texts[part]
        else:
            # "clip" writes into the copy at once; the indices are all there.
            block = texts.take(used[part], axis=0, out=copied[: len(used[part])], mode="clip")
        for row, unit in zip(found, units[:, part], strict=True):
            row += np.dot(unit, block, out=more)  # noqa: PLW2901  a row of what was found
    return found
