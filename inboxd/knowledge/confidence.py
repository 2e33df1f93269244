"""How surely an article answers a mail: calibrated probabilities, and the threshold that keeps the error rate.

The shipped calibrator (``calibrator.json``: logistic regression over the features, one per script) was trained across
public question sets by ``benchmarks/train_calibrator.py``; the file says which. A desk moves it by asking itself its
own phrasings, then by what its operator corrected (Platt 1999: slope and offset of the log-odds).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.features import FEATURES, Candidate
from inboxd.knowledge.space import Script

VERSION = 1
# A veto halves the probability: the mail says the opposite, or tells a failure no phrasing knows.
VETO = 0.5
# With so little evidence of its own a desk leans on the shipped threshold alone.
FEW = 40
_LIMIT = 12.0

Figures = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Coefficients of one script. ``thresholds`` are (target precision, pooled threshold), ascending."""

    script: Script
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    offset: float
    thresholds: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Platt:
    """A desk's correction of the log-odds; slope 1 and offset 0 change nothing."""

    slope: float = 1.0
    offset: float = 0.0


UNMOVED = Platt()


@dataclass(frozen=True, slots=True)
class Trial:
    """One question whose right answer is known: the best candidate, whether it was right, and if there is a right one."""

    candidate: Candidate
    right: bool
    has_article: bool


def load_calibrator(script: Script) -> Calibrator:
    """Return the shipped calibrator; raises ``ValueError`` when it was trained on other features than these."""
    shipped = json.loads(resources.files("inboxd.knowledge").joinpath("calibrator.json").read_text(encoding="utf-8"))
    if shipped["version"] != VERSION or tuple(shipped["features"]) != FEATURES:
        raise ValueError("calibrator.json was trained on other features; run benchmarks/train_calibrator.py")
    entry = shipped["scripts"][script.value]
    return Calibrator(
        script,
        tuple(entry["mean"]),
        tuple(entry["scale"]),
        tuple(entry["weights"]),
        float(entry["offset"]),
        tuple((float(target), float(cut)) for target, cut in entry["thresholds"]),
    )


def probability(calibrator: Calibrator, candidate: Candidate, platt: Platt = UNMOVED) -> float:
    """Return the probability that the candidate answers the question, 0 to 1."""
    odds = calibrator.offset
    for value, mean, scale, weight in zip(
        candidate.features, calibrator.mean, calibrator.scale, calibrator.weights, strict=True
    ):
        odds += weight * (value - mean) / scale
    odds = max(-_LIMIT, min(_LIMIT, platt.slope * odds + platt.offset))
    return (VETO if candidate.vetoed else 1.0) / (1 + math.exp(-odds))


def pooled_threshold(calibrator: Calibrator, target: float) -> float:
    """Return the threshold that gave the target precision on the public sets, interpolated between targets."""
    targets = [entry[0] for entry in calibrator.thresholds]
    cuts = [entry[1] for entry in calibrator.thresholds]
    return float(np.interp(target, targets, cuts))


def lowest_threshold(chances: Figures, right: Marks, inside: Marks, target: float) -> float:
    """Return the lowest threshold whose precision, with one pseudo-error added, reaches the target; 1 if none does.

    ``chances`` are the confidences of the best candidates, ``right`` whether they were, ``inside`` whether the question
    had an article at all; those without are weighted to half of all, as in an inbox.
    """
    if not len(chances):
        return 1.0
    weights = balanced(inside)
    order = np.argsort(-chances, kind="stable")
    good = np.cumsum((weights * right)[order])
    answered = np.cumsum(weights[order]) + 1.0 / len(chances)
    reached = np.flatnonzero(good / answered >= target)
    return float(chances[order[reached[-1]]]) if len(reached) else 1.0


def desk_threshold(
    calibrator: Calibrator, trials: Sequence[Trial], max_error_rate: float, platt: Platt = UNMOVED
) -> float:
    """Return the probability from which an answer is sure: the mean of the desk's own threshold and the pooled one."""
    target = 1 - max_error_rate
    pooled = pooled_threshold(calibrator, target)
    if len(trials) < FEW:
        return pooled
    chances = np.array([probability(calibrator, trial.candidate, platt) for trial in trials])
    right = np.array([trial.right for trial in trials])
    inside = np.array([trial.has_article for trial in trials])
    return (lowest_threshold(chances, right, inside, target) + pooled) / 2


def balanced(inside: Marks) -> Figures:
    """Return weights that sum to 1: those with and those without an article a half each, where both are there."""
    weights = np.ones(len(inside))
    for part in (inside, ~inside):
        if part.any():
            weights[part] /= part.sum()
    return np.asarray(weights / weights.sum(), np.float64)


def upper_bound(errors: int, answers: int, level: float = 0.95) -> float:
    """Return the one-sided upper confidence bound of an error rate (Clopper & Pearson 1934), 1 without answers."""
    if errors >= answers:
        return 1.0
    low, high = errors / answers, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(errors, answers, middle) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, answers: int, rate: float) -> float:
    """Return the binomial probability of at most so many errors."""
    if rate >= 1:
        return 0.0
    logs = [
        math.lgamma(answers + 1) - math.lgamma(count + 1) - math.lgamma(answers - count + 1)
        + count * math.log(max(rate, 1e-300)) + (answers - count) * math.log1p(-rate)
        for count in range(errors + 1)
    ]  # fmt: skip
    return float(sum(math.exp(value) for value in logs))
