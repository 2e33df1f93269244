"""What several daemons on one PostgreSQL have to agree on before one of them works."""

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxd.clock import system_clock
from inboxd.commands.init import make_desk
from inboxd.company import (
    FRONT,
    WORKER,
    front_duties,
    is_alone,
    keep_company,
    require_same_secret,
)
from inboxd.config import load_config
from inboxd.errors import PermanentError
from inboxd.loops import Stop
from inboxd.oneshot import run_until_idle
from inboxd.store.duties import CALENDAR, WATCH
from inboxd.store.leadership import Leadership
from inboxd.store.sole import sole_daemon

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_a_second_run_on_sqlite_says_why_it_does_not(tmp_path: Path) -> None:
    """``inboxd run`` beside a running one ends with 1 and a sentence, before it listens to anything."""
    make_desk(tmp_path / "desk")
    config = load_config(tmp_path / "desk" / "config.toml")
    with sole_daemon(config.store_url):
        done = subprocess.run(
            [sys.executable, "-m", "inboxd", "run"],
            cwd=tmp_path / "desk",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "another inboxd (process" in done.stderr
    assert "docs/scaling.md" in done.stderr


def test_another_secret_is_refused(shared_engine: Engine) -> None:
    """A daemon with another secret would sign what the others cannot read: it does not work while they do."""
    require_same_secret(shared_engine, b"one", NOW)
    at_work = Leadership(shared_engine, system_clock, WORKER, ())
    at_work.step()
    require_same_secret(shared_engine, b"one", NOW)
    with pytest.raises(PermanentError, match="secret_file"):
        require_same_secret(shared_engine, b"another", NOW)
    at_work.close()
    require_same_secret(shared_engine, b"another", NOW)


def test_on_sqlite_a_new_secret_is_nobodys_business(lite_engine: Engine) -> None:
    """With one daemon there is nobody to agree with."""
    for secret in (b"one", b"another"):
        require_same_secret(lite_engine, secret, NOW)
    assert is_alone(lite_engine)
    assert keep_company(lite_engine, system_clock, FRONT, (WATCH,), Stop()).leaders is None


def test_company_ends_with_the_process(shared_engine: Engine) -> None:
    """A duty is had within a moment, and free at once when the process ends in good order."""
    stop = Stop()
    company = keep_company(shared_engine, system_clock, FRONT, (WATCH,), stop)
    other = Leadership(shared_engine, system_clock, FRONT, (WATCH,))
    while company.leaders is None or company.leaders.term(WATCH) is None:
        stop.wait(0.02)
    other.step()
    before = other.term(WATCH), other.present
    stop.set()
    for thread in company.threads:
        thread.join(10)
    other.step()
    assert (before, other.term(WATCH)) == ((None, 2), 2)
    other.close()


def test_until_idle_leaves_the_calendar_to_the_daemons(
    shared_url: str, shared_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``run --until-idle`` beside running daemons takes mails and letters as one of them, and nothing that only one may do."""
    make_desk(tmp_path / "desk")
    config = replace(load_config(tmp_path / "desk" / "config.toml"), store_url=shared_url)
    jobs: list[Any] = []
    monkeypatch.setattr("inboxd.oneshot.open_store", lambda _url: shared_engine)
    monkeypatch.setattr("inboxd.oneshot.run_all", lambda desk: bool(jobs.append(desk)))
    run_until_idle(config, system_clock)
    alone = len(jobs)
    daemon = Leadership(shared_engine, system_clock, FRONT, ())
    daemon.step()
    run_until_idle(config, system_clock)
    daemon.close()
    assert alone > 0
    assert len(jobs) == alone


def test_every_mailbox_is_a_duty(tmp_path: Path) -> None:
    """A front stands for the watch, and for each folder, mailbox and set of queues it is configured to look after."""
    make_desk(tmp_path / "desk")
    path = tmp_path / "desk" / "config.toml"
    path.write_text(
        f'{path.read_text()}\n[[intake.imap]]\nhost = "imap.x.test"\nuser = "a@x.test"\npassword_file = "p"\n'
        'folder = "INBOX"\n'
    )
    duties = front_duties(load_config(path))
    assert duties == (
        WATCH,
        "folder INBOX of a@x.test@imap.x.test",
        "mailbox a@x.test@imap.x.test",
        "queues a@x.test@imap.x.test",
    )
    assert CALENDAR not in duties
