"""The desk of the played quarter: its hours and targets, as the recomputation and as the program know them."""

import datetime as dt
from functools import lru_cache
from typing import Any

import pytest
from quarter import Planned, at, make_quarter
from quarter_frames import Frames
from quarter_walk import Desk

from inboxd.core.report_facts import Rates, ReportTerms
from inboxd.core.schedule import SlaTerms
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.working_time import Interval, WorkingHours, parse_interval

HOUR = 3600
# Both change their clocks within the quarter, on different days.
ZONES = ("Europe/Berlin", "America/New_York")
HOLIDAY, HALF_DAY = dt.date(2026, 10, 1), dt.date(2026, 11, 11)
LEFT = frozenset(range(1, 400, 40))
TARGETS = {
    "default": {"first_response": 8 * HOUR, "next_response": 8 * HOUR, "resolution": 40 * HOUR},
    "vip": {"first_response": 2 * HOUR, "next_response": 4 * HOUR},
}


@lru_cache
def desk_of(zone: str) -> Desk:
    """Return a desk of three with a lunch break, a holiday, a half day and an absence."""
    return Desk(
        zone,
        ((510, 720), (780, 1020)),
        frozenset({HOLIDAY}),
        {HALF_DAY: ((540, 720),)},
        (40_000 * 60, 43_000 * 60),
        TARGETS,
        left=LEFT,
        improved=frozenset(range(1, 3000, 7)),
    )


def terms_of(desk: Desk) -> ReportTerms:
    """Return the same desk as the program knows it."""
    day = tuple(Interval(begin * 60, end * 60) for begin, end in desk.day)
    hours = WorkingHours(
        desk.zone,
        (day,) * 5 + ((), ()),
        desk.holidays,
        {date: (parse_interval("09:00-12:00"),) for date in desk.half_days},
        ((at(desk.away[0]), at(desk.away[1])),) if desk.away[1] else (),
    )
    policies = (
        SlaPolicy("vip", targets_of("vip"), tags=frozenset({"vip"})),
        SlaPolicy("default", targets_of("default")),
    )
    return ReportTerms(
        SlaTerms(hours, policies),
        dt.timedelta(seconds=desk.service_target),
        desk.zone,
        operators=desk.operators,
        rates=Rates(desk.minutes_per_answer, desk.hourly_rate, desk.monthly_cost),
        improved=desk.improved,
    )


def targets_of(policy: str) -> SlaTargets:
    """Return the targets of one policy."""
    return SlaTargets(**{name: dt.timedelta(seconds=span) for name, span in TARGETS[policy].items()})


@pytest.fixture(scope="module")
def plans() -> list[Planned]:
    """Three thousand tickets of a quarter."""
    return make_quarter(7, 3000)


@pytest.fixture(scope="module", params=ZONES)
def desk(request: pytest.FixtureRequest) -> Desk:
    """The desk in one of two time zones."""
    return desk_of(str(request.param))


@pytest.fixture(scope="module")
def frames(plans: list[Planned], desk: Desk) -> Frames:
    """The quarter in pandas."""
    return Frames(plans, desk)


def differing(found: dict[str, Any], expected: dict[str, Any], path: str = "") -> dict[str, tuple[Any, Any]]:
    """Return what is not as expected, to nine digits; no data equals only no data."""
    wrong: dict[str, tuple[Any, Any]] = {}
    for name, value in expected.items():
        mine = found[name]
        if isinstance(value, dict) and isinstance(mine, dict):
            wrong |= differing(mine, value, f"{path}{name}.")
        elif isinstance(value, list):
            pairs = list(zip(mine, value, strict=True))
            for at_, (one, other) in enumerate(pairs):
                wrong |= differing(one, other, f"{path}{name}[{at_}].")
        elif (mine is None) != (value is None) or (
            value is not None
            and mine != (value if isinstance(value, str) else pytest.approx(value, rel=1e-9))
        ):
            wrong[path + name] = (mine, value)
    return wrong
