"""The only place that reads the time; everything else is handed an aware UTC ``datetime``."""

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def system_clock() -> dt.datetime:
    """Return the time of this machine, aware, in UTC."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251  the one place where the wall clock is read


def fixed_clock(now: dt.datetime) -> Clock:
    """Return a clock that stands still at ``now`` (``--now``, tests)."""
    moment = require_aware(now).astimezone(dt.UTC)
    return lambda: moment


def require_aware(moment: dt.datetime) -> dt.datetime:
    """Return ``moment`` unchanged; raise ``ValueError`` when it carries no offset."""
    if moment.utcoffset() is None:
        raise ValueError(f"naive datetime: {moment!r}")
    return moment
