"""When to try again: a pure table of back-offs, one for mail going out, one for mail being processed.

``attempts`` counts the try that is being booked: it and the time of the next one are committed before the try
begins, so a process that dies in the middle leaves a row that comes due again by itself.
"""

import datetime as dt
import zlib
from itertools import accumulate

GIVE_UP_AFTER = dt.timedelta(days=4)
LONGEST_DELIVERY_DELAY = dt.timedelta(hours=4)
MOST_FAILURES = 3  # the third failure of one mail holds it
JITTER = 0.1  # up to a tenth later, so that what failed together does not return together

_FIRST_DELAYS = (1, 5, 15, 60)  # minutes: RFC 5321 4.5.4.1 asks for two tries in the first hour (greylisting)
_GROWTH = 1.5
_POSTPONEMENTS = (1, 2, 5, 10, 30, 60)  # seconds: a model loads in a few, a file edit in progress ends in one
_AFTER_FAILURE = (5, 60)  # seconds: one for a locked database, one for a passing shortage


def next_attempt_at(attempts: int, now: dt.datetime, seed: int | str) -> dt.datetime | None:
    """Return when to send again if delivery attempt number ``attempts`` (from 1) fails now; None: it was the last.

    1, 5, 15, 60 minutes, then half as long again each time up to four hours, until four days of trying are over
    (RFC 5321 4.5.4.1: give up after 4-5 days). The days are counted by attempts, not by the calendar, so that a
    week of our own downtime costs no mail its chances. ``seed`` (the row's id) spreads the rows.
    """
    if attempts > len(DELIVERY_DELAYS):
        return None
    delay = DELIVERY_DELAYS[max(attempts, 1) - 1]
    return now + delay * (1 + JITTER * _fraction(seed, attempts))


def postponed_until(postponements: int, now: dt.datetime) -> dt.datetime:
    """Return when to ask again for a mail some fact of which is not known yet: seconds, at most a minute, no end."""
    index = min(max(postponements, 1), len(_POSTPONEMENTS)) - 1
    return now + dt.timedelta(seconds=_POSTPONEMENTS[index])


def reprocess_at(failures: int, now: dt.datetime) -> dt.datetime | None:
    """Return when to process a mail again whose processing failed ``failures`` times; None: hold it (the third)."""
    if failures >= MOST_FAILURES:
        return None
    return now + dt.timedelta(seconds=_AFTER_FAILURE[max(failures, 1) - 1])


def _delivery_delays() -> tuple[dt.timedelta, ...]:
    delays = [dt.timedelta(minutes=minutes) for minutes in _FIRST_DELAYS]
    while sum(delays, dt.timedelta()) < GIVE_UP_AFTER:
        delays.append(min(delays[-1] * _GROWTH, LONGEST_DELIVERY_DELAY))
    last = max(index for index, total in enumerate(accumulate(delays)) if total <= GIVE_UP_AFTER)
    return tuple(delays[: last + 1])


def _fraction(seed: int | str, attempts: int) -> float:
    return zlib.crc32(f"{seed}/{attempts}".encode()) / 2**32


DELIVERY_DELAYS = _delivery_delays()
