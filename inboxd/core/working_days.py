"""Working days: days counted the way people do who say "in three working days"."""

import datetime as dt
import itertools
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from inboxd.core.working_time import WorkingHours, next_working_moment

MOST_DAYS = 60  # a ticket that was silent for a quarter is history; nothing is asked about it any more

_DAY = dt.timedelta(days=1)


def days_after(hours: WorkingHours, start: dt.datetime, most: int) -> Iterator[dt.datetime]:
    """Yield the moments 1, 2, 3 … up to ``most`` working days after ``start``, in UTC: the same time of day, days of work later.

    Three days after Friday 15:00 are Wednesday 15:00. What begins outside working time begins at the next opening;
    a time at which that day is closed means the next opening, too. Raises as ``next_working_moment`` does.
    """
    return itertools.islice(_days_from(hours, start), 1, most + 1)


def working_days_between(hours: WorkingHours, start: dt.datetime, end: dt.datetime) -> int:
    """Return the whole working days from ``start`` to ``end``, at most ``MOST_DAYS``; 0 when ``end`` is before it."""
    days = days_after(hours, start, MOST_DAYS)
    return sum(1 for _ in itertools.takewhile(lambda moment: moment <= end, days))


def _days_from(hours: WorkingHours, start: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the moment 0, 1, 2 … working days after ``start``."""
    zone = ZoneInfo(hours.zone)
    day = begin = next_working_moment(hours, start)
    time = begin.astimezone(zone).time()
    while True:
        date = day.astimezone(zone).date()
        yield max(begin, next_working_moment(hours, dt.datetime.combine(date, time, zone)))
        day = next_working_moment(hours, dt.datetime.combine(date + _DAY, dt.time(), zone))
