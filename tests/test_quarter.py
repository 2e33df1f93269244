"""Every figure of a played quarter, in two time zones, against its recomputation in pandas."""

from collections.abc import Iterator
from typing import Any

import pytest
from quarter import END, START, Planned, past_of
from quarter_desk import LEFT, desk, differing, frames, plans, terms_of
from quarter_frames import Frames, weeks_of
from quarter_walk import SECONDS, Desk

from inboxd.commands.report_document import document_of, figures_document
from inboxd.core.report import NO_CATEGORY, NOBODY, Report, make_report

__all__ = ["desk", "frames", "plans"]


@pytest.fixture(scope="module")
def report(plans: list[Planned], desk: Desk) -> Report:
    """The program's report of the quarter."""
    return make_report(past_of(plans, LEFT), terms_of(desk), START, END)


def test_every_figure_of_the_quarter(frames: Frames, report: Report) -> None:
    """Every figure of the whole period equals its recomputation, and none is without data."""
    begin = int(frames.tickets["created"].min())
    everyone = frames.tickets.index
    expected = frames.figures(everyone, everyone, (begin, SECONDS), months=True)
    found = figures_document(report.total)
    assert differing(found, expected) == {}
    assert None not in expected.values()
    assert set(found) == set(expected)


def groups_of(report: Report, frames: Frames) -> Iterator[tuple[str, dict[str, Any], Any, int | None]]:
    """Yield every category, tag and operator: its name, its figures, its tickets, how many operators it has."""
    tickets = frames.tickets
    for one in report.by_category:
        own = tickets.index[tickets["category"] == one.name.replace(NO_CATEGORY, "")]
        yield one.name, figures_document(one.figures), own, None
    for one in report.by_tag:
        own = tickets.index[tickets["tags"].map(lambda tags, name=one.name: name in tags)]
        yield one.name, figures_document(one.figures), own, None
    for one in report.by_operator:
        own = tickets.index[tickets["assignee"] == one.name.replace(NOBODY, "")]
        yield one.name, figures_document(one.figures), own, 1


def test_every_figure_by_category_tag_and_operator(frames: Frames, report: Report) -> None:
    """Each group's figures equal the recomputation over its tickets alone."""
    begin, names = int(frames.tickets["created"].min()), []
    for name, found, own, operators in groups_of(report, frames):
        expected = frames.figures(own, own, (begin, SECONDS), operators=operators)
        assert differing(found, expected) == {}, name
        names.append(name)
    assert len(names) == 4 + 7 + 3


def test_every_figure_by_week(frames: Frames, report: Report) -> None:
    """Each calendar week's figures are those of the tickets that came, and of what happened, in it."""
    tickets = frames.tickets
    weeks = list(weeks_of(frames.desk, int(tickets["created"].min())))
    assert [one.name for one in report.by_week] == [name for name, _, _ in weeks]
    for one, (name, first, after) in zip(report.by_week, weeks, strict=True):
        came = tickets.index[tickets["created"].between(first, after, inclusive="left")]
        expected = frames.figures(came, tickets.index, (first, after), months=True)
        assert differing(figures_document(one.figures), expected) == {}, name


def test_what_comes_next_and_what_goes_together(frames: Frames, report: Report) -> None:
    """Forecast with its α and error, association rules and rising topics equal their recomputation."""
    document = document_of(report)
    assert document["weekly_tickets"] == frames.weekly().tolist()
    assert differing(document["forecast"], frames.forecast()) == {}
    rules = frames.associations().set_index(["left", "right"])
    likely = rules[(rules["count"] >= 3) & (rules["support"] >= 0.01) & (rules["confidence"] >= 0.5)]
    assert len(document["associations"]) == min(20, len(likely)) > 3
    for rule in document["associations"]:
        expected = rules.loc[(rule["left"], rule["right"])].to_dict()
        assert differing(rule, expected) == {}
    begin = int(frames.tickets["created"].min())
    assert (
        {one["topic"] for one in document["rising"]} == frames.rising(begin) >= {"category:export", "tag:csv"}
    )
