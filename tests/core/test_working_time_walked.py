"""Ten thousand random weeks against a minute walker whose wall clock is looked up in tables made minute by minute."""

import datetime as dt
import random
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from inboxd.core.working_time import (
    Interval,
    WorkingHours,
    add_working_time,
    is_working,
    next_working_moment,
    subtract_working_time,
    working_time_between,
)

CASES = 10_000
SPANS = 10  # asked about in each week
DAYS_AROUND = 8
MINUTES = 2 * DAYS_AROUND * 1440
# Changes of the clock by an hour and by half of one, at midnight and across it, a day left out, and zones without any.
NEAR = (
    ("Europe/Berlin", "2026-03-29T01:00"),
    ("Europe/Berlin", "2026-10-25T01:00"),
    ("America/New_York", "2026-03-08T07:00"),
    ("America/New_York", "2026-11-01T06:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),
    ("America/St_Johns", "2010-11-07T02:31"),
    ("Africa/Cairo", "2026-10-29T21:00"),
    ("Pacific/Apia", "2011-12-30T10:00"),
    ("Asia/Kathmandu", "2026-05-01T00:00"),
    ("UTC", "2026-12-31T22:00"),
)


@dataclass(frozen=True)
class Wall:
    """What the wall clock shows in each minute around a moment: minute of the day, and which local day."""

    begin: dt.datetime
    clock: NDArray[np.int64]
    day: NDArray[np.int64]


@lru_cache
def wall(zone: str, near: str) -> Wall:
    """Return the wall clock of 16 days, read minute by minute."""
    middle = dt.datetime.fromisoformat(near).replace(tzinfo=dt.UTC, minute=0)
    begin, local_zone = middle - dt.timedelta(days=DAYS_AROUND), ZoneInfo(zone)
    shown = [(begin + dt.timedelta(minutes=minute)).astimezone(local_zone) for minute in range(MINUTES)]
    return Wall(
        begin,
        np.array([one.hour * 60 + one.minute for one in shown]),
        np.array([one.date().toordinal() for one in shown]),
    )


def random_day(random_: random.Random) -> tuple[Interval, ...]:
    """Return up to three intervals in order, to the quarter of an hour; one day in seven is closed."""
    edges = sorted(random_.sample(range(97), 2 * random_.choice((0, 1, 1, 2, 2, 3, 3))))
    return tuple(Interval(a * 900, b * 900) for a, b in zip(edges[::2], edges[1::2], strict=True))


def random_hours(random_: random.Random, zone: str, shown: Wall) -> WorkingHours:
    """Return a week with holidays, half days and absences somewhere around the change of the clock."""
    days = [dt.date.fromordinal(int(one)) for one in np.unique(shown.day)]
    away = []
    for _ in range(random_.randrange(3)):
        start = shown.begin + dt.timedelta(seconds=random_.randrange(MINUTES * 60))
        away.append((start, start + dt.timedelta(seconds=random_.randrange(1, 200_000))))
    return WorkingHours(
        zone,
        tuple(random_day(random_) for _ in range(7)),
        holidays=frozenset(random_.sample(days, random_.randrange(3))),
        half_days={day: random_day(random_) for day in random_.sample(days, random_.randrange(3))},
        away=tuple(away),
    )


def walked(hours: WorkingHours, shown: Wall) -> NDArray[np.int64]:
    """Return how many working seconds lie before each second: every minute of the wall clock is looked at."""
    is_open = np.zeros(MINUTES, dtype=bool)
    for ordinal in np.unique(shown.day):
        date = dt.date.fromordinal(int(ordinal))
        intervals = () if date in hours.holidays else hours.weekly[date.weekday()]
        intervals = hours.half_days.get(date, intervals)
        today = shown.day == ordinal
        for piece in intervals:
            is_open |= today & (shown.clock * 60 >= piece.opens) & (shown.clock * 60 < piece.closes)
    seconds = np.repeat(is_open, 60)
    for start, end in hours.away:
        first, last = ((one - shown.begin) // dt.timedelta(seconds=1) for one in (start, end))
        seconds[max(first, 0) : max(last, 0)] = False
    return np.concatenate([[0], np.cumsum(seconds, dtype=np.int32)])


@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_weeks_to_the_second(part: int) -> None:
    """Counting, adding, subtracting and the next opening equal the walker's to the second, in 10,000 random cases."""
    random_ = random.Random(part)
    for _ in range(CASES // 10 // SPANS):
        zone, near = random_.choice(NEAR)
        shown = wall(zone, near)
        hours = random_hours(random_, zone, shown)
        worked = walked(hours, shown)
        for _ in range(SPANS):
            check(random_, hours, shown, worked)


def check(random_: random.Random, hours: WorkingHours, shown: Wall, worked: NDArray[np.int64]) -> None:
    """Ask the program and the walker about one random span."""
    start, end = sorted(random_.sample(range(86_400, (MINUTES - 1440) * 60), 2))
    begin, stop = (shown.begin + dt.timedelta(seconds=one) for one in (start, end))
    total = int(worked[end] - worked[start])
    assert working_time_between(hours, begin, stop) == dt.timedelta(seconds=total)
    assert is_working(hours, begin) == (worked[start + 1] > worked[start])
    if total == 0:
        return
    opening = int(np.searchsorted(worked, worked[start], side="right")) - 1
    assert next_working_moment(hours, begin) == shown.begin + dt.timedelta(seconds=opening)
    span = random_.randrange(1, total + 1)
    due = int(np.searchsorted(worked, worked[start] + span))
    assert add_working_time(hours, begin, dt.timedelta(seconds=span)) == shown.begin + dt.timedelta(
        seconds=due
    )
    back = int(np.searchsorted(worked, worked[end] - span, side="right")) - 1
    assert subtract_working_time(hours, stop, dt.timedelta(seconds=span)) == shown.begin + dt.timedelta(
        seconds=back
    )
