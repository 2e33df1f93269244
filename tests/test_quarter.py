import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from quarter import END, START, Planned, at, make_quarter, past_of
from quarter_frames import SECONDS, Clock, Desk, Frames, Walk, weeks_of
from test_reports import write_quarter
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.report_document import document_of, figures_document
from inboxd.commands.report_words import NO_DATA
from inboxd.core.report import NO_CATEGORY, NOBODY, Report, make_report
from inboxd.core.report_facts import Rates, ReportTerms
from inboxd.core.schedule import SlaTerms, sla_event
from inboxd.core.sla import ClockState, SlaClock, SlaPolicy, SlaTargets, due_times, warning_at
from inboxd.core.ticket import Event
from inboxd.core.working_time import Interval, WorkingHours, parse_interval, working_time_between
from inboxd.store.engine import open_store, write

HOUR = 3600
STORED = 1000
# Both change their clocks within the quarter, on different days.
ZONES = ("Europe/Berlin", "America/New_York")
HOLIDAY, HALF_DAY = dt.date(2026, 10, 1), dt.date(2026, 11, 11)
LEFT = frozenset(range(1, 400, 40))
TARGETS = {
    "default": {"first_response": 8 * HOUR, "next_response": 8 * HOUR, "resolution": 40 * HOUR},
    "vip": {"first_response": 2 * HOUR, "next_response": 4 * HOUR},
}
CONFIG = """
[desk]
name = "Acme"
address = "support@acme.test"
timezone = "Europe/Berlin"

[[operators]]
name = "Ada"
address = "ada@acme.test"
[[operators]]
name = "Grace"
address = "grace@acme.test"
[[operators]]
name = "Joan"
address = "joan@acme.test"

[sla]
first_response = "8h"
next_response = "8h"
resolution = "40h"
holidays = [2026-10-01]
[sla.hours]
monday = ["08:30-12:00", "13:00-17:00"]
tuesday = ["08:30-12:00", "13:00-17:00"]
wednesday = ["08:30-12:00", "13:00-17:00"]
thursday = ["08:30-12:00", "13:00-17:00"]
friday = ["08:30-12:00", "13:00-17:00"]
[sla.half_days]
"2026-11-11" = ["09:00-12:00"]
[[sla.policy]]
name = "vip"
tags = ["vip"]
first_response = "2h"
next_response = "4h"
resolution = "40h"

[report]
minutes_per_answer = 10.0
hourly_rate = 60.0
monthly_cost = 90.0
"""


@lru_cache
def desk_of(zone: str) -> Desk:
    """Return a desk of three with a lunch break, a holiday, a half day and an absence."""
    return Desk(
        zone,
        ((510, 720), (780, 1020)),
        frozenset({HOLIDAY}),
        {HALF_DAY: ((540, 720),)},
        (40_000 * 60, 43_000 * 60),
        TARGETS,
        left=LEFT,
        improved=frozenset(range(1, 3000, 7)),
    )


def terms_of(desk: Desk) -> ReportTerms:
    """Return the same desk as the program knows it."""
    day = tuple(Interval(begin * 60, end * 60) for begin, end in desk.day)
    hours = WorkingHours(
        desk.zone,
        (day,) * 5 + ((), ()),
        desk.holidays,
        {date: (parse_interval("09:00-12:00"),) for date in desk.half_days},
        ((at(desk.away[0]), at(desk.away[1])),) if desk.away[1] else (),
    )
    policies = (
        SlaPolicy("vip", targets_of("vip"), tags=frozenset({"vip"})),
        SlaPolicy("default", targets_of("default")),
    )
    return ReportTerms(
        SlaTerms(hours, policies),
        dt.timedelta(seconds=desk.service_target),
        desk.zone,
        operators=desk.operators,
        rates=Rates(desk.minutes_per_answer, desk.hourly_rate, desk.monthly_cost),
        improved=desk.improved,
    )


def targets_of(policy: str) -> SlaTargets:
    """Return the targets of one policy."""
    return SlaTargets(**{name: dt.timedelta(seconds=span) for name, span in TARGETS[policy].items()})


@pytest.fixture(scope="module")
def plans() -> list[Planned]:
    """Three thousand tickets of a quarter."""
    return make_quarter(7, 3000)


@pytest.fixture(scope="module", params=ZONES)
def desk(request: pytest.FixtureRequest) -> Desk:
    """The desk in one of two time zones."""
    return desk_of(str(request.param))


@pytest.fixture(scope="module")
def frames(plans: list[Planned], desk: Desk) -> Frames:
    """The quarter in pandas."""
    return Frames(plans, desk)


@pytest.fixture(scope="module")
def report(plans: list[Planned], desk: Desk) -> Report:
    """The program's report of the quarter."""
    return make_report(past_of(plans, LEFT), terms_of(desk), START, END)


def second_of(moment: dt.datetime | None) -> float | None:
    """Return how many seconds after the start a moment is."""
    return None if moment is None else (moment - START).total_seconds()


def as_walked(clock: SlaClock | None) -> Clock | None:
    """Return a clock of the program in the walker's words; due times beyond the quarter are not walked."""
    if clock is None:
        return None
    due = second_of(clock.due)
    found = None if due is None or due > SECONDS else int(due)
    return Clock(clock.state.value, int(clock.used.total_seconds()), found, int(second_of(clock.since) or 0))


def test_every_instant_is_that_of_the_walker(plans: list[Planned], desk: Desk) -> None:
    """After every event of 3,000 tickets each clock stands, is due and warns at the second the walker counts to."""
    hours, compared = terms_of(desk).sla.hours, 0
    for plan in plans[:: 1 if desk.zone == ZONES[0] else 5]:
        targets = targets_of("vip" if "vip" in plan.tags else "default")
        history = [
            (second, one)
            for second, kind, detail in plan.events
            if (one := sla_event(at(second), Event(kind, detail))) is not None
        ]
        for until in dict.fromkeys(second for second, _ in history):
            walked = Walk(plan, desk, until).clocks()
            found = due_times(hours, targets, [one for second, one in history if second <= until])
            for name in ("first_response", "next_response", "resolution"):
                clock = getattr(found, name)
                assert as_walked(clock) == walked.get(name), (plan.number, until, name)
                compared += clock is not None and clock.due is not None
            check_warning(hours, desk, found.first_response)
    assert compared > 3_000


def check_warning(hours: WorkingHours, desk: Desk, clock: SlaClock | None) -> None:
    """Check when a running clock warns, and what time it has left, against the counted seconds."""
    due = as_walked(clock)
    if (
        clock is None
        or clock.due is None
        or due is None
        or due.due is None
        or clock.state is not ClockState.RUNNING
    ):
        return
    ahead = int(max(clock.target / 4, dt.timedelta(minutes=15)).total_seconds())
    before = desk.before(due.due, ahead)
    if before is not None:
        assert second_of(warning_at(hours, clock.due, clock.target)) == before
    left = desk.worked[due.due] - desk.worked[due.since]
    assert working_time_between(hours, clock.since, clock.due).total_seconds() == left


def differing(found: dict[str, Any], expected: dict[str, Any], path: str = "") -> dict[str, tuple[Any, Any]]:
    """Return what is not as expected, to nine digits; no data equals only no data."""
    wrong: dict[str, tuple[Any, Any]] = {}
    for name, value in expected.items():
        mine = found[name]
        if isinstance(value, dict) and isinstance(mine, dict):
            wrong |= differing(mine, value, f"{path}{name}.")
        elif isinstance(value, list):
            pairs = list(zip(mine, value, strict=True))
            for at_, (one, other) in enumerate(pairs):
                wrong |= differing(one, other, f"{path}{name}[{at_}].")
        elif (mine is None) != (value is None) or (
            value is not None
            and mine != (value if isinstance(value, str) else pytest.approx(value, rel=1e-9))
        ):
            wrong[path + name] = (mine, value)
    return wrong


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


@pytest.fixture(scope="module")
def office(plans: list[Planned], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configured desk with a third of the quarter in its store: rows are written one by one."""
    folder = tmp_path_factory.mktemp("quarter")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    engine = open_store(f"sqlite:///{folder / 'var' / 'inboxd.db'}")
    with write(engine) as connection:
        write_quarter(connection, plans[:STORED], LEFT)
    engine.dispose()
    return folder


def run(folder: Path, *words: str) -> str:
    """Run the command as the user would, at the end of the quarter."""
    said = CliRunner().invoke(
        app,
        [
            "-c",
            str(folder / "config.toml"),
            "--now",
            END.isoformat(),
            "report",
            "--since",
            "2026-08-31",
            *words,
        ],
    )
    assert said.exit_code == 0, said.output
    return said.stdout


@pytest.fixture(scope="module")
def published(office: Path) -> dict[str, Any]:
    """What ``inboxd report --json`` prints."""
    document: dict[str, Any] = json.loads(run(office, "--json"))
    return document


def test_the_command_prints_the_same(plans: list[Planned], office: Path, published: dict[str, Any]) -> None:
    """Out of the store and through the command line come the figures that pandas computes from the plans."""
    desk = replace(
        desk_of(ZONES[0]),
        away=(0, 0),
        targets={**TARGETS, "vip": {**TARGETS["vip"], "resolution": 40 * HOUR}},
        improved=frozenset(),
    )
    frames = Frames(plans[:STORED], desk)
    begin, everyone = int(frames.tickets["created"].min()), frames.tickets.index
    assert differing(published, frames.figures(everyone, everyone, (begin, SECONDS), months=True)) == {}
    for one in published["by_category"]:
        own = everyone[frames.tickets["category"] == one["category"].replace(NO_CATEGORY, "")]
        assert differing(one, frames.figures(own, own, (begin, SECONDS))) == {}, one["category"]
    assert (office / "var" / "inboxd.db").exists()


def test_csv_and_page_say_what_json_says(office: Path, published: dict[str, Any]) -> None:
    """The CSV has every number of every group, and the page every group's name and no missing value."""
    rows = list(csv.DictReader(io.StringIO(run(office, "--csv"))))
    by_name = {(row["group"], row["name"]): row for row in rows}
    for group in ("week", "category", "tag", "operator"):
        for one in published[f"by_{group}"]:
            row = by_name[group, one[group]]
            for name in (
                "tickets",
                "csat",
                "mean_score",
                "automation",
                "throughput",
                "utilisation",
                "bounce_rate",
            ):
                assert (float(row[name]) if row[name] else None) == one[name], (group, one[group], name)
            assert row["sla_first_response"] == str(one["sla"]["first_response"])
    assert float(by_name["period", ""]["cost_benefit"]) == published["cost_benefit"]
    page = office / "report.html"
    run(office, "--html", str(page))
    text = page.read_text("utf-8")
    assert all(one["operator"] in text for one in published["by_operator"])
    assert f"{100 * published['csat']:.1f} %" in text
    assert NO_DATA not in text.partition("By week")[0]
