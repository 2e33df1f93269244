"""From which confidence on an answer may go out by itself, so that wrong ones stay under the allowed rate.

Measured on ten sets: a threshold from the desk's own articles alone is too strict, the one pooled from other desks
too loose on a hard desk; their mean holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inboxd.knowledge.confidence import (
    Calibrator,
    Figures,
    Marks,
    Platt,
    Trial,
    probability,
    trial_weights,
)
from inboxd.knowledge.space import Script

# With so few trials a desk knows nothing of itself; it takes the pooled threshold.
FEW = 40
# No sentence vectors to rely on, or half of them: allow half the errors on paper (measured: 92-93 % at 95 %).
STRICTER = {Script.ENGLISH: 1.0, Script.LATIN: 0.7, Script.CJK: 0.5}


@dataclass(frozen=True, slots=True)
class Record:
    """A desk's own trials as arrays: confidence of each, whether it was right, and how much it weighs."""

    chances: Figures
    right: Marks
    weights: Figures


def record_of(calibrator: Calibrator, trials: Sequence[Trial], platt: Platt) -> Record:
    """Return what a desk's own trials came to."""
    return Record(
        np.array([probability(calibrator, trial.candidate, platt) for trial in trials]),
        np.array([trial.right for trial in trials], np.bool_),
        trial_weights(trials),
    )


def desk_threshold(calibrator: Calibrator, own: Record, max_error_rate: float) -> float:
    """Return the probability from which an answer is sure."""
    target = 1 - max_error_rate * STRICTER[calibrator.script]
    pooled = pooled_threshold(calibrator, target)
    trials = len(own.chances)
    if trials < FEW:
        return pooled
    return (lowest_threshold(own.chances, own.right, own.weights, target, 1 / trials) + pooled) / 2


def pooled_threshold(calibrator: Calibrator, target: float) -> float:
    """Return the threshold that gave the target precision on the public sets, interpolated between targets."""
    targets = [entry[0] for entry in calibrator.thresholds]
    cuts = [entry[1] for entry in calibrator.thresholds]
    return float(np.interp(target, targets, cuts))


def lowest_threshold(
    chances: Figures, right: Marks, weights: Figures, target: float, pseudo_error: float = 0.0
) -> float:
    """Return the lowest threshold whose weighted precision reaches the target, one error added; 1 if none does."""
    order = np.argsort(-chances, kind="stable")
    good = np.cumsum((weights * right)[order])
    answered = np.cumsum(weights[order]) + pseudo_error
    reached = np.flatnonzero(good >= target * answered)
    return float(chances[order[reached[-1]]]) if len(reached) and answered[reached[-1]] > 0 else 1.0
