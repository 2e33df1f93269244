import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.associations import associations
from inboxd.core.forecast import forecast
from inboxd.core.metrics import (
    Route,
    automation_rate,
    bounce_rate,
    churn_rate,
    cost_benefit,
    csat,
    expected_response_time,
    feedback_improvement_rate,
    mean_score,
    median,
    p90,
    percentile,
    reopen_rate,
    service_level,
    sla_rate,
    throughput,
    utilisation,
)

HOUR = dt.timedelta(hours=1)
FIGURES = st.lists(st.floats(-1e6, 1e6), max_size=40)


def test_figures() -> None:
    """Each figure follows its formula."""
    assert sla_rate(19, 1) == 0.95
    assert csat([5, 4, 3, 1]) == 0.5
    assert mean_score([5, 4, 3]) == 4
    assert automation_rate(3, 12) == 0.25
    assert reopen_rate(1, 8) == 0.125
    assert utilisation(6 * HOUR, 8 * HOUR) == 0.75
    assert throughput(12, 8 * HOUR) == 1.5
    assert feedback_improvement_rate(1, 8) == 0.125
    assert service_level(8, 10) == 0.8
    assert bounce_rate(1, 50) == 0.02
    assert churn_rate(1, 20) == 0.05
    assert cost_benefit(150, 100) == 0.5


def test_no_data_is_none() -> None:
    """Without data a figure is None: 0 % would say that everything went wrong."""
    assert sla_rate(0, 0) is None
    assert csat([]) is None
    assert mean_score([]) is None
    assert automation_rate(0, 0) is None
    assert reopen_rate(0, 0) is None
    assert median([]) is None
    assert p90([]) is None
    assert expected_response_time([]) is None
    assert expected_response_time([Route(0.0, HOUR)]) is None
    assert utilisation(HOUR, dt.timedelta()) is None
    assert throughput(3, dt.timedelta()) is None
    assert feedback_improvement_rate(0, 0) is None
    assert service_level(0, 0) is None
    assert bounce_rate(0, 0) is None
    assert churn_rate(0, 0) is None
    assert cost_benefit(10, 0) is None


def test_zero_is_a_figure() -> None:
    """Nothing out of something is 0, not None."""
    assert sla_rate(0, 3) == 0
    assert csat([1, 2]) == 0
    assert throughput(0, HOUR) == 0


@pytest.mark.parametrize(
    ("values", "quantile", "expected"),
    [
        ([7], 0.9, 7),
        ([1, 2, 3, 4], 0.5, 2.5),
        (list(range(11)), 0.9, 9),
        ([3, 1, 2], 0, 1),
        ([3, 1, 2], 2, 3),
    ],
)
def test_percentiles(values: list[float], quantile: float, expected: float) -> None:
    """Percentiles interpolate between neighbours, whatever the order of the values."""
    assert percentile(values, quantile) == pytest.approx(expected)


@given(FIGURES)
def test_percentiles_lie_between_the_extremes(values: list[float]) -> None:
    """The median lies between the least and the greatest value, p90 not below it."""
    middle, high = median(values), p90(values)
    if middle is None or high is None:
        assert not values
        return
    assert min(values) <= middle <= max(values)
    assert high >= middle


def test_the_expected_response_time_weighs_the_routes() -> None:
    """30 % answered in a minute and 70 % in four hours make 2 h 48 min 18 s; counts do as well as probabilities."""
    minute = dt.timedelta(minutes=1)
    shares = [Route(0.3, minute), Route(0.7, 4 * HOUR)]
    assert expected_response_time(shares) == dt.timedelta(hours=2, minutes=48, seconds=18)
    assert expected_response_time([Route(30, minute), Route(70, 4 * HOUR)]) == expected_response_time(shares)


def test_the_forecast_of_a_steady_desk() -> None:
    """Equal values are forecast without an error."""
    found = forecast([12.0] * 8)
    assert found is not None
    assert (found.value, found.rmse, found.mean_absolute_error) == (12, 0, 0)


def test_the_forecast_follows_a_step_and_ignores_noise() -> None:
    """After a lasting change α is large, in mere noise it is small."""
    step = forecast([10.0] * 6 + [30.0] * 6)
    noise = forecast([10.0, 14.0, 9.0, 13.0, 8.0, 14.0, 10.0, 13.0, 9.0, 12.0])
    assert step is not None
    assert noise is not None
    assert step.alpha > 0.9
    assert step.value == pytest.approx(30, abs=0.5)
    assert noise.alpha < 0.3
    assert 0 < noise.mean_absolute_error <= noise.rmse


def test_the_forecast_needs_three_values() -> None:
    """Two values are no past."""
    assert forecast([]) is None
    assert forecast([1.0, 2.0]) is None


@given(st.lists(st.floats(0, 1e5), min_size=3, max_size=25))
def test_the_forecast_stays_within_what_was_seen(values: list[float]) -> None:
    """A smoothed value is an average: it never leaves the range of the past."""
    found = forecast(values)
    assert found is not None
    assert min(values) - 1e-6 <= found.value <= max(values) + 1e-6
    assert 0 < found.alpha <= 1
    assert math.isfinite(found.rmse)


def test_associations() -> None:
    """Support, confidence and lift follow their definitions; what is rare or weak is left out."""
    tickets = [("api", "billing")] * 4 + [("api",)] * 4 + [("login",)] * 2 + [("api", "login")]
    found = associations(tickets, least_confidence=0.4)
    first = found[0]
    assert [(rule.left, rule.right) for rule in found] == [("billing", "api"), ("api", "billing")]
    assert (first.count, first.confidence) == (4, 1.0)
    assert first.support == pytest.approx(4 / 11)
    assert first.lift == pytest.approx(11 / 9)
    assert associations(tickets, least_confidence=0.4, least_count=1)[-1].left == "login" or len(found) == 2


def test_associations_of_nothing() -> None:
    """Without tickets, or with lone tags, nothing goes together; a tag named twice counts once."""
    assert associations([]) == ()
    assert associations([("a",), ("b",), ()]) == ()
    assert associations([("a", "a")] * 5) == ()
