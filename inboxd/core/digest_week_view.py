"""What the digest tells of a week: the part of ``DigestView`` (core/views.py) that comes once in seven days.

None means that there is no data, never 0. Spans are working time; shares run from 0 to 1; times are aware.
"""

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DigestDay:
    """One day of the week: how many tickets came and how many were solved."""

    at: dt.datetime
    came: int
    solved: int


@dataclass(frozen=True, slots=True)
class DigestExpectedDay:
    """One day of the next week, and how many tickets it will bring by the forecast and the habit of its weekday."""

    at: dt.datetime
    came: float


@dataclass(frozen=True, slots=True)
class DigestPastWeek:
    """One of the last weeks, named ``W46``: of its tickets, first response time, automation and satisfaction."""

    at: dt.datetime
    name: str
    came: int = 0
    median: dt.timedelta | None = None
    p90: dt.timedelta | None = None
    automation: float | None = None
    satisfied: float | None = None
    scores: int = 0


@dataclass(frozen=True, slots=True)
class DigestSaved:
    """What ``answers`` without a person brought: time, and money in ``currency`` where an hour has a price."""

    answers: int
    time: dt.timedelta
    money: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class DigestStated:
    """How sure the automatic answers said they were, against what came of them, over ``days`` days.

    ``stated`` is the mean error they named, ``observed`` the share of ``wrong`` ones among the ``answers``, between
    ``lower`` and ``upper`` with 95 % confidence. Of ``heard`` of them somebody said something.
    """

    answers: int
    heard: int
    wrong: int
    stated: float
    observed: float
    lower: float
    upper: float
    days: int


@dataclass(frozen=True, slots=True)
class DigestPromise:
    """How often the answer came by the time the acknowledgement named: ``kept`` of ``made``."""

    made: int
    kept: int
    rate: float


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the mail by the Content-IDs of its two variants (RFC 2392), and its size on the page in pixels."""

    light: str
    dark: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DigestPictures:
    """The week's charts; None where one could not be drawn or there is nothing to draw."""

    tickets: Picture | None = None
    responses: Picture | None = None
    automation: Picture | None = None
    satisfaction: Picture | None = None


@dataclass(frozen=True, slots=True)
class DigestWeek:
    """The seven days from ``first`` to ``last``, with the ``weeks`` up to this one, oldest first.

    ``came_before`` is the week before (None: the desk did not work all of it); ``expected`` the tickets of the next
    seven days, ``expected_error`` the usual error of that; ``in_time`` the share of first answers that came in time.
    """

    first: dt.datetime
    last: dt.datetime
    name: str
    came: int
    solved: int
    days: tuple[DigestDay, ...]
    weeks: tuple[DigestPastWeek, ...]
    came_before: int | None = None
    expected: float | None = None
    expected_error: float | None = None
    expected_days: tuple[DigestExpectedDay, ...] = ()
    median: dt.timedelta | None = None
    p90: dt.timedelta | None = None
    in_time: float | None = None
    late: int = 0
    automation: float | None = None
    answered_by_itself: int = 0
    satisfied: float | None = None
    mean_score: float | None = None
    scores: int = 0
    saved: DigestSaved | None = None
    stated: DigestStated | None = None
    promise: DigestPromise | None = None
    pictures: DigestPictures = field(default_factory=DigestPictures)
