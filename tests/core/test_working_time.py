import datetime as dt
import os
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxd.core.working_time import (
    Interval,
    WorkingHours,
    add_working_time,
    is_working,
    next_working_moment,
    parse_interval,
    subtract_working_time,
    working_time_between,
)

# INBOXD_TIME_EXAMPLES=10000 walks ten thousand weeks; the default keeps the test run short.
EXAMPLES = settings(
    max_examples=int(os.environ.get("INBOXD_TIME_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
BERLIN = "Europe/Berlin"
NINE_TO_FIVE = (parse_interval("09:00-17:00"),)
OFFICE = WorkingHours(BERLIN, (NINE_TO_FIVE,) * 5 + ((), ()))
ALWAYS = WorkingHours(BERLIN, ((Interval(0, 86_400),),) * 7)


def berlin(text: str) -> dt.datetime:
    """Return the moment a clock in Berlin shows."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN))


# --- the brute-force walker ---------------------------------------------------------------------------------------


def walks_in(hours: WorkingHours, zone: ZoneInfo, moment: dt.datetime) -> bool:
    """Return whether the wall clock shows a working time, by its own reading of the definition."""
    local = moment.astimezone(zone)
    day = hours.weekly[local.weekday()]
    if local.date() in hours.holidays:
        day = ()
    if local.date() in hours.half_days:
        day = hours.half_days[local.date()]
    minute = local.hour * 60 + local.minute
    if any(start <= moment < end for start, end in hours.away):
        return False
    return any(piece.opens // 60 <= minute < piece.closes // 60 for piece in day)


def walked_cells(
    hours: WorkingHours, start: dt.datetime, end: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the working pieces of every minute between two moments, minute by minute."""
    zone = ZoneInfo(hours.zone)
    cells = []
    minute = start.replace(second=0, microsecond=0)
    while minute < end:
        if walks_in(hours, zone, minute):
            cells.append((max(minute, start), min(minute + MINUTE, end)))
        minute += MINUTE
    return cells


def walked_sum(hours: WorkingHours, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Return the working time the walker counted."""
    return sum((stop - begin for begin, stop in walked_cells(hours, start, end)), dt.timedelta())


@st.composite
def days(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Draw the intervals of a day: none, all of it, or up to three in order, some ending at midnight."""
    edges = draw(st.lists(st.integers(0, 96), max_size=6, unique=True).map(sorted))
    edges = edges[: len(edges) // 2 * 2]
    pieces = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Interval(opens * 900, closes * 900) for opens, closes in pieces)


# Days of a change of the clock, and for each a moment near it: gaps and folds of an hour and of half an hour, at
# midnight, across midnight (St. John's), a day left out (Samoa), and zones that never change.
CHANGES = (
    (BERLIN, "2026-03-29T00:30"),
    (BERLIN, "2026-10-25T00:30"),
    ("America/New_York", "2026-03-08T06:00"),
    ("America/New_York", "2026-11-01T05:00"),
    ("Australia/Lord_Howe", "2026-04-04T14:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:00"),
    ("America/St_Johns", "2010-11-07T02:00"),
    ("America/Santiago", "2026-04-05T02:00"),
    ("Africa/Cairo", "2026-10-29T20:00"),
    ("Pacific/Apia", "2011-12-30T09:00"),
    ("Asia/Kathmandu", "2026-05-01T00:00"),
    ("UTC", "2026-12-31T22:00"),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingHours, dt.datetime]:
    """Draw working hours and a moment close to a change of the clock, a holiday, a half day and an absence."""
    zone, near = draw(st.sampled_from(CHANGES))
    middle = dt.datetime.fromisoformat(near).replace(tzinfo=dt.UTC)
    start = middle + dt.timedelta(seconds=draw(st.integers(-180_000, 120_000)))
    dates = st.integers(-2, 4).map(lambda offset: (middle + dt.timedelta(days=offset)).date())
    away_from = middle + draw(st.integers(-3000, 3000)) * MINUTE
    away = (away_from, away_from + draw(st.integers(1, 2000)) * MINUTE)
    hours = WorkingHours(
        zone,
        tuple(draw(st.tuples(*[days()] * 7))),
        holidays=frozenset(draw(st.sets(dates, max_size=2))),
        half_days=draw(st.dictionaries(dates, days(), max_size=2)),
        away=draw(st.sampled_from(((), (away,)))),
    )
    return hours, start


@EXAMPLES
@given(cases(), st.integers(0, 3 * 86_400))
def test_counts_what_a_minute_walker_counts(case: tuple[WorkingHours, dt.datetime], seconds: int) -> None:
    """Working time between two moments equals the walker's to the second, whatever the clock does meanwhile."""
    hours, start = case
    end = start + dt.timedelta(seconds=seconds)
    assert working_time_between(hours, start, end) == walked_sum(hours, start, end)
    assert is_working(hours, start) == walks_in(hours, ZoneInfo(hours.zone), start)


@EXAMPLES
@given(cases(), st.integers(1, 86_400))
def test_adds_and_subtracts_as_a_minute_walker_does(
    case: tuple[WorkingHours, dt.datetime], seconds: int
) -> None:
    """The due time is the earliest, its reverse the latest moment with exactly that much working time between."""
    hours, start = case
    span = dt.timedelta(seconds=seconds)
    horizon = start + dt.timedelta(days=3)
    cells = walked_cells(hours, start, horizon)
    total = sum((stop - begin for begin, stop in cells), dt.timedelta())
    if cells:
        assert next_working_moment(hours, start) == cells[0][0]
    if total < span:
        return
    left = span
    for begin, stop in cells:
        if left <= stop - begin:
            assert add_working_time(hours, start, span) == begin + left
            break
        left -= stop - begin
    left = span
    for begin, stop in reversed(cells):
        if left <= stop - begin:
            back = subtract_working_time(hours, horizon, span)
            assert back == stop - left
            assert is_working(hours, back)
            break
        left -= stop - begin


# --- plain examples -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20T16:00", 1, "2026-11-20T17:00"),  # up to closing time
        ("2026-11-20T16:00", 2, "2026-11-23T10:00"),  # over the weekend
        ("2026-11-21T12:00", 8, "2026-11-23T17:00"),  # begins on a Saturday
        ("2026-03-27T16:00", 2, "2026-03-30T10:00"),  # the clock changes on Sunday, nobody works
        ("2026-11-20T08:59:59", 1, "2026-11-20T10:00"),
    ],
)
def test_due_times_of_an_office_week(start: str, hours: int, due: str) -> None:
    """A target of working hours ends when a person with a calendar says it does."""
    assert add_working_time(OFFICE, berlin(start), hours * HOUR) == berlin(due)


def test_a_night_shift_is_shorter_in_spring_and_longer_in_autumn() -> None:
    """Working time is elapsed time: midnight to six are five hours in March and seven in October."""
    night = WorkingHours(BERLIN, ((parse_interval("00:00-06:00"),),) * 7)
    for day, elapsed in (("2026-03-28", 6), ("2026-03-29", 5), ("2026-10-25", 7)):
        start = berlin(f"{day}T00:00")
        assert working_time_between(night, start, berlin(f"{day}T06:00")) == elapsed * HOUR


def test_hours_the_clock_skips_or_repeats() -> None:
    """Inside a skipped hour there is no working time; a repeated one counts twice."""
    two_to_three = WorkingHours(BERLIN, ((parse_interval("02:00-03:00"),),) * 7)
    for day, elapsed in (("2026-03-29", 0), ("2026-10-25", 2), ("2026-10-26", 1)):
        start = berlin(f"{day}T00:00")
        assert working_time_between(two_to_three, start, start + 8 * HOUR) == elapsed * HOUR


def test_round_the_clock_is_elapsed_time() -> None:
    """With 24 hours on seven days a due time is the start plus the span, over any change of the clock."""
    start = berlin("2026-03-28T12:34:56.789")
    span = dt.timedelta(days=400, seconds=1, microseconds=1)
    assert add_working_time(ALWAYS, start, span) == start.astimezone(dt.UTC) + span
    assert subtract_working_time(ALWAYS, start, span) == start.astimezone(dt.UTC) - span


def test_holidays_half_days_and_absences() -> None:
    """A holiday has no working time, a half day its own (even on a holiday), and nobody works while away."""
    day = dt.date(2026, 12, 24)
    closed = WorkingHours(BERLIN, OFFICE.weekly, holidays=frozenset({day}))
    half = WorkingHours(
        BERLIN, OFFICE.weekly, holidays=frozenset({day}), half_days={day: (parse_interval("09:00-12:00"),)}
    )
    away = WorkingHours(
        BERLIN, OFFICE.weekly, away=((berlin("2026-12-24T10:00"), berlin("2026-12-24T16:00")),)
    )
    start, end = berlin("2026-12-24T00:00"), berlin("2026-12-25T00:00")
    assert [working_time_between(hours, start, end) / HOUR for hours in (closed, half, away)] == [0, 3, 2]
    assert not is_working(away, berlin("2026-12-24T10:00"))
    assert is_working(away, berlin("2026-12-24T16:00"))


def test_no_time_is_no_wait() -> None:
    """A span of zero ends at once, and time does not run backwards."""
    night = berlin("2026-11-20T23:00")
    assert add_working_time(OFFICE, night, dt.timedelta()) == night
    assert subtract_working_time(OFFICE, night, dt.timedelta()) == night
    assert working_time_between(OFFICE, night, night - HOUR) == dt.timedelta()


def test_says_when_there_is_no_working_time() -> None:
    """Hours that never open are a clear error instead of an endless search; negative spans are one too."""
    never = WorkingHours(BERLIN, ((),) * 7)
    now = berlin("2026-11-20T12:00")
    for question in (
        lambda: next_working_moment(never, now),
        lambda: add_working_time(never, now, HOUR),
        lambda: subtract_working_time(never, now, HOUR),
    ):
        with pytest.raises(ValueError, match="no working time within ten years"):
            question()
    with pytest.raises(ValueError, match="negative"):
        add_working_time(OFFICE, now, -HOUR)
    with pytest.raises(ValueError, match="naive"):
        is_working(OFFICE, dt.datetime(2026, 11, 20))  # noqa: DTZ001  the mistake under test
    with pytest.raises(ValueError, match="century"):
        working_time_between(OFFICE, dt.datetime(1, 1, 1, tzinfo=dt.UTC), now)


def test_years_are_fast_to_cross() -> None:
    """Ten years of office hours are added without walking their minutes."""
    start = berlin("2026-01-02T09:00")
    end = add_working_time(OFFICE, start, dt.timedelta(hours=20_000))
    assert working_time_between(OFFICE, start, end) == dt.timedelta(hours=20_000)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("09:00-17:00", Interval(32_400, 61_200)),
        ("0:00 - 24:00", Interval(0, 86_400)),
        ("09:00:30–9:01", Interval(32_430, 32_460)),
    ],
)
def test_reads_intervals(text: str, interval: Interval) -> None:
    """Intervals are written as people write opening hours."""
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    "text", ["", "9-17", "17:00-09:00", "09:00-24:01", "09:60-10:00", "a:b-c:d", "09:00", "9:0:0:0-10:00"]
)
def test_refuses_what_is_no_interval(text: str) -> None:
    """What is not two times of a day in order is refused."""
    with pytest.raises(ValueError):
        parse_interval(text)


def test_refuses_impossible_weeks() -> None:
    """Unknown zones, weeks without seven days, overlaps and absences that end before they start are refused."""
    overlap = (parse_interval("09:00-12:00"), parse_interval("11:00-13:00"))
    now = berlin("2026-11-20T12:00")
    for make in (
        lambda: WorkingHours("Mars/Olympus", ((),) * 7),
        lambda: WorkingHours("../etc/passwd", ((),) * 7),
        lambda: WorkingHours(BERLIN, ((),) * 6),
        lambda: WorkingHours(BERLIN, (overlap,) + ((),) * 6),
        lambda: WorkingHours(BERLIN, ((),) * 7, away=((now, now),)),
    ):
        with pytest.raises(ValueError):
            make()
