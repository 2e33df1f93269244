"""How a desk's confidences lie, told by mail that nobody labelled: right answers make one heap, all other mail another.

How near the mails are that no article fits decides from which confidence on answers are right often enough, and no desk
can know it before its mail comes. It shows in the log-odds of the best article over mails with no label at all: far
foreign mail lies apart, near misses lie among the right answers. Two normal distributions are fitted to them by
expectation maximisation (Dempster, Laird & Rubin 1977), held by how the heaps lie at desks of the public sets.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# How many mails the belief in the public sets is worth: for place and width of a heap …
BELIEF = 100.0
# … and for how many answers are right.
SHARE_BELIEF = 20.0
# So many mails say enough, older ones make way.
MOST = 400
# Half of all mail is taken to fit no article, whatever came until now; not every other answer is right.
MOST_RIGHT = 0.45
_ROUNDS = 200
_SETTLED = 1e-5
_LIMIT = 12.0
_GRID = np.linspace(-8.0, 8.0, 321)

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heap:
    """Mean and standard deviation of log-odds."""

    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class Mixture:
    """``share`` of all mails are answered rightly; the log-odds of those lie in ``right``, of all others in ``wrong``."""

    share: float
    wrong: Heap
    right: Heap


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of the mails seen so far: the log-odds of each one's best article, and how they lie.

    ``mixture`` is None where nothing was seen, or where it was never measured how they usually lie.
    """

    odds: Figures
    mixture: Mixture | None = None


NOTHING_SEEN = Seen(np.empty(0))


def see(usual: Mixture | None, before: Seen, chances: Sequence[float]) -> Seen:
    """Return what was seen before with the confidences of further mails, which all count; of the others the newest."""
    limits = 1 / (1 + math.exp(_LIMIT)), 1 / (1 + math.exp(-_LIMIT))
    held = np.clip(np.asarray(chances, np.float64), *limits)
    kept = before.odds[max(0, len(before.odds) + len(held) - MOST) :]
    odds = np.concatenate([kept, np.log(held / (1 - held))])
    return Seen(odds, fit(usual, odds) if usual is not None and len(odds) else None)


def fit(usual: Mixture, odds: Figures) -> Mixture:
    """Return the mixture under which the log-odds are most probable, held by the usual one."""
    found = usual
    for _ in range(_ROUNDS):
        right = _chances_of_right(found, odds)
        share = (right.sum() + SHARE_BELIEF * usual.share) / (len(odds) + SHARE_BELIEF)
        heaps = _heap(usual.wrong, odds, 1 - right), _heap(usual.right, odds, right)
        moved = abs(heaps[0].mean - found.wrong.mean) + abs(heaps[1].mean - found.right.mean)
        found = Mixture(float(share), *heaps)
        if moved < _SETTLED:
            break
    return found


@functools.lru_cache(maxsize=256)
def least_odds(mixture: Mixture, max_error_rate: float) -> float:
    """Return the log-odds from which on at most so large a share of the answers is wrong; 8 where there are none."""
    share = min(mixture.share, MOST_RIGHT)
    held = Mixture(share, mixture.wrong, mixture.right)
    wrong = 1 - _chances_of_right(held, _GRID)
    heaps = _log_density(held.right, _GRID), _log_density(held.wrong, _GRID)
    mails = share * np.exp(heaps[0]) + (1 - share) * np.exp(heaps[1])
    rates = np.cumsum((mails * wrong)[::-1]) / np.maximum(np.cumsum(mails[::-1]), 1e-300)
    low_enough = np.flatnonzero(rates <= max_error_rate)
    return float(_GRID[::-1][low_enough[-1]]) if len(low_enough) else float(_GRID[-1])


def _heap(usual: Heap, odds: Figures, members: Figures) -> Heap:
    weight = members.sum() + BELIEF
    mean = (members @ odds + BELIEF * usual.mean) / weight
    variance = (members @ (odds - mean) ** 2 + BELIEF * usual.spread**2) / weight
    return Heap(float(mean), float(math.sqrt(variance)))


def _chances_of_right(mixture: Mixture, odds: Figures) -> Figures:
    """Return how probably each is right: never less for higher odds, as a wider heap's far end would have it."""
    right, wrong = mixture.right, mixture.wrong
    bend = 1 / right.spread**2 - 1 / wrong.spread**2
    if abs(bend) > 1e-9:  # noqa: PLR2004  as wide as each other: no end turns round
        turn = (right.mean / right.spread**2 - wrong.mean / wrong.spread**2) / bend
        odds = np.minimum(odds, turn) if bend > 0 else np.maximum(odds, turn)
    for_right = math.log(mixture.share / (1 - mixture.share)) + _log_density(right, odds)
    return np.asarray(1 / (1 + np.exp(np.clip(_log_density(wrong, odds) - for_right, -40, 40))), np.float64)


def _log_density(heap: Heap, odds: Figures) -> Figures:
    """Return the logarithm of the normal density, but for a constant."""
    return np.asarray(-0.5 * ((odds - heap.mean) / heap.spread) ** 2 - math.log(heap.spread), np.float64)
