"""How much mail will come: simple exponential smoothing with the smoothing factor fitted to the past."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_VALUES = 3  # one to begin with, two to be wrong about

_STEPS = 100  # α is searched to one per cent: the error is flat around its minimum


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next value, the fitted α, and the error one step ahead: root mean square (``rmse``) and mean absolute."""

    value: float
    alpha: float
    rmse: float
    mean_absolute_error: float


def forecast(values: Sequence[float]) -> Forecast | None:
    """Return the forecast of the value after ``values``; None for fewer than three.

    s₁ = x₁, sₜ = α·xₜ + (1-α)·sₜ₋₁, the forecast of xₜ₊₁ is sₜ (Brown 1959; Gardner 1985); α in (0, 1] is the one with
    the least sum of squared one-step errors.
    """
    if len(values) < LEAST_VALUES:
        return None
    alpha = min((step / _STEPS for step in range(1, _STEPS + 1)), key=lambda factor: _squared(values, factor))
    level, errors = _smoothed(values, alpha)
    return Forecast(
        value=level,
        alpha=alpha,
        rmse=math.sqrt(math.fsum(error * error for error in errors) / len(errors)),
        mean_absolute_error=math.fsum(map(abs, errors)) / len(errors),
    )


def _squared(values: Sequence[float], alpha: float) -> float:
    return math.fsum(error * error for error in _smoothed(values, alpha)[1])


def _smoothed(values: Sequence[float], alpha: float) -> tuple[float, list[float]]:
    level = values[0]
    errors = []
    for value in values[1:]:
        errors.append(value - level)
        level += alpha * (value - level)
    return level, errors
