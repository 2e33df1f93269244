"""Fit a calibrator to the trials of many desks: coefficients, pooled thresholds, and how the log-odds of mails lie."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from calibrator_runs import Run
from scipy.optimize import minimize

from inboxd.knowledge.confidence import Calibrator, Figures, Marks, Trial, move, probability
from inboxd.knowledge.features import FEATURES
from inboxd.knowledge.mixture import NOTHING_SEEN, Heap, Mixture, see
from inboxd.knowledge.space import Script

STRENGTH = 0.3
# Every feature speaks for an answer, but these: one speaks against it, the rest only say what kind of desk it is.
FREE = (None, None)
BOUNDS = {
    "none": (None, 0.0),
    **dict.fromkeys(("known_to_desk", "words", "units", "phrasings"), FREE),
}
TARGETS = (0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99)
# What a virtual desk weighs beside a desk as it is: there are several times as many, with far easier questions among them.
VIRTUAL_SHARE = 0.1
# Share of near misses among a virtual desk's mails without an article.
NEAR = 0.7
# Where too few desks were measured, nothing is said of how their mails lie.
USUAL = frozenset({Script.ENGLISH})
# With fewer right answers than this a desk says nothing of where they lie.
FEWEST_RIGHT = 5

Found = tuple[Figures, Marks, Figures]


def fit(runs: Sequence[Run], script: Script) -> Calibrator:
    """Return the calibrator fitted to all runs, both kinds of question weighing the same.

    The public sets have near misses only; the cohort's trials stand for the mails that are nobody's business here.
    """
    runs = [run for run in runs if not run.is_tuned]
    kept = [_taught(run) for run in runs]
    rows = np.array([trial.candidate.features for trials in kept for trial in trials])
    right = np.array([trial.right for trials in kept for trial in trials], np.float64)
    weights = np.concatenate([balanced(trials) * _share(run) for trials, run in zip(kept, runs, strict=True)])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-3] = 1.0
    solution = _regress((rows - mean) / scale, right, weights * len(weights) / weights.sum())
    calibrator = Calibrator(
        script, _tuple(mean), _tuple(scale), _tuple(solution[:-1]), float(solution[-1]), ()
    )
    usual = _usual(calibrator, runs) if script in USUAL else None
    return replace(calibrator, thresholds=_pooled(calibrator, runs), usual=usual)


def no_laxer(calibrator: Calibrator, than: Calibrator) -> Calibrator:
    """Return the calibrator with thresholds no lower than another's: little was measured in other languages."""
    pairs = zip(calibrator.thresholds, than.thresholds, strict=True)
    bounds = zip(calibrator.bounds, than.bounds, strict=True)
    return replace(
        calibrator,
        thresholds=tuple((target, max(own, other)) for (target, own), (_, other) in pairs),
        bounds=tuple((target, max(own, other)) for (target, own), (_, other) in bounds),
    )


def asked(calibrator: Calibrator, run: Run) -> Found:
    """Return, for every question of a run, how sure the best article is, whether it is right, and what that weighs."""
    platt = move(calibrator, run.own)
    chances = np.array([probability(calibrator, trial.candidate, platt) for trial in run.trials])
    return chances, np.array([trial.right for trial in run.trials]), balanced(run.trials)


def balanced(trials: Sequence[Trial]) -> Figures:
    """Return weights that sum to 1: half on questions with an article, the rest on near and far misses."""
    inside = np.array([trial.has_article for trial in trials])
    near = np.array([trial.near_miss for trial in trials])
    weights = np.zeros(len(trials))
    far = ~inside & ~near
    for part, share in (
        (inside, 1.0),
        (near, NEAR if far.any() else 1.0),
        (far, 1 - NEAR if near.any() else 1.0),
    ):
        weights[part] = share / max(part.sum(), 1)
    return np.asarray(weights / weights.sum(), np.float64)


def _pooled(calibrator: Calibrator, runs: Sequence[Run]) -> tuple[tuple[float, float], ...]:
    """Return, per target, the lowest confidence from which the answers of all desks together are as often right."""
    found = [asked(calibrator, run) for run in runs]
    chances, right, weights = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(-chances, kind="stable")
    precision = np.cumsum((weights * right)[order]) / np.cumsum(weights[order])
    cuts = []
    for target in TARGETS:
        reached = np.flatnonzero(precision >= target)
        cuts.append((target, round(float(chances[order[reached[-1]]]) if len(reached) else 0.999, 4)))
    return tuple(cuts)


def _usual(calibrator: Calibrator, runs: Sequence[Run]) -> Mixture:
    """Return how the log-odds of the mails of a desk lie: the mean over the desks as they are, and the virtual ones."""
    figures = []
    for run in (one for one in runs if one.file != "mails"):
        chances, right, weights = asked(calibrator, run)
        if right.sum() >= FEWEST_RIGHT:
            odds = see(None, NOTHING_SEEN, chances.tolist()).odds
            heaps = [*_heap(odds[~right], weights[~right]), *_heap(odds[right], weights[right])]
            figures.append([weights[right].sum(), *heaps])
    share, *heaps = (round(float(one), 4) for one in np.mean(figures, axis=0))
    return Mixture(share, Heap(heaps[0], heaps[1]), Heap(heaps[2], heaps[3]))


def _heap(odds: Figures, weights: Figures) -> tuple[float, float]:
    mean = float(np.average(odds, weights=weights))
    return mean, float(np.sqrt(np.average((odds - mean) ** 2, weights=weights)))


def _share(run: Run) -> float:
    """Return what a run weighs in the fit; its thresholds are judged on all runs alike."""
    return VIRTUAL_SHARE if run.file == "virtual" else 1.0


def _taught(run: Run) -> list[Trial]:
    """Return the trials a run teaches: all but vetoed ones (halved afterwards), and a tenth as many far misses."""
    far = [trial for trial in run.own if not trial.has_article and not trial.near_miss]
    trials = [*run.trials, *far[:: max(1, len(far) * 10 // len(run.trials))]]
    return [trial for trial in trials if not trial.candidate.vetoed]


def _regress(rows: Figures, right: Figures, weights: Figures) -> Figures:
    """Return the weights and the offset of an L2 logistic regression whose evidence may only count the way it points.

    Free signs gain nothing on unseen sets and make a mail surer for being foreign where the training had no such mail.
    """

    def loss(point: Figures) -> tuple[float, Figures]:
        odds = rows @ point[:-1] + point[-1]
        value = (
            STRENGTH * (weights * (np.logaddexp(0, odds) - right * odds)).sum()
            + 0.5 * (point[:-1] ** 2).sum()
        )
        error = STRENGTH * weights * (1 / (1 + np.exp(-odds)) - right)
        return float(value), np.append(rows.T @ error + point[:-1], error.sum())

    bounds = [BOUNDS.get(name, (0.0, None)) for name in FEATURES]
    start = np.zeros(rows.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x)


def _tuple(values: Any) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)
