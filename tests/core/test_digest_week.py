"""The figures of a week for the digest."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quarter import END, START, make_quarter, past_of

from inboxd.core.digest_week import (
    AutomaticAnswer,
    first_moment,
    saved_by,
    stated_against_observed,
    week_figures,
)
from inboxd.core.figures import Figures, Saved
from inboxd.core.report import make_report
from inboxd.core.report_facts import Keys, Moment, Past, Rates, ReportTerms, TicketRecord
from inboxd.core.schedule import SlaTerms
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.ticket import Event
from inboxd.core.working_time import WorkingHours, parse_interval

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
LAST = dt.date(2026, 11, 15)  # a Sunday of the quarter


def terms(zone: str = "Europe/Berlin", rates: Rates | None = None) -> ReportTerms:
    """Return terms of a desk that always works, with four hours for a first answer."""
    hours = WorkingHours(zone, ((parse_interval("00:00-24:00"),),) * 7)
    policy = SlaPolicy("default", SlaTargets(first_response=4 * HOUR))
    sla = SlaTerms(hours, (policy,))
    return ReportTerms(sla, 4 * HOUR, zone, 2, rates or Rates(6.0, 60.0, currency="EUR"))


def quarter(since: dt.datetime = START) -> Past:
    """Return a seeded quarter of 900 tickets, as the store would hand it on from ``since``."""
    past = past_of(make_quarter(11, 900))
    return replace(
        past,
        tickets=tuple(one for one in past.tickets if one.created_at >= since),
        scores=tuple(one for one in past.scores if one.at >= since),
        happenings=tuple(one for one in past.happenings if one.at >= since),
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_a_calendar_week_is_the_line_of_the_report(zone: str) -> None:
    """Where the week ends on a Sunday its figures are those `inboxd report` shows for it, in every time zone."""
    last, now = LAST, dt.datetime(2026, 11, 16, 13, 0, tzinfo=dt.UTC)
    since = first_moment(last, ZoneInfo(zone))

    week = week_figures(quarter(since), terms(zone), last, now)
    report = make_report(quarter(since), terms(zone), since, now)

    lines: dict[str, Figures] = {one.name[5:]: one.figures for one in report.by_week}
    same = lines[week.name]
    assert week.name == "W46"
    assert len(week.weeks) == 8
    assert (week.came, week.solved) == (same.tickets, same.solved)
    assert (week.median, week.p90) == (same.first_response.median, same.first_response.p90)
    assert (week.automation, week.answered_by_itself) == (same.automation, same.answered_by_itself)
    assert (week.satisfied, week.mean_score, week.scores) == (same.csat, same.mean_score, same.surveys)
    assert (week.in_time, week.late) == (same.sla[0].rate, same.sla[0].late)
    kept = week.promise and (week.promise.kept, week.promise.made - week.promise.kept, week.promise.rate)
    assert kept == (
        (same.promises.kept, same.promises.broken, same.promises.rate) if same.promises.rate else None
    )
    for one in week.weeks:
        found = lines[one.name]
        assert (one.came, one.median, one.p90) == (
            found.tickets,
            found.first_response.median,
            found.first_response.p90,
        )
        assert (one.automation, one.satisfied, one.scores) == (found.automation, found.csat, found.surveys)
    assert week.came_before == week.weeks[-2].came


FEW = past_of(make_quarter(11, 150))


@given(st.integers(0, 60), st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia"]))
@settings(max_examples=25, deadline=None)
def test_the_days_make_up_the_week(back: int, zone: str) -> None:
    """On whatever day it ends: seven local days in order, their tickets those of the week, also where clocks change."""
    last = LAST - back * DAY

    week = week_figures(FEW, terms(zone), last, END)

    days = [one.at.astimezone(ZoneInfo(zone)) for one in week.days]
    assert [day.date() for day in days] == [last - at * DAY for at in range(6, -1, -1)]
    assert {(day.hour, day.minute) for day in days} == {(0, 0)}
    assert sum(one.came for one in week.days) == week.came
    assert sum(one.solved for one in week.days) >= week.solved
    assert (week.first, week.last) == (week.days[0].at, week.days[-1].at)


def test_the_forecast_is_shared_out_by_the_habit_of_weekdays() -> None:
    """The expected days follow the week, sum up to the forecast, and a weekday that brings nothing is expected to."""
    monday = dt.datetime(2026, 9, 7, 9, 0, tzinfo=dt.UTC)
    created = tuple(
        monday + week * 7 * DAY + day * DAY + at * HOUR
        for week in range(8)
        for day in range(5)
        for at in range(2 + day)
    )

    week = week_figures(Past(created=created, began=monday), terms(), dt.date(2026, 11, 1), END)

    assert week.expected == pytest.approx(20)
    assert week.expected_error == pytest.approx(0)
    assert [one.came for one in week.expected_days] == pytest.approx([2, 3, 4, 5, 6, 0, 0])
    assert [one.at - week.last for one in week.expected_days][:2] == [DAY, 2 * DAY]


def test_no_data_is_none() -> None:
    """A desk on its first morning has a week of nothing, and no figure of it is 0 %."""
    week = week_figures(Past(), terms(), LAST, END)

    assert (week.came, week.solved, week.came_before, week.expected) == (0, 0, None, None)
    assert (week.median, week.automation, week.satisfied, week.in_time, week.saved) == (None,) * 5
    assert (len(week.days), len(week.weeks), week.expected_days) == (7, 1, ())


def test_a_new_desk_is_not_compared() -> None:
    """Weeks before the desk began do not count, and half a week is nothing to compare with."""
    last = START.date() + 10 * DAY
    young = week_figures(quarter(), terms("UTC"), last, END)
    older = week_figures(quarter(), terms("UTC"), last + 7 * DAY, END)

    assert [len(young.weeks), len(older.weeks)] == [2, 3]
    assert young.came_before is None
    assert older.came_before == young.came


def test_what_was_saved() -> None:
    """Time and money of the answers nobody had to write, in the desk's currency; nothing where there was none."""
    week = week_figures(quarter(), terms(), LAST, END)

    assert week.saved is not None
    assert week.saved.time == week.answered_by_itself * dt.timedelta(minutes=6)
    assert week.saved.money == pytest.approx(week.answered_by_itself * 6.0)
    assert week.saved.currency == "EUR"
    assert saved_by(0, Saved(dt.timedelta(), 0.0, None, None), "EUR") is None
    assert saved_by(3, None, "EUR") is None


def test_stated_against_observed() -> None:
    """The mean of what the answers stated stands against the share that was wrong, with its exact interval and n."""
    answers = [AutomaticAnswer(0.98)] * 55 + [AutomaticAnswer(0.9, wrong=True, heard=True)]
    found = stated_against_observed([*answers, AutomaticAnswer(0.98, heard=True)], 56)

    assert found is not None
    assert (found.answers, found.heard, found.wrong, found.days) == (57, 2, 1, 56)
    assert found.stated == pytest.approx((56 * 0.02 + 0.1) / 57)
    assert found.observed == pytest.approx(1 / 57)
    assert (found.lower, found.upper) == pytest.approx((0.000444, 0.0939), abs=1e-4)


def test_silence_is_no_feedback() -> None:
    """While nobody said anything of any answer, nothing is claimed of their error."""
    assert stated_against_observed([AutomaticAnswer(0.98)] * 50, 56) is None
    assert stated_against_observed([], 56) is None


def test_how_often_the_promise_was_kept() -> None:
    """Of the week's tickets that were promised a time: how many had their answer by then; None where none was."""
    asked = dt.datetime(2026, 11, 11, 9, 0, tzinfo=dt.UTC)
    records = tuple(
        TicketRecord(
            Keys(number),
            asked,
            "open",
            "normal",
            1,
            history=(Moment(asked, Event("asked")), Moment(asked + took * HOUR, Event("answered"))),
            promised_at=asked + 4 * HOUR,
        )
        for number, took in enumerate((1, 3, 6), 1)
    )

    week = week_figures(Past(tickets=records, began=asked), terms(), LAST, END)

    assert week.promise is not None
    assert (week.promise.made, week.promise.kept) == (3, 2)
    assert week.promise.rate == pytest.approx(2 / 3)
    unpromised = tuple(replace(one, promised_at=None) for one in records)
    assert week_figures(Past(tickets=unpromised, began=asked), terms(), LAST, END).promise is None
