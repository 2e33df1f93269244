"""The only place that reads the time; everything else is handed an aware UTC ``datetime``."""

import datetime as dt
import time
from collections.abc import Callable

# NTP moves a clock by less than this a little at a time; by more, somebody set it.
_MUCH_SECONDS = 300.0

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


class WallClock:
    """The clock of this machine beside one that nobody can set; both in seconds."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,  # noqa: TID251  not to tell the time, but whether it goes on
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = wall() - steady()

    def was_set_back(self) -> bool:
        """Return whether it was set back by minutes since it was asked last; not when it was set forward, or slept."""
        before, self._ahead = self._ahead, self._wall() - self._steady()
        return before - self._ahead > _MUCH_SECONDS
