"""The figures of a week for the digest, from what the store knows: seven whole days by the desk's clock.

They are those of ``core/figures.py``, cut at the same midnights; where the week ends on a Sunday they equal the line
of that week in ``inboxd report``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from inboxd.core.digest_week_view import (
    DigestDay,
    DigestExpectedDay,
    DigestPastWeek,
    DigestPromise,
    DigestSaved,
    DigestStated,
    DigestWeek,
)
from inboxd.core.figures import Figures, Group, Saved, figures
from inboxd.core.forecast import Forecast, forecast
from inboxd.core.promise import PromisesKept
from inboxd.core.proportion import wrong_answer_rate
from inboxd.core.report import weekly_counts
from inboxd.core.report_facts import Past, ReportTerms, counts
from inboxd.core.ticket_times import TicketTimes, measure
from inboxd.core.working_time import working_time_between

WEEKS = 8
DAYS = 7
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AutomaticAnswer:
    """One answer without a person: how sure it was (0 to 1), and whether it was called wrong.

    ``heard``: somebody said something of it, good or bad.
    """

    confidence: float
    wrong: bool = False
    heard: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    first: dt.datetime
    after: dt.datetime

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, dt.datetime) and self.first <= moment < self.after


def first_moment(last: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return when the oldest of the weeks began that are looked back on from the week that ends with ``last``."""
    return _midnight(last - (WEEKS * DAYS - 1) * _DAY, zone)


def week_figures(past: Past, terms: ReportTerms, last: dt.date, now: dt.datetime) -> DigestWeek:
    """Return the seven days that end with ``last``, from a past that begins at ``first_moment``; without pictures."""
    zone = ZoneInfo(terms.zone)
    measured = tuple(measure(one, terms, now) for one in past.tickets if counts(one))
    windows = [one for one in _windows(last, zone) if past.began is not None and one.after > past.began]
    windows = windows or _windows(last, zone)[-1:]
    groups = [_group(past, measured, terms, one) for one in windows]
    every = [figures(group, terms, marks_left=False) for group in groups]
    this, whole = every[-1], windows[-1]
    coming = forecast(weekly_counts(past.created, whole.after))
    first = this.sla[0]
    return DigestWeek(
        first=whole.first,
        last=_midnight(last, zone),
        name=_name(last),
        came=this.tickets,
        solved=this.solved,
        days=_days(groups[-1], last, zone),
        weeks=tuple(_past_week(one, window, zone) for one, window in zip(every, windows, strict=True)),
        came_before=_before(past, windows, every),
        expected=coming.value if coming else None,
        expected_error=coming.rmse if coming else None,
        expected_days=_expected_days(coming, past.created, last, zone),
        median=this.first_response.median,
        p90=this.first_response.p90,
        in_time=first.rate,
        late=first.late,
        automation=this.automation,
        answered_by_itself=this.answered_by_itself,
        satisfied=this.csat,
        mean_score=this.mean_score,
        scores=this.surveys,
        saved=saved_by(this.answered_by_itself, this.saved, terms.rates.currency),
        promise=_promise(this.promises),
    )


def saved_by(answers: int, saved: Saved | None, currency: str) -> DigestSaved | None:
    """Return what so many answers without a person brought; None when there were none."""
    if saved is None or not answers:
        return None
    return DigestSaved(answers, saved.time, saved.money, currency)


def stated_against_observed(answers: Sequence[AutomaticAnswer], days: int) -> DigestStated | None:
    """Return the error the answers stated, the mean of 1 - confidence, against the one that was observed.

    The interval is exact (Clopper and Pearson, ``core/proportion.py``). None while nobody said anything of any.
    """
    wrong, heard = sum(one.wrong for one in answers), sum(one.heard for one in answers)
    observed = wrong_answer_rate(wrong, len(answers))
    if observed is None or not heard:
        return None
    stated = sum(1 - one.confidence for one in answers) / len(answers)
    return DigestStated(
        len(answers), heard, wrong, stated, observed.rate, observed.lower, observed.upper, days
    )


def _windows(last: dt.date, zone: ZoneInfo) -> list[_Window]:
    """Return the weeks up to the one that ends with ``last``, oldest first; a change of clocks makes one an hour longer."""
    after = [last + (1 - DAYS * back) * _DAY for back in range(WEEKS - 1, -1, -1)]
    return [_Window(_midnight(one - DAYS * _DAY, zone), _midnight(one, zone)) for one in after]


def _group(past: Past, measured: Sequence[TicketTimes], terms: ReportTerms, window: _Window) -> Group:
    begin = min(max(window.first, past.began or window.after), window.after)
    return Group(
        [one for one in measured if one.created_at in window],
        [one for one in past.scores if one.at in window],
        [one for one in past.happenings if one.at in window],
        working_time_between(terms.sla.hours, begin, window.after),
        terms.operators,
    )


def _days(group: Group, last: dt.date, zone: ZoneInfo) -> tuple[DigestDay, ...]:
    came = Counter(_day(one.created_at, zone) for one in group.tickets)
    solvings = {
        (_day(one.at, zone), one.keys.number)
        for one in group.happenings
        if one.event.kind == "status" and one.event.detail.get("to") == "solved"
    }
    solved = Counter(day for day, _ in solvings)
    days = [last - back * _DAY for back in range(DAYS - 1, -1, -1)]
    return tuple(DigestDay(_midnight(day, zone), came[day], solved[day]) for day in days)


def _past_week(found: Figures, window: _Window, zone: ZoneInfo) -> DigestPastWeek:
    # The name is that of the week's last day: a week of its own making belongs where most people would put it.
    last = _day(window.after, zone) - _DAY
    return DigestPastWeek(
        at=window.first,
        name=_name(last),
        came=found.tickets,
        median=found.first_response.median,
        p90=found.first_response.p90,
        automation=found.automation,
        satisfied=found.csat,
        scores=found.surveys,
    )


def _promise(found: PromisesKept) -> DigestPromise | None:
    if found.rate is None:
        return None
    return DigestPromise(found.kept + found.broken, found.kept, found.rate)


def _before(past: Past, windows: Sequence[_Window], every: Sequence[Figures]) -> int | None:
    """Return the tickets of the week before; half a week of a new desk is nothing to compare with."""
    if len(windows) < 2 or past.began is None or past.began >= windows[-2].first + _DAY:  # noqa: PLR2004  this and the last
        return None
    return every[-2].tickets


def _expected_days(
    coming: Forecast | None, created: Sequence[dt.datetime], last: dt.date, zone: ZoneInfo
) -> tuple[DigestExpectedDay, ...]:
    """Share out the forecast of the week by how the tickets of the last weeks fell on its days."""
    if coming is None:
        return ()
    oldest = last - (WEEKS * DAYS - 1) * _DAY
    days = [day for day in (_day(one, zone) for one in created) if oldest <= day <= last]
    habit = Counter(day.weekday() for day in days)
    next_days = [last + ahead * _DAY for ahead in range(1, DAYS + 1)]
    whole = max(len(days), 1)
    return tuple(
        DigestExpectedDay(_midnight(day, zone), coming.value * habit[day.weekday()] / whole)
        for day in next_days
    )


def _name(day: dt.date) -> str:
    """Return the week as ISO 8601 numbers it, short: ``W46``."""
    return f"W{day.isocalendar().week:02d}"


def _day(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    return moment.astimezone(zone).date()


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
