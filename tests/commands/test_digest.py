"""``inboxd digest --preview``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd import cli

TUESDAY = "2026-11-24T10:00:00+00:00"


@pytest.fixture
def desk(mail: Any, desk_folder: Callable[..., Path]) -> Path:
    """A desk that was asked something on Monday, the 16th."""
    folder = desk_folder()
    (folder / "question.eml").write_bytes(mail("Where is it?"))
    run("accept", "--from", "carla@customer.test", "question.eml", now="2026-11-16T10:00:00+00:00")
    run("run", "--until-idle", now="2026-11-16T10:00:00+00:00")
    return folder


def run(*words: str, now: str = TUESDAY) -> str:
    """Run a command line; return what it printed."""
    result = CliRunner().invoke(cli.app, ["--now", now, *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_week_is_told_when_it_is_due(desk: Path) -> None:
    """The preview has the week while nobody was told of it, and afterwards only when it is asked for."""
    assert "## Your week" in run("digest", "--preview")
    run("run", "--until-idle")
    assert "## Your week" not in run("digest", "--preview")
    assert "## Your week" in run("digest", "--preview", "--week")
    sent = list((desk / "var" / "outgoing" / "new").glob("*"))
    run("digest", "--preview", "--week", "--html", "week.html")
    assert sent == list((desk / "var" / "outgoing" / "new").glob("*"))


def test_the_page_has_its_charts_in_it(desk: Path) -> None:
    """The HTML file needs nothing else: every picture is inside."""
    run("digest", "--preview", "--week", "--html", "week.html")
    page = (desk / "week.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == 2
    assert "cid:" not in page


def test_the_week_as_a_document(desk: Path) -> None:
    """With ``--json`` the figures of the week are plain values: seconds, shares, null for no data."""
    week = json.loads(run("digest", "--preview", "--week", "--json"))["week"]
    assert (week["came"], week["solved"], week["name"]) == (1, 0, "W47")
    assert (week["median"], week["automation"], week["promise"]) == (None, None, None)
    assert len(week["days"]) == 7
