"""``inboxd backup``, ``restore`` and ``reconcile`` as they are typed."""

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

from inboxd.building import load_secret
from inboxd.cli import app
from inboxd.commands.init import make_desk
from inboxd.config import load_config
from inboxd.errors import PermanentError
from inboxd.intake.accept import Arrival, accept
from inboxd.store import mails
from inboxd.store.accepting import Accepted
from inboxd.store.engine import open_store

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def desk(tmp_path: Path, mail: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new desk that holds one mail, and is the working directory."""
    folder = tmp_path / "desk"
    make_desk(folder)
    monkeypatch.chdir(folder)
    config = load_config(folder / "config.toml")
    load_secret(config.desk.secret_file)
    engine = open_store(config.store_url)

    def hold(connection: Connection, receipts: tuple[Accepted, ...]) -> None:
        mails.hold(connection, receipts[0].mail_id, "odd", "", NOW)

    accept(engine, [Arrival(mail(), "carla@customer.test", ("support@acme.test",), "smtp")], NOW, hold)
    engine.dispose()
    return folder


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_there_and_back_by_hand(desk: Path) -> None:
    """Backup, restore with force, and the books: nothing is missing, and the secret is named as not being in it."""
    said = run("backup", "desk.backup")
    assert "var/secret" in said
    assert (desk / "var" / "secret").read_bytes() not in (desk / "desk.backup").read_bytes()
    with pytest.raises(PermanentError, match="--force"):
        run("restore", "desk.backup")
    (desk / "var" / "secret").unlink()

    said = run("restore", "desk.backup", "--force")

    assert "The old one is kept" in said
    assert "every token is void" in said
    assert json.loads(run("reconcile", "--json")) == {"received": 1, "filed": 0, "held": 1, "unexplained": 0}


def test_a_gap_is_exit_code_1(desk: Path) -> None:
    """When the books do not add up the command says what is missing, and scripts can tell."""
    assert run("reconcile").startswith("1 received, 0 filed, 1 held, 0 unexplained")
    store = sqlite3.connect(desk / "var" / "inboxd.db")
    store.execute("delete from mail_raw where mail_id = 1")
    store.commit()
    store.close()

    assert json.loads(run("reconcile", "--json", code=1))["unexplained"] == 1
    assert "mail 1 was accepted, and its bytes are gone" in run("reconcile", code=1)


def test_no_store_is_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that is no desk nothing is made and nothing is called a backup."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(PermanentError, match="there is no store"):
        run("backup", "desk.backup")

    assert list(tmp_path.iterdir()) == []
