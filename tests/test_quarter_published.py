"""What ``inboxd report`` prints of a quarter, as JSON, CSV and page, against its recomputation in pandas."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from quarter import END, Planned
from quarter_desk import HOUR, LEFT, TARGETS, ZONES, desk_of, differing, plans
from quarter_frames import Frames
from quarter_walk import SECONDS
from test_reports import write_quarter
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.report_words import NO_DATA
from inboxd.core.report import NO_CATEGORY
from inboxd.store.engine import open_store, write

__all__ = ["plans"]
STORED = 1000
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
