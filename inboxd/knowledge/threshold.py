"""From which confidence on an answer may go out by itself, so that wrong ones stay under the allowed rate.

The evidence are the desk's own mails of which the operator said what was right, each asked while it was left out.
Where they are enough, the threshold is the lowest at which the upper 95 % bound of the share of wrong answers
(Clopper & Pearson 1934) stays under the allowed rate, tried downwards step by step and no further than the first that
fails: a fixed sequence of tests needs no correction for their number (Learn then Test, Angelopoulos et al. 2021,
section 4.2). Until then the pooled threshold of the public sets holds, moved by what the desk's mails show without any
label (``mixture.py``). A desk's own articles alone are no evidence: measured, a threshold drawn from them is worse than
the pooled one at every precision.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from inboxd.core.proportion import lower_bound, upper_bound
from inboxd.knowledge.confidence import Calibrator, Figures, Marks, Platt, Trial, probability
from inboxd.knowledge.mixture import NOTHING_SEEN, Seen, least_odds
from inboxd.knowledge.space import Script

# The pooled threshold holds on the mean of desks; so that it holds on nearly every one, fewer errors are allowed on paper
# (four sets, each left out of the training, 5 questions an article: the lowest 96.2 % right where 93.8 % were). Chinese has
# no sentence vectors to rely on, and one small set to learn from. Mail seen is the desk's own: what it foresees may be all
# that is allowed.
STRICTER = {Script.ENGLISH: 0.8, Script.LATIN: 0.8, Script.CJK: 0.7}
# How far mails nobody labelled move the threshold: never all the way to where they alone would have it, half of that way
# after so many.
MOST_MOVED = 0.8
HALF_MOVED = 50
# How far the threshold moves from one test to the next …
STEP = 0.02
# … and where it stops: below, an answer is hardly more likely right than wrong.
LEAST = 0.6
# Out of reach: no answer is sure.
NEVER = 1.0


@dataclass(frozen=True, slots=True)
class Record:
    """A desk's own trials as arrays: confidence of each, whether it was right, and whether a customer asked it.

    ``seen`` is what mails nobody labelled show.
    """

    chances: Figures
    right: Marks
    mails: Marks
    seen: Seen = field(default=NOTHING_SEEN)


@dataclass(frozen=True, slots=True)
class Assurance:
    """The confidence from which an answer is sure, and the share of wrong ones it stays under with 95 % confidence.

    ``answers`` is how many of the desk's own mails prove it; 0: none do, and the bound is the one that 19 of 20 other
    desks stayed under.
    """

    threshold: float
    bound: float
    answers: int = 0


def record_of(calibrator: Calibrator, trials: Sequence[Trial], platt: Platt) -> Record:
    """Return what a desk's own trials came to."""
    return Record(
        np.array([probability(calibrator, trial.candidate, platt) for trial in trials]),
        np.array([trial.right for trial in trials], np.bool_),
        np.array([trial.mail for trial in trials], np.bool_),
    )


def desk_threshold(calibrator: Calibrator, own: Record, max_error_rate: float) -> float:
    """Return the probability from which an answer is sure."""
    return assure(calibrator, own, max_error_rate).threshold


def assure(calibrator: Calibrator, own: Record, max_error_rate: float) -> Assurance:
    """Return the desk's threshold with what is known of it.

    Where the desk's own mails show that this is too low, it is raised to where they were right often enough, out of reach
    when they never were.
    """
    target = 1 - max_error_rate * STRICTER[calibrator.script]
    pooled = pooled_threshold(calibrator, target)
    start = _moved(pooled, own.seen, max_error_rate)
    best: Assurance | None = None
    for cut in _steps(start, min(LEAST, pooled), -STEP):
        wrong, answers = _count(own, cut)
        bound = upper_bound(wrong, answers)
        if bound > max_error_rate:
            break
        best = Assurance(cut, bound, answers)
    if best:
        return best
    wrong, answers = _count(own, start)
    if lower_bound(wrong, answers) > max_error_rate:
        return _raised(own, start, max_error_rate)
    return Assurance(start, pooled_bound(calibrator, target))


def pooled_threshold(calibrator: Calibrator, target: float) -> float:
    """Return the threshold that gave the target precision on the public sets, interpolated between targets."""
    return _interpolated(calibrator.thresholds, target)


def pooled_bound(calibrator: Calibrator, target: float) -> float:
    """Return the share of wrong answers that 19 of 20 unseen desks stayed under; 1 when that was never measured."""
    return _interpolated(calibrator.bounds, target) if calibrator.bounds else 1.0


def _moved(pooled: float, seen: Seen, max_error_rate: float) -> float:
    """Return the pooled threshold moved towards the one at which the mails seen would keep the allowed rate."""
    if seen.mixture is None:
        return pooled
    share = MOST_MOVED * len(seen.odds) / (len(seen.odds) + HALF_MOVED)
    odds = (1 - share) * math.log(pooled / (1 - pooled)) + share * least_odds(seen.mixture, max_error_rate)
    return max(min(LEAST, pooled), 1 / (1 + math.exp(-odds)))


def _count(own: Record, cut: float) -> tuple[int, int]:
    """Return how many of the desk's own mails were answered wrongly, and how many at all, at a threshold."""
    sure = own.mails & (own.chances >= cut)
    return int((sure & ~own.right).sum()), int(sure.sum())


def _steps(first: float, last: float, step: float) -> Iterator[float]:
    """Yield the cuts one by one: most desks stop at the first."""
    for at in range(math.ceil((last + step * 1e-6 - first) / step)):
        yield round(first + at * step, 4)


def _raised(own: Record, start: float, max_error_rate: float) -> Assurance:
    for cut in _steps(start + STEP, 1.0, STEP):
        wrong, answers = _count(own, cut)
        if wrong <= max_error_rate * answers:
            return Assurance(cut, upper_bound(wrong, answers), answers)
    return Assurance(NEVER, 0.0)


def _interpolated(points: Sequence[tuple[float, float]], target: float) -> float:
    return float(np.interp(target, [point[0] for point in points], [point[1] for point in points]))
