"""The figures of the desk. Each says its formula and where it comes from; None means there is no data, never 0."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SATISFIED_FROM = 4  # of 5: the "top two boxes"


@dataclass(frozen=True, slots=True)
class Route:
    """One way a question gets its answer: how probable it is, and how long it takes."""

    probability: float
    response_time: dt.timedelta


def sla_rate(in_time: int, late: int) -> float | None:
    """Return the share of targets met: in time / (in time + late) (ITIL 4, service level management)."""
    return _share(in_time, in_time + late)


def csat(scores: Sequence[int]) -> float | None:
    """Return the share of satisfied customers: answers of 4 or 5 / all answers (top-two-box score)."""
    return _share(sum(1 for score in scores if score >= SATISFIED_FROM), len(scores))


def mean_score(scores: Sequence[float]) -> float | None:
    """Return the arithmetic mean of the survey scores, Σ score / n."""
    return math.fsum(scores) / len(scores) if scores else None


def automation_rate(answered_by_itself: int, answered: int) -> float | None:
    """Return the share of answered tickets no person had to touch (deflection rate: HDI support metrics)."""
    return _share(answered_by_itself, answered)


def reopen_rate(reopened: int, solved: int) -> float | None:
    """Return the share of solved tickets that were opened again: reopened / solved (HDI support metrics)."""
    return _share(reopened, solved)


def percentile(values: Sequence[float], quantile: float) -> float | None:
    """Return the quantile (0 to 1) by linear interpolation: Hyndman and Fan 1996, definition 7, as R and numpy."""
    if not values:
        return None
    ordered = sorted(values)
    rank = min(max(quantile, 0.0), 1.0) * (len(ordered) - 1)
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def median(values: Sequence[float]) -> float | None:
    """Return the 50th percentile: what the customer in the middle waits."""
    return percentile(values, 0.5)


def p90(values: Sequence[float]) -> float | None:
    """Return the 90th percentile: what nine customers in ten wait at most."""
    return percentile(values, 0.9)


def expected_response_time(routes: Iterable[Route]) -> dt.timedelta | None:
    """Return E(R) = Σ p·t / Σ p over the routes an answer can take (law of total expectation).

    Dividing by Σ p lets observed counts stand for probabilities. None when nothing is probable.
    """
    known = [route for route in routes if route.probability > 0]
    weight = math.fsum(route.probability for route in known)
    if weight == 0:
        return None
    seconds = math.fsum(route.probability * route.response_time.total_seconds() for route in known)
    return dt.timedelta(seconds=seconds / weight)


def utilisation(busy: dt.timedelta, available: dt.timedelta) -> float | None:
    """Return U = busy time / available working time (Denning and Buzen 1978); above 1 means overtime."""
    return busy / available if available > dt.timedelta() else None


def throughput(solved: int, period: dt.timedelta) -> float | None:
    """Return X = completions / observation time, in tickets per hour (Denning and Buzen 1978)."""
    return solved / (period / dt.timedelta(hours=1)) if period > dt.timedelta() else None


def feedback_improvement_rate(improved: int, feedback: int) -> float | None:
    """Return FIR = feedback that led to a change / all feedback (ISO 10004: customer satisfaction must lead to action)."""
    return _share(improved, feedback)


def service_level(answered_in_time: int, offered: int) -> float | None:
    """Return SL = answered within the target / offered (the "80/20" of call centres; COPC CX Standard)."""
    return _share(answered_in_time, offered)


def bounce_rate(undelivered: int, answers: int) -> float | None:
    """Return the share of answers that came back: undelivered / sent (M3AWG sender best practices)."""
    return _share(undelivered, answers)


def churn_rate(left: int, customers: int) -> float | None:
    """Return the share of customers that are lost: left / customers (Reichheld and Sasser, HBR 1990)."""
    return _share(left, customers)


def cost_benefit(benefit: float, cost: float) -> float | None:
    """Return (B - C) / C: what each unit of cost brought beyond itself (return on investment)."""
    return (benefit - cost) / cost if cost > 0 else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
