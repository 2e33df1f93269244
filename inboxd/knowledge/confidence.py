"""How surely an article answers a mail: calibrated probabilities.

The shipped calibrator (``calibrator.json``: a logistic regression over the features, one per script) was trained across
public question sets by ``benchmarks/train_calibrator.py``; the file says which. A desk moves it by asking itself its
own phrasings (``simulate.py``): slope and offset of the log-odds (Platt 1999), held near 1 and 0 by a prior.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.features import FEATURES, Candidate
from inboxd.knowledge.mixture import Heap, Mixture
from inboxd.knowledge.space import Script

VERSION = 4
# A veto halves the probability: the mail says the opposite, or tells a failure no phrasing knows.
VETO = 0.5
# How many trials the belief in the shipped calibrator is worth.
PRIOR = 300.0
# Share of near misses among the mails no article fits; the rest are other people's business altogether.
NEAR_SHARE = 0.65
_LIMIT = 12.0
_NEWTON_STEPS = 20

Figures = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Coefficients of one script.

    ``thresholds`` are (target precision, pooled threshold), ascending; ``bounds`` (the same targets, share of wrong
    answers that 19 of 20 desks stayed under at that threshold, their set left out of the training). ``usual`` is how the
    log-odds of mails lie at those desks, None where too few were measured.
    """

    script: Script
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    offset: float
    thresholds: tuple[tuple[float, float], ...]
    bounds: tuple[tuple[float, float], ...] = ()
    usual: Mixture | None = None


@dataclass(frozen=True, slots=True)
class Platt:
    """A desk's correction of the log-odds; slope 1 and offset 0 change nothing."""

    slope: float = 1.0
    offset: float = 0.0


UNMOVED = Platt()


@dataclass(frozen=True, slots=True)
class Trial:
    """One question whose right answer is known: the best candidate, whether it was right, and if there is a right one.

    ``near_miss``: no article fits, but it is of the desk's own kind; ``mail``: a customer asked it, and the operator
    said which article was right or that none was.
    """

    candidate: Candidate
    right: bool
    has_article: bool
    near_miss: bool = False
    mail: bool = False


def load_calibrator(script: Script) -> Calibrator:
    """Return the shipped calibrator; raises ``ValueError`` when it was trained on other features than these."""
    shipped = json.loads(
        resources.files("inboxd.knowledge").joinpath("calibrator.json").read_text(encoding="utf-8")
    )
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
        tuple((float(target), float(rate)) for target, rate in entry["bounds"]),
        _usual(entry["usual"]),
    )


def probability(calibrator: Calibrator, candidate: Candidate, platt: Platt = UNMOVED) -> float:
    """Return the probability that the candidate answers the question, 0 to 1."""
    odds = max(-_LIMIT, min(_LIMIT, platt.slope * raw_odds(calibrator, candidate) + platt.offset))
    return (VETO if candidate.vetoed else 1.0) / (1 + math.exp(-odds))


def raw_odds(calibrator: Calibrator, candidate: Candidate) -> float:
    """Return the shipped calibrator's log-odds, before any veto or move."""
    parts = zip(candidate.features, calibrator.mean, calibrator.scale, calibrator.weights, strict=True)
    odds = calibrator.offset + sum(weight * (value - mean) / scale for value, mean, scale, weight in parts)
    return max(-_LIMIT, min(_LIMIT, odds))


def move(calibrator: Calibrator, trials: Sequence[Trial]) -> Platt:
    """Return the correction under which a desk's own trials come out as probable as they turned out."""
    trials = [trial for trial in trials if not trial.candidate.vetoed]
    if not trials:
        return UNMOVED
    odds = np.array([raw_odds(calibrator, trial.candidate) for trial in trials])
    right = np.array([trial.right for trial in trials], np.float64)
    weights = trial_weights(trials) * len(trials)
    slope, offset = 1.0, 0.0
    for _ in range(_NEWTON_STEPS):
        chances = 1 / (1 + np.exp(-(slope * odds + offset)))
        error, curve = weights * (chances - right), weights * chances * (1 - chances)
        # The offset is believed a fifth as firmly as the slope: desks differ more in how hard they are.
        downhill = np.array([(error * odds).sum() + PRIOR * (slope - 1), error.sum() + PRIOR / 5 * offset])
        cross = (curve * odds).sum()
        bend = np.array([[(curve * odds * odds).sum() + PRIOR, cross], [cross, curve.sum() + PRIOR / 5]])
        step = np.linalg.solve(bend, downhill)
        slope, offset = slope - float(step[0]), offset - float(step[1])
        if float(np.abs(step).max()) < 1e-6:  # noqa: PLR2004  nothing moves any more
            break
    return Platt(slope, offset)


def trial_weights(trials: Sequence[Trial]) -> Figures:
    """Return weights that sum to 1: half on questions with an article, the rest on near and far misses."""
    inside = np.array([trial.has_article for trial in trials], np.bool_)
    near = np.array([trial.near_miss for trial in trials], np.bool_)
    weights = np.zeros(len(trials))
    for part, share in ((inside, 1.0), (near, NEAR_SHARE), (~inside & ~near, 1 - NEAR_SHARE)):
        if part.any():
            weights[part] = share / part.sum()
    return np.asarray(weights / max(weights.sum(), 1e-12), np.float64)


def _usual(kept: Mapping[str, float] | None) -> Mixture | None:
    if kept is None:
        return None
    wrong = Heap(float(kept["wrong_mean"]), float(kept["wrong_spread"]))
    return Mixture(float(kept["share"]), wrong, Heap(float(kept["right_mean"]), float(kept["right_spread"])))
