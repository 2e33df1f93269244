import csv
import datetime as dt
import io
import json
import sys
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from databases import fresh_store
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.report import read_report, read_since
from inboxd.commands.report_document import document_of
from inboxd.commands.report_page import to_page
from inboxd.commands.report_words import number, outlook, share, span
from inboxd.config import load_config
from inboxd.core.digest_week_view import DigestStated
from inboxd.errors import ConfigError
from inboxd.store.engine import open_store, write

sys.path.insert(0, str(Path(__file__).parents[1]))  # test folders are no packages
sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from quarter import END, START, make_quarter
from test_reports import write_quarter

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
CONFIG = """
[desk]
name = "Acme <Support>"
address = "support@acme.test"
timezone = "Europe/Berlin"

[report]
minutes_per_answer = 10.0
hourly_rate = 60.0
"""


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Path:
    """A configured desk without a single ticket."""
    fresh_store(tmp_path, sqlite_template)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def busy(desk: Path) -> Path:
    """The same desk after a quarter with 150 tickets, one of them with a tag that is markup."""
    plans = make_quarter(5, 150)
    plans[0].tags = ("<b>bold</b>", "=1+1")
    engine = open_store(f"sqlite:///{desk / 'var' / 'inboxd.db'}")
    with write(engine) as connection:
        write_quarter(connection, plans)
    engine.dispose()
    return desk


def run(desk: Path, *words: str, now: dt.datetime = END) -> Any:
    """Run the command as the user would."""
    config = str(desk / "config.toml")
    return CliRunner().invoke(app, ["-c", config, "--now", now.isoformat(), "report", *words])


def document(desk: Path, *words: str, now: dt.datetime = END) -> Any:
    """Return the one JSON document the command prints."""
    done = run(desk, "--json", *words, now=now)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_json_has_every_figure(busy: Path) -> None:
    """One JSON document with the figures of the period at the top and those of every group below."""
    found = document(busy, "--since", "2026-08-31")
    assert found["tickets"] == 150
    assert set(found["sla"]) == {"first_response", "next_response", "resolution"}
    for name in ("csat", "automation", "service_level", "utilisation", "reopen_rate", "bounce_rate"):
        assert 0 <= found[name] <= 1, name
    assert found["wrong_answers"]["lower"] < found["wrong_answers"]["rate"] < found["wrong_answers"]["upper"]
    assert found["forecast"]["alpha"] > 0
    assert found["money_saved"] == pytest.approx(found["time_saved"] / 3600 * 60)
    assert sum(one["tickets"] for one in found["by_week"]) == 150
    assert sum(one["tickets"] for one in found["by_category"]) == 150
    assert [one["operator"] for one in found["by_operator"] if one["operator"].startswith("ada")]
    assert {"week", "csat", "automation"} <= set(found["by_week"][0])


def test_an_empty_desk_has_no_data(desk: Path) -> None:
    """Without a ticket every rate is null, the count is 0, and nothing crashes in any form."""
    found = document(desk)
    assert found["tickets"] == 0
    assert set(found["sla"].values()) == {None}
    for name in ("csat", "mean_score", "automation", "wrong_answers", "throughput", "churn", "forecast"):
        assert found[name] is None, name
    shown = run(desk)
    assert shown.exit_code == 0
    assert "no data" in shown.stdout
    assert "0.0 %" not in shown.stdout
    assert run(desk, "--csv").exit_code == 0
    assert run(desk, "--html", str(desk / "report.html")).exit_code == 0


def test_stated_against_observed_error(busy: Path) -> None:
    """The error automatic answers named stands beside the one seen, with interval and n; in all forms."""
    stated = DigestStated(40, 12, 2, 0.021, 0.05, 0.006, 0.169, 77)
    config = load_config(busy / "config.toml")
    made = replace(read_report(config, END - dt.timedelta(days=77), END), stated=stated)
    assert document_of(made)["stated_error"] == asdict(stated)
    line = next(one for one in outlook(made) if one.startswith("Automatic answers"))
    assert "2.1 % wrong expected" in line
    assert "5.0 % observed (2 of 40, 95 % interval 0.6 % to 16.9 %; of 12" in line
    assert line.split(";")[0] in to_page(made, "Acme", "UTC")


def test_no_word_about_an_automatic_answer_is_no_data(desk: Path) -> None:
    """While nobody has said anything of an automatic answer there is no observed error to tell."""
    assert document(desk)["stated_error"] is None
    assert "stated against observed error: no data" in " ".join(run(desk).stdout.split())


def test_a_single_ticket(desk: Path) -> None:
    """One ticket that nobody answered yet is a figure; rates of answers still are not."""
    engine = open_store(f"sqlite:///{desk / 'var' / 'inboxd.db'}")
    plans = make_quarter(5, 1)
    del plans[0].events[1:]
    plans[0].status, plans[0].scores = "new", []
    with write(engine) as connection:
        write_quarter(connection, plans)
    engine.dispose()
    found = document(desk, "--since", "2026-08-31")
    assert (found["tickets"], found["open"], found["answered"]) == (1, 1, 0)
    assert (found["automation"], found["csat"], found["reopen_rate"]) == (None, None, None)


def test_now_is_obeyed(busy: Path) -> None:
    """The figures are those of the time before ``--now``, by the span that is asked for."""
    half = document(busy, "--since", "45d", now=START + dt.timedelta(days=45))
    assert 0 < half["tickets"] < 150
    assert half["until"] == (START + dt.timedelta(days=45)).isoformat()
    assert document(busy, "--since", "1d", now=START - dt.timedelta(days=30))["tickets"] == 0


def test_csv_is_one_line_per_group(busy: Path) -> None:
    """The CSV has a line for the period and each group; a name cannot become a formula."""
    lines = list(csv.DictReader(io.StringIO(run(busy, "--csv", "--since", "2026-08-31").stdout)))
    assert [one["tickets"] for one in lines if one["group"] == "period"] == ["150"]
    assert {one["group"] for one in lines} == {"period", "week", "category", "tag", "operator"}
    assert "'=1+1" in {one["name"] for one in lines}
    assert all(None not in one and None not in one.values() for one in lines)


def test_the_page_is_whole_and_escaped(busy: Path) -> None:
    """The HTML page has every section, loads nothing from elsewhere, and shows names as text."""
    page = busy / "report.html"
    assert run(busy, "--html", str(page), "--since", "2026-08-31").stdout == ""
    text = page.read_text("utf-8")
    assert "Acme &lt;Support&gt;" in text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "://" not in text
    balance: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, _attrs: object) -> None:
            if tag != "meta":
                balance.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert balance.pop() == tag

    Reader().feed(text)
    assert balance == []
    for name in ("By week", "By category", "By tag", "By operator"):
        assert name in text


def test_tables_are_for_people(busy: Path) -> None:
    """Without an option there are tables, with shares in per cent and the forecast in a sentence."""
    shown = run(busy, "--since", "2026-08-31").stdout
    assert "By week" in shown
    assert "2026-W40" in shown
    assert "Next seven days: about" in shown


@pytest.mark.parametrize("since", ["yesterday", "", "2027-01-01", "-3d", "0d"])
def test_a_time_that_is_none_is_said(desk: Path, since: str) -> None:
    """What is no span and no date before now is an error of the configuration kind (exit code 2)."""
    with pytest.raises(ConfigError, match="--since"):
        read_since(since, NOW, "UTC")
    assert isinstance(run(desk, "--since", since, now=NOW).exception, ConfigError)


def test_a_date_is_by_the_desks_clock() -> None:
    """A date begins at midnight where the desk is; an offset that is written wins."""
    assert read_since("2026-11-01", NOW, "Europe/Berlin") == dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC)
    assert read_since("2026-11-01T00:00+00:00", NOW, "Europe/Berlin").hour == 0
    assert read_since("90d", NOW, "UTC") == NOW - dt.timedelta(days=90)


def test_figures_in_words() -> None:
    """Shares, numbers and spans read well, and None is said."""
    assert (share(0.5), share(None)) == ("50.0 %", "no data")
    assert (number(1.5), number(None)) == ("1.50", "no data")
    assert [span(dt.timedelta(seconds=one)) for one in (5, 300, 7500)] == ["5 s", "5 min", "2 h 05 min"]
    assert span(None) == "no data"
