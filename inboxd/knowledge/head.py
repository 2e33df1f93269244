"""A desk's own classifier: multinomial logistic regression on its phrasings, with a "none of these" class.

Fitted in the span of the training rows (representer theorem, Schölkopf et al. 2001), because a desk has fewer
phrasings than the space has dimensions; minimised by L-BFGS (Nocedal & Wright 2006, algorithm 7.4).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STRENGTH = 10.0
_HISTORY = 8
_STEPS = 25
# Sharpness of the closed form; the fitted heads' logits spread about as far.
_SHARPNESS = 14.0
_TOLERANCE = 1e-3

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Head:
    """``weights`` is dimensions × classes; the last class is "none of these"."""

    weights: Matrix
    bias: Matrix


def span_of(rows: Matrix) -> Matrix:
    """Return orthonormal columns (dimensions × at most as many as rows) that span the rows."""
    values, vectors = np.linalg.eigh((rows @ rows.T).astype(np.float64))
    keep = values > max(float(values[-1]), 1e-9) * 1e-6
    basis = rows.T @ (vectors[:, keep] / np.sqrt(values[keep])).astype(np.float32)
    return np.asarray(basis, np.float32)


def fit_head(rows: Matrix, labels: Labels, classes: int, span: Matrix | None = None) -> Head:
    """Return the head fitted to rows and their classes (0 … classes - 1, the last one being "none").

    ``span`` is that of these rows or of more, where it is known already.
    """
    basis = span_of(rows) if span is None else span
    features = np.concatenate([rows @ basis, np.ones((len(rows), 1), np.float32)], axis=1)
    truth = np.zeros((len(rows), classes), np.float32)
    truth[np.arange(len(rows)), labels] = 1
    solution = _minimise(features, truth)
    return Head((basis @ solution[:-1]).astype(np.float32), solution[-1])


def centroid_odds(similar: Matrix, none: Matrix) -> Matrix:
    """Return the logits of the closed form for desks too large to fit: how near each centroid is.

    ``none`` is how near the cohort is, on the mean.
    """
    return np.asarray(np.concatenate([similar, none[:, None]], axis=1) * np.float32(_SHARPNESS), np.float32)


def log_odds(head: Head, products: Matrix) -> Matrix:
    """Return the logits of every class for rows, given as their products with the head's weights."""
    return np.asarray(products + head.bias, np.float32)


def softmax(logits: Matrix) -> Matrix:
    """Return probabilities, row by row."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def _minimise(features: Matrix, truth: Matrix) -> Matrix:
    """Return the weights (last row: bias) that minimise ``½|w|² + STRENGTH · cross entropy``."""
    point = np.zeros((features.shape[1], truth.shape[1]), np.float32)
    value, slope = _objective(point, features, truth)
    steps: list[tuple[Matrix, Matrix]] = []
    for _ in range(_STEPS):
        direction = _direction(slope, steps)
        descent = float((direction * slope).sum())
        rate = 1.0 if steps else min(1.0, 1.0 / max(float(np.linalg.norm(slope)), 1e-9))
        for _ in range(12):
            trial = point + np.float32(rate) * direction
            trial_value, trial_slope = _objective(trial, features, truth)
            if trial_value <= value + 1e-4 * rate * descent:
                break
            rate /= 2
        else:
            break
        steps = [*steps, (trial - point, trial_slope - slope)][-_HISTORY:]
        gain, point, value, slope = value - trial_value, trial, trial_value, trial_slope
        if gain < _TOLERANCE * max(abs(value), 1.0) * 0.1:
            break
    return point


def _objective(point: Matrix, features: Matrix, truth: Matrix) -> tuple[float, Matrix]:
    logits = features @ point
    logits -= logits.max(axis=1, keepdims=True)
    exponents = np.exp(logits)
    totals = exponents.sum(axis=1, keepdims=True)
    loss = float((np.log(totals[:, 0]) - (logits * truth).sum(axis=1)).sum())
    slope = features.T @ (exponents / totals - truth) * np.float32(STRENGTH)
    slope[:-1] += point[:-1]
    return STRENGTH * loss + 0.5 * float((point[:-1] ** 2).sum()), np.asarray(slope, np.float32)


def _direction(slope: Matrix, steps: list[tuple[Matrix, Matrix]]) -> Matrix:
    """Return the L-BFGS two-loop direction."""
    direction = -slope
    kept = [(moved, turned, float((moved * turned).sum())) for moved, turned in steps]
    kept = [entry for entry in kept if entry[2] > 1e-10]  # noqa: PLR2004  curvature must be positive
    shares = []
    for moved, turned, curvature in reversed(kept):
        share = float((moved * direction).sum()) / curvature
        shares.append(share)
        direction = direction - np.float32(share) * turned
    if kept:
        _, turned, curvature = kept[-1]
        direction = direction * np.float32(curvature / float((turned * turned).sum()))
    for (moved, turned, curvature), share in zip(kept, reversed(shares), strict=True):
        back = float((turned * direction).sum()) / curvature
        direction = direction + np.float32(share - back) * moved
    return np.asarray(direction, np.float32)
