"""How wrong a measured error rate can be: the exact interval of a proportion.

The regularised incomplete beta function is here because a worker without articles has no room for scipy: 25 MB for one
number.
"""

import math
from dataclasses import dataclass

_STEPS = 300  # of the continued fraction; it needs O(√max(a, b))
_EPSILON = 1e-15
_TINY = 1e-300
_BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class Proportion:
    """A measured share and the interval that holds the true one with the given confidence."""

    rate: float
    lower: float
    upper: float


def wrong_answer_rate(wrong: int, answers: int, confidence: float = 0.95) -> Proportion | None:
    """Return the share of wrong answers with its exact two-sided interval; None without answers.

    Clopper and Pearson, Biometrika 26 (1934): lower = B(α/2; k, n-k+1), upper = B(1-α/2; k+1, n-k), B the quantile
    of the beta distribution. It never promises too much, also for 0 wrong of 30 (upper bound 11.6 %).
    """
    if answers <= 0 or not 0 <= wrong <= answers:
        return None
    tail = (1 - confidence) / 2
    lower = 0.0 if wrong == 0 else _beta_quantile(tail, wrong, answers - wrong + 1)
    upper = 1.0 if wrong == answers else _beta_quantile(1 - tail, wrong + 1, answers - wrong)
    return Proportion(wrong / answers, lower, upper)


def upper_bound(wrong: int, answers: int, confidence: float = 0.95) -> float:
    """Return the one-sided Clopper-Pearson bound the true rate stays below; 1.0 without answers."""
    if answers <= 0 or wrong >= answers:
        return 1.0
    return _beta_quantile(confidence, max(wrong, 0) + 1, answers - max(wrong, 0))


def lower_bound(wrong: int, answers: int, confidence: float = 0.95) -> float:
    """Return the one-sided Clopper-Pearson bound the true rate stays above; 0.0 without wrong answers."""
    if answers <= 0 or wrong <= 0:
        return 0.0
    return _beta_quantile(1 - confidence, min(wrong, answers), answers - min(wrong, answers) + 1)


def _beta_quantile(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_cdf(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


def _beta_cdf(x: float, a: float, b: float) -> float:
    """Return I_x(a, b) (DLMF 8.17.22: a continued fraction that converges fast below the mean)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_cdf(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) * _continued_fraction(x, a, b) / a


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate by Lentz's method (modified: Thompson and Barnett 1986)."""
    c, d = 1.0, 1 / _nonzero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _STEPS + round(math.sqrt(a + b))):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / _nonzero(1 + term * d), _nonzero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) < _EPSILON:
            break
    return result


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
