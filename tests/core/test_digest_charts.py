"""Which figures of a week are drawn."""

import dataclasses
import datetime as dt
import json

from inboxd.core.chart import Mark, Unit, from_documents, to_documents
from inboxd.core.digest_charts import week_charts
from inboxd.core.digest_week_view import DigestWeek
from inboxd.core.view_samples import samples
from inboxd.core.views import DigestView


def full_week() -> DigestWeek:
    """Return the sample week in which there is everything."""
    view = samples("digest")[0]
    assert isinstance(view, DigestView)
    assert view.week is not None
    return view.week


def test_every_chart_shows_what_the_words_say() -> None:
    """The series are the figures of the view, over days of the desk's own calendar and the names of the weeks."""
    week = full_week()

    tickets, responses, automation, satisfaction = week_charts(week, "Europe/Berlin")

    assert tickets.ticks[:7] == ("9", "10", "11", "12", "13", "14", "15")
    assert tickets.series[0].values[:7] == tuple(day.came for day in week.days)
    assert tickets.series[1].values[:7] == tuple(day.solved for day in week.days)
    assert tickets.series[2].mark is Mark.HOLLOW
    assert tickets.series[2].values[7:] == tuple(round(day.came, 1) for day in week.expected_days)
    assert [len(one.values) for one in tickets.series] == [14] * 3
    assert responses.ticks == tuple(one.name for one in week.weeks)
    assert (responses.unit, responses.series[1].values[-1]) == (Unit.HOURS, 0.8)
    assert automation.series[0].values == (21, 25, 24, 31, 33, 38, 41, 45)
    assert satisfaction.series[0].values[:3] == (81, None, 84)
    assert satisfaction.top == 100


def test_short_times_are_minutes() -> None:
    """Where nobody waited two hours the axis counts minutes."""
    quick = tuple(
        dataclasses.replace(one, median=dt.timedelta(minutes=5), p90=dt.timedelta(minutes=44))
        for one in full_week().weeks
    )
    _, responses, *_ = week_charts(dataclasses.replace(full_week(), weeks=quick), "UTC")
    assert (responses.unit, responses.series[0].values[0]) == (Unit.MINUTES, 44.0)


def test_what_has_no_data_is_not_drawn() -> None:
    """A week of nothing has no chart, and one week alone is a figure, not a line."""
    week = full_week()
    empty = samples("digest")[-1]
    assert isinstance(empty, DigestView)
    assert empty.week is not None
    assert week_charts(empty.week, "UTC") == ()
    alone = dataclasses.replace(week, weeks=week.weeks[-1:], expected_days=())
    assert [(one.name, len(one.series)) for one in week_charts(alone, "UTC")] == [("tickets", 2)]


def test_charts_pass_through_json() -> None:
    """What is read back from the plain form is the same."""
    charts = week_charts(full_week(), "UTC")
    assert from_documents(json.loads(json.dumps(to_documents(charts)))) == charts
