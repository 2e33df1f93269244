import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.working_days import MOST_DAYS, days_after, working_days_between
from inboxd.core.working_time import WorkingHours, is_working, parse_interval

BERLIN = WorkingHours(
    "Europe/Berlin",
    ((parse_interval("09:00-12:00"), parse_interval("13:00-17:00")),) * 5 + ((), ()),
    frozenset({dt.date(2026, 12, 25)}),
    {dt.date(2026, 12, 24): (parse_interval("09:00-12:00"),)},
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text + "+01:00")


@pytest.mark.parametrize(
    ("start", "days", "then"),
    [
        ("2026-11-20T15:00", 1, "2026-11-23T15:00"),
        ("2026-11-20T15:00", 3, "2026-11-25T15:00"),
        ("2026-11-20T20:00", 1, "2026-11-24T09:00"),  # after closing: Monday's opening begins
        ("2026-11-21T12:00", 1, "2026-11-24T09:00"),  # on a Saturday
        ("2026-11-20T06:00", 1, "2026-11-23T09:00"),  # before opening
        ("2026-12-23T15:00", 1, "2026-12-28T09:00"),  # at 15:00 of Christmas Eve it is closed
        ("2026-12-23T11:00", 2, "2026-12-28T11:00"),  # Christmas Day is none
    ],
)
def test_days_are_days_of_work(start: str, days: int, then: str) -> None:
    """The same time of day, so many days of work later; weekends and holidays are none."""
    assert list(days_after(BERLIN, at(start), days))[-1] == at(then)


def test_the_clock_change_moves_nothing() -> None:
    """Across the end of summer time the time of day stays."""
    friday = dt.datetime(2026, 10, 23, 8, 0, tzinfo=dt.UTC)  # 10:00 in Berlin
    assert list(days_after(BERLIN, friday, 1)) == [dt.datetime(2026, 10, 26, 9, 0, tzinfo=dt.UTC)]


def test_days_between() -> None:
    """Whole days only, none backwards, and no more than anybody asks for."""
    start = at("2026-11-20T15:00")
    assert working_days_between(BERLIN, start, at("2026-11-23T14:59")) == 0
    assert working_days_between(BERLIN, start, at("2026-11-23T15:00")) == 1
    assert working_days_between(BERLIN, start, start - dt.timedelta(days=9)) == 0
    assert working_days_between(BERLIN, start, start + dt.timedelta(days=999)) == MOST_DAYS


@settings(max_examples=80)
@given(st.integers(0, 500_000), st.integers(1, 12))
def test_there_and_back(minutes: int, days: int) -> None:
    """What is ``days`` later is at least so many days away, never backwards, and at work."""
    start = at("2026-01-01T00:00") + dt.timedelta(minutes=minutes)
    then = list(days_after(BERLIN, start, days))[-1]
    assert is_working(BERLIN, then)
    assert then >= start
    assert working_days_between(BERLIN, start, then) >= days
    assert working_days_between(BERLIN, start, then - dt.timedelta(seconds=1)) < days
