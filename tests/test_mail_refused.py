"""A store that can be read and takes no mail: whoever sends is told "later", and somebody must hear why."""

import datetime as dt
import http.client
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from inboxd.clock import fixed_clock
from inboxd.config import load_config
from inboxd.configmetrics import MetricsPlace
from inboxd.errors import TransientError
from inboxd.intake import group_commit
from inboxd.intake.accept import Arrival
from inboxd.intake.group_commit import GroupCommit
from inboxd.jobs.watch import Watch
from inboxd.metrics import WorkerSigns
from inboxd.metrics_server import serve
from inboxd.store.engine import read

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
FULL = "the store cannot be written: database or disk is full"
MAIL = Arrival(b"Message-ID: <1@customer.test>\r\n\r\nHello\r\n", "c@x.test", ("support@acme.test",), "smtp")


def mails_in(engine: Engine) -> int:
    with read(engine) as connection:
        return int(connection.execute(sa.text("select count(*) from mail")).scalar_one())


def refuse(patch: pytest.MonkeyPatch) -> None:
    """Let the store be full."""

    def full(*_: Any) -> None:
        raise TransientError(FULL)

    patch.setattr(group_commit, "accept", full)


def test_the_reason_is_known_until_mail_is_kept_again(
    lite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a mail was refused for is said from then on, and no longer once the next one is kept."""
    commit = GroupCommit(lite_engine, fixed_clock(NOW))
    with monkeypatch.context() as patch:
        refuse(patch)
        refused = commit.submit(MAIL)
        commit.step()
        assert isinstance(refused.exception(0), TransientError)
        assert commit.trouble == FULL
    commit.submit(MAIL)
    commit.step()
    assert (commit.trouble, mails_in(lite_engine)) == ("", 1)


def test_it_is_tried_again_with_a_mail_that_is_not_kept(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a trouble is noticed without another mail, which might come much later; of the trial nothing is left."""
    commit = GroupCommit(engine, fixed_clock(NOW))
    with monkeypatch.context() as patch:
        refuse(patch)
        commit.submit(MAIL)
        commit.step()
        assert not commit.step()
        patch.setattr(group_commit, "_TRY_AGAIN_SECONDS", 0.0)
        assert not commit.step()
        assert commit.trouble == FULL
    assert not commit.step()
    assert commit.trouble == FULL, "it was tried again at once"
    monkeypatch.setattr(group_commit, "_TRY_AGAIN_SECONDS", 0.0)
    assert not commit.step()
    assert (commit.trouble, mails_in(engine)) == ("", 0)


def alarms_of(stage: Any) -> list[str]:
    """Return the subjects of the alarms that one of the operators got."""
    with read(stage.desk.engine) as connection:
        one = "select min(recipient) from outbox where kind = 'alarm'"
        query = f"select subject from outbox where kind = 'alarm' and recipient = ({one}) order by id"  # noqa: S608  words of the test
        return list(connection.execute(sa.text(query)).scalars())


def test_it_is_an_alarm_and_over_once(lite_stage: Any) -> None:
    """A store that takes no mail for five minutes is one alarm, however long it lasts, and one all-clear."""
    trouble = [FULL]
    desk, clock = lite_stage.desk, lite_stage.clock
    watch = Watch(desk.config, desk.engine, clock, trouble=lambda: trouble[-1], since=clock())
    for _ in range(30):
        watch.step()
        clock.advance(minutes=1)
    assert alarms_of(lite_stage) == ["⚠ Acme Support: the database does not answer"]
    trouble.append("")
    for _ in range(10):
        watch.step()
        clock.advance(minutes=1)
    assert alarms_of(lite_stage)[1:] == ["✓ Acme Support: back to normal"]


def test_a_damaged_store_is_an_alarm_too(
    lite_stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is no database any more is told like one that does not answer, by the channel that needs no store."""
    rung = tmp_path / "rung"
    ring = ("/bin/sh", "-c", f"echo $INBOXD_ALARM_KIND $INBOXD_ALARM_STEP >> {rung}; cat >> {rung}")
    toml = f"[alarm]\ncommand = {json.dumps(ring)}\n".encode()
    desk, clock = lite_stage.desk, lite_stage.clock
    config = replace(desk.config, alarm=load_config(tmp_path / "config.toml", toml).alarm)
    watch = Watch(config, desk.engine, clock, since=clock())
    watch.step()

    def damaged() -> None:
        raise DatabaseError("select 1", {}, OSError("database disk image is malformed"))

    monkeypatch.setattr(desk.engine, "connect", damaged)
    for _ in range(12):
        clock.advance(minutes=1)
        watch.step()
    said = rung.read_text("utf-8")
    assert said.count("store_fails raised") == 1
    assert "malformed" in said


def test_monitors_see_it(lite_stage: Any) -> None:
    """``/healthz`` is not well and says why, and ``inboxd_store_up`` is 0, while the rest of the figures is there."""
    signs = WorkerSigns(lambda: True, lambda: 0, lambda: FULL)
    desk = lite_stage.desk
    with (
        serve(MetricsPlace("127.0.0.1", 0), desk.config, desk.engine, lite_stage.clock, signs) as port,
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client,
    ):
        client.request("GET", "/healthz")
        reply = client.getresponse()
        checks = json.loads(reply.read())["checks"]
        client.request("GET", "/metrics")
        figures = client.getresponse().read().decode()
    assert reply.status == 503
    assert {"name": "store", "ok": False, "detail": FULL} in checks
    assert "inboxd_store_up 0.0" in figures
    assert "inboxd_queue_mails 0.0" in figures
