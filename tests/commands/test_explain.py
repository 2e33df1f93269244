import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd import cli

CONFIG = """
[desk]
name = "Acme Support"
address = "support@acme.test"
[[operators]]
name = "Ada"
address = "ada@acme.test"
[digest]
at = "08:00"
"""
RULE = '[[rule]]\nname = "all"\nwhy = "so it is"\non = ["ticket.created"]\nthen.reply = "acknowledgement"\nthen.notify = true\n'


@pytest.fixture
def desk(mail: Any, desk_folder: Callable[..., Path]) -> Path:
    """A desk that has answered one mail."""

    def life(folder: Path) -> None:
        (folder / "question.eml").write_bytes(mail("Where is it?", message_id="<q1@customer.test>"))
        run("accept", "--from", "carla@customer.test", "question.eml")
        run("run", "--until-idle")

    return desk_folder(RULE, CONFIG, life)


def run(*words: str, code: int = 0, now: str = "2026-11-16T10:00:00+00:00") -> str:
    """Run a command line; return what it printed."""
    result = CliRunner().invoke(cli.app, ["--now", now, *words])
    assert result.exit_code == code, result.output
    return result.stdout


def explain(what: str) -> Any:
    """Return the document of ``explain --json``."""
    return json.loads(run("explain", "--json", what))


@pytest.mark.parametrize("what", ["1", "#1", "q1@customer.test", "<q1@customer.test>"])
def test_a_mail_by_any_name(desk: Path, what: str) -> None:
    """A mail is found by its number, its ticket and its Message-ID, with and without angle brackets."""
    found = explain(what)
    assert (found["mail_id"], found["reason"]) == (1, "so it is")
    assert {"thread", "kb", "rules", "actions", "reason"} <= found.keys()


def test_every_mail_we_sent(desk: Path) -> None:
    """The Message-ID of whatever we sent leads to why: to the mail it answers, or to the job that wrote it."""
    run("run", "--until-idle", now="2026-11-17T09:00:00+00:00")
    sent = [one.read_bytes() for one in (desk / "var" / "outgoing" / "new").glob("*")]
    ids = [
        next(
            line[12:].strip() for line in raw.decode().splitlines() if line.lower().startswith("message-id: ")
        )
        for raw in sent
    ]
    found = {one["sent"]["kind"]: one for one in map(explain, ids)}
    assert {"acknowledgement", "notification", "digest"} <= found.keys()
    assert found["acknowledgement"]["mail_id"] == 1
    assert found["acknowledgement"]["sent"]["why"]["file"] == "rules/10.toml"
    assert found["notification"]["rules"][0]["matched"] is True
    assert found["digest"]["reason"] == "(digest)"
    assert found["digest"]["sent"]["to"] == ["ada@acme.test"]


def test_for_people(desk: Path) -> None:
    """Without --json there is a paragraph and tables; a file is explained as it would be decided now."""
    printed = " ".join(run("explain", "question.eml").split())
    assert "It was answered by itself: so it is." in printed or "It is a new question." in printed
    assert "rules/10.toml:1" in printed
    assert "priority" in printed


def test_what_nobody_knows(desk: Path) -> None:
    """What is no file, mail, Message-ID or ticket is told in a sentence."""
    for what in ("99", "#99", "nobody@nowhere.test", "x"):
        result = CliRunner().invoke(cli.app, ["explain", what])
        assert "is no file" in str(result.exception)
