"""A clock that is set back: a machine that thought for a while that it was another year."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from inboxd.clock import WallClock
from inboxd.core import retry
from inboxd.jobs.ahead import bring_back
from inboxd.jobs.calendar import JOBS
from inboxd.store import core_tables
from inboxd.store.engine import write
from inboxd.worker import Worker

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def plan(stage: Any, table: Table, waits: dt.timedelta, attempts: int = 0) -> None:
    """Let everything of a table wait for so long."""
    state = "accepted" if table is core_tables.mail else "queued"
    planned = update(table).values(next_attempt_at=stage.clock() + waits, attempts=attempts, state=state)
    with write(stage.desk.engine) as connection:
        connection.execute(planned)


@pytest.mark.parametrize(
    ("table", "waits", "attempts", "back"),
    [
        (core_tables.mail, MINUTE, 1, False),
        (core_tables.mail, HOUR, 0, True),
        (core_tables.mail, 9000 * HOUR, 2, True),
        (core_tables.outbox, MINUTE, 0, False),
        (core_tables.outbox, HOUR, 0, True),
        (core_tables.outbox, retry.LONGEST_DELIVERY_DELAY * 1.1, 9, False),
        (core_tables.outbox, 9000 * HOUR, 3, True),
    ],
)
def test_nothing_waits_for_a_time_that_was_never_meant(
    stage: Any, mail: Any, table: Table, waits: dt.timedelta, attempts: int, *, back: bool
) -> None:
    """What waits longer than any delay of ours is due now; what waits as it should goes on waiting."""
    stage.take(mail())
    plan(stage, table, waits, attempts)
    assert bool(bring_back(stage.desk, stage.clock())) is back
    assert bring_back(stage.desk, stage.clock()) == 0
    with write(stage.desk.engine) as connection:
        due = select(table.c.id).where(table.c.next_attempt_at <= stage.clock())
        assert bool(connection.execute(due).first()) is back


def test_somebody_looks() -> None:
    """It is looked for every minute, before all other jobs."""
    assert (JOBS[0].step, JOBS[0].every_seconds) == (bring_back, 60)


@pytest.mark.parametrize(("seconds", "back"), [(-3600.0, True), (-200.0, False), (7200.0, False)])
def test_a_worker_whose_clock_was_set_back_begins_anew(
    lite_stage: Any, monkeypatch: pytest.MonkeyPatch, seconds: float, *, back: bool
) -> None:
    """Set back by minutes it ends, and its successor's calendar goes by the right time; set forward, or a little, it works on."""
    now = [1_000_000.0]
    monkeypatch.setattr("inboxd.worker.WallClock", lambda: WallClock(lambda: now[0], lambda: 5_000.0))
    link = SimpleNamespace(begin=lambda _mail: None, end=lambda _stages=(): None, wake=None)
    worker = Worker(lite_stage.desk, link)  # type: ignore[arg-type]
    worker.step()
    assert not worker.stop.is_set()
    now[0] += seconds
    worker.step()
    assert worker.stop.is_set() is back


def test_a_clock_that_was_set_back_is_told_once() -> None:
    """The new time is the right one from then on."""
    now = [1_000_000.0]
    clock = WallClock(lambda: now[0])
    now[0] -= 86_400.0
    assert [clock.was_set_back(), clock.was_set_back()] == [True, False]
