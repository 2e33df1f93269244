"""How well calibrators hold on sets they were not trained on: coverage, precision and calibration, desk by desk."""

from collections.abc import Sequence

import numpy as np
from calibrator_fit import TARGETS, Found, asked, fit
from calibrator_runs import Run

from inboxd.knowledge.confidence import Calibrator, Figures, Marks
from inboxd.knowledge.mixture import NOTHING_SEEN, see
from inboxd.knowledge.space import Script
from inboxd.knowledge.threshold import STRICTER, Record, desk_threshold

# The bound that is shipped: this share of unseen desks stayed under it.
BOUND = 0.95
RATES = (0.05, 0.03)

Row = tuple[str, str, str, list[float]]


def report(runs: Sequence[Run], script: Script) -> tuple[tuple[float, float], ...]:
    """Print precision, coverage and calibration error of every run, its set left out of the training.

    Returns, per target, the share of wrong answers that 19 of 20 of these desks stayed under, whether they had seen mail
    or not.
    """
    rows: list[Row] = []
    errors: list[list[float]] = []
    for family in sorted({run.family for run in runs}):
        calibrator = fit([run.without(family) for run in runs if run.family != family], script)
        for run in (one for one in runs if one.family == family):
            found = asked(calibrator, run)
            if not run.is_tuned:
                errors += _errors(calibrator, found)
            virtual = run.file == "virtual"
            row = (family, "any" if virtual else run.phrasings, run.file, _figures(calibrator, run, found))
            rows.append(row)
            if not virtual:
                print(f"{family:14} {row[1]:6} {row[2]:10} {_said(row[3])}")
    for name in sorted({(row[1], row[2]) for row in rows}):
        part = np.array([row[3] for row in rows if row[1:3] == name])
        print(f"{'mean':14} {name[0]:6} {name[1]:10} {_said(part.mean(axis=0).tolist())}")
        print(f"{'lowest':14} {name[0]:6} {name[1]:10} {_said(part.min(axis=0).tolist())}")
    _report_virtual(rows)
    rates = np.quantile(np.array(errors), BOUND, axis=0)
    # At a higher threshold there are fewer answers, and chance moves the worst desk; the bound never rises again.
    return tuple(
        (target, round(float(rate), 4))
        for target, rate in zip(TARGETS, np.minimum.accumulate(rates), strict=True)
    )


def _errors(calibrator: Calibrator, found: Found) -> list[list[float]]:
    """Return the share of wrong answers per target, before any mail was seen and after."""
    rates = [(1 - target) / STRICTER[calibrator.script] for target in TARGETS]
    return [
        [1 - _answered(calibrator, found, rate, seeing=seeing)[0] for rate in rates]
        for seeing in (False, True)
    ]


def _figures(calibrator: Calibrator, run: Run, found: Found) -> list[float]:
    """Return top-1, calibration error, and precision and coverage at error rates of 5 % and 3 %, unseeing and seeing."""
    chances, right, weights = found
    inside = np.array([trial.has_article for trial in run.trials])
    figures = [float(right[inside].mean()), _calibration_error(chances, right, weights)]
    for rate in RATES:
        for seeing in (False, True):
            figures += _answered(calibrator, found, rate, seeing=seeing)
    return figures


def _said(figures: Sequence[float]) -> str:
    parts = "5 %: {:.3f} at {:.3f}, mail seen {:.3f} at {:.3f} | 3 %: {:.3f} at {:.3f}, mail seen {:.3f} at {:.3f}"
    return f"top1 {figures[0]:.3f}  ece {figures[1]:.3f} | {parts.format(*figures[2:])}"


def _report_virtual(rows: Sequence[Row]) -> None:
    """Print what virtual desks of each set came to at 3 % once they had seen mail: all their answers, and the worst tenth."""
    for family in sorted({row[0] for row in rows if row[2] == "virtual"}):
        part = np.array([row[3] for row in rows if row[0] == family and row[2] == "virtual"])
        print(
            f"virtual {family:14} {len(part)} desks: top1 {part[:, 0].mean():.3f}  ece {part[:, 1].mean():.3f} | "
            f"3 %: {np.average(part[:, -4], weights=part[:, -3] + 1e-9):.3f} at {part[:, -3].mean():.3f}, mail seen "
            f"{np.average(part[:, -2], weights=part[:, -1] + 1e-9):.3f} at {part[:, -1].mean():.3f}, "
            f"worst tenth below {np.quantile(part[:, -2], 0.1):.3f}"
        )


def _answered(calibrator: Calibrator, found: Found, rate: float, *, seeing: bool) -> tuple[float, float]:
    """Return precision and coverage of one run, nothing of it labelled.

    ``seeing``: every other question stands for mail seen before the rest came, and the rest for it.
    """
    chances, right, weights = found
    sure = np.zeros(len(chances), np.bool_)
    for half in (0, 1):
        others = chances[1 - half :: 2].tolist() if seeing else []
        seen = see(calibrator.usual, NOTHING_SEEN, others)
        nothing = np.zeros(0, np.bool_)
        own = Record(np.zeros(0), nothing, nothing, seen)
        sure[half::2] = chances[half::2] >= desk_threshold(calibrator, own, rate)
    good, answered = float(weights[sure & right].sum()), float(weights[sure].sum())
    return (good / answered if answered else 1.0), 2 * good


def _calibration_error(chances: Figures, right: Marks, weights: Figures) -> float:
    """Return the expected calibration error over ten bins (Naeini et al. 2015)."""
    bins = np.minimum((chances * 10).astype(int), 9)
    return float(sum(abs((weights * (chances - right))[bins == number].sum()) for number in range(10)))
