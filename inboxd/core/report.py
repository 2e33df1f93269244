"""The report: all figures of a period, by week, category, tag and operator, with what comes next and what goes together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from inboxd.core.associations import Association, associations
from inboxd.core.digest_week_view import DigestStated
from inboxd.core.figures import Figures, Group, figures
from inboxd.core.forecast import Forecast, forecast
from inboxd.core.report_facts import Keys, Past, ReportTerms, counts
from inboxd.core.ticket_times import TicketTimes, measure
from inboxd.core.topics import RisingTopic, rising_topics
from inboxd.core.working_time import working_time_between

NOBODY = "(nobody)"
NO_CATEGORY = "(none)"
WEEK = dt.timedelta(days=7)
FORECAST_WEEKS = 52
MOST_RULES = 20

_MONTH = dt.timedelta(days=365.25 / 12)
_Names = Callable[[Keys], Iterable[str]]
_Named = tuple[Iterable[Any], Callable[[Any], Iterable[str]]]


@dataclass(frozen=True, slots=True)
class NamedFigures:
    """The figures of one week (``2026-W46``), category, tag or operator."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of the time from ``since`` to ``until``; ``weeks`` are the tickets per week the forecast rests on.

    ``stated`` sets the error that automatic answers named against the one seen; None while nobody said anything.
    """

    since: dt.datetime
    until: dt.datetime
    total: Figures
    by_week: tuple[NamedFigures, ...]
    by_category: tuple[NamedFigures, ...]
    by_tag: tuple[NamedFigures, ...]
    by_operator: tuple[NamedFigures, ...]
    weeks: tuple[int, ...]
    forecast: Forecast | None
    associations: tuple[Association, ...]
    rising: tuple[RisingTopic, ...]
    stated: DigestStated | None = None


def make_report(past: Past, terms: ReportTerms, since: dt.datetime, now: dt.datetime) -> Report:
    """Return the report of the time from ``since`` to ``now``; before the desk began there is nothing to divide by.

    What a ticket took counts in the week it came in; scores, solvings and answers count when they happened.
    """
    begin = min(max(since, past.began or now), now)
    measured = tuple(measure(one, terms, now) for one in past.tickets if counts(one))
    whole = _Whole(past, terms, measured, begin, now)
    weeks = weekly_counts(past.created, now)
    return Report(
        since=since,
        until=now,
        total=whole.total(),
        by_week=whole.by_week(),
        by_category=whole.by_key(lambda keys: (keys.category or NO_CATEGORY,)),
        by_tag=whole.by_key(lambda keys: keys.tags),
        by_operator=whole.by_key(lambda keys: (keys.assignee or NOBODY,), operators=1),
        weeks=weeks,
        forecast=forecast(weeks),
        associations=associations(map(topics_of, measured))[:MOST_RULES],
        rising=_rising(measured, begin, now),
    )


def weekly_counts(created: Iterable[dt.datetime], now: dt.datetime) -> tuple[int, ...]:
    """Return the tickets of each seven days up to ``now``, oldest first, from the first whole week on.

    Weeks that end now are all whole, so the next value is the next seven days; the weekdays cancel out.
    """
    ages = [(now - moment) // WEEK for moment in created if moment <= now]
    # The week of the first ticket is only whole by chance.
    count = min(max(ages, default=0), FORECAST_WEEKS)
    numbers = [0] * count
    for age in ages:
        if age < count:
            numbers[count - 1 - age] += 1
    return tuple(numbers)


def topics_of(ticket: TicketTimes) -> tuple[str, ...]:
    """Return what a ticket is about: ``category:billing``, ``tag:refund``."""
    category = (f"category:{ticket.keys.category}",) if ticket.keys.category else ()
    return (*category, *(f"tag:{tag}" for tag in ticket.keys.tags))


def _rising(measured: Sequence[TicketTimes], begin: dt.datetime, now: dt.datetime) -> tuple[RisingTopic, ...]:
    """Compare the last week with the time before it; a period shorter than two weeks says nothing."""
    if now - begin < 2 * WEEK:
        return ()
    late = [topic for one in measured if one.created_at > now - WEEK for topic in topics_of(one)]
    early = [topic for one in measured if one.created_at <= now - WEEK for topic in topics_of(one)]
    return rising_topics(late, early, WEEK / (now - begin))


@dataclass(frozen=True, slots=True)
class _Whole:
    """Everything of the period, to be cut into groups."""

    past: Past
    terms: ReportTerms
    measured: tuple[TicketTimes, ...]
    begin: dt.datetime
    end: dt.datetime

    def total(self) -> Figures:
        group = Group(self.measured, self.past.scores, self.past.happenings)
        return self._figures(self._timed(group, self.begin, self.end))

    def by_week(self) -> tuple[NamedFigures, ...]:
        """Return the figures of every calendar week the period touches, by the desk's clock."""
        if self.past.began is None:
            return ()
        zone = ZoneInfo(self.terms.zone)
        groups = _grouped(
            (self.measured, lambda one: (_week_name(one.created_at, zone),)),
            (self.past.scores, lambda one: (_week_name(one.at, zone),)),
            (self.past.happenings, lambda one: (_week_name(one.at, zone),)),
        )
        found = []
        for first, after in _weeks(self.begin, self.end, zone):
            name = _week_name(first, zone)
            timed = self._timed(groups.get(name, Group()), max(first, self.begin), min(after, self.end))
            found.append(NamedFigures(name, self._figures(timed)))
        return tuple(found)

    def by_key(self, names: _Names, operators: int | None = None) -> tuple[NamedFigures, ...]:
        """Return the figures by name, most tickets first; a ticket with several names counts in each."""
        groups = _grouped(
            (self.measured, lambda one: names(one.keys)),
            (self.past.scores, lambda one: names(one.keys)),
            (self.past.happenings, lambda one: names(one.keys)),
        )
        worked = working_time_between(self.terms.sla.hours, self.begin, self.end)
        count = self.terms.operators if operators is None else operators
        found = [
            NamedFigures(name, self._figures(replace(group, working_time=worked, operators=count)))
            for name, group in groups.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.figures.tickets, one.name)))

    def _timed(self, group: Group, begin: dt.datetime, end: dt.datetime) -> Group:
        return replace(
            group,
            working_time=working_time_between(self.terms.sla.hours, begin, end),
            operators=self.terms.operators,
            months=max(end - begin, dt.timedelta()) / _MONTH,
        )

    def _figures(self, group: Group) -> Figures:
        return figures(group, self.terms, marks_left=self.past.marks_left)


def _grouped(tickets: _Named, scores: _Named, happenings: _Named) -> dict[str, Group]:
    """Return the groups by name; what has several names is in each of them."""
    lists: dict[str, tuple[list[Any], list[Any], list[Any]]] = defaultdict(lambda: ([], [], []))
    for place, (items, names) in enumerate((tickets, scores, happenings)):
        for item in items:
            for name in names(item):
                lists[name][place].append(item)
    return {name: Group(*found) for name, found in lists.items()}


def _weeks(begin: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the calendar weeks the time touches, in UTC: Monday to Monday by the desk's clock."""
    local = begin.astimezone(zone).date()
    monday = local - dt.timedelta(days=local.weekday())
    found: list[tuple[dt.datetime, dt.datetime]] = []
    while (first := _midnight(monday, zone)) <= end:
        monday += WEEK
        found.append((first, _midnight(monday, zone)))
    return found


def _week_name(moment: dt.datetime, zone: ZoneInfo) -> str:
    """Return the week as ISO 8601 names it: ``2026-W46``."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02d}"


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
