import datetime as dt
import threading
from typing import Any

import pytest

from inboxd.errors import TransientError
from inboxd.jobs import calendar
from inboxd.jobs.calendar import JOBS, Job, run_all, run_job, start_calendar
from inboxd.loops import until_idle


def busy_week(stage: Any, mail: Any) -> None:
    """Let there be something due for every job."""
    stage.take(mail())
    stage.take(mail("Please tell me the price", subject="Price", from_="dora@other.test"))
    stage.take(mail("I have an idea", subject="Idea", from_="emil@third.test"))
    told = {one.queued.ticket_number: one for one in stage.written("notification")}
    for number, command in ((2, "#solved"), (3, "#snooze 2d")):
        stage.reply(told[number], command)


def test_every_job_has_its_place() -> None:
    """Every job has its own name and looks at least once an hour."""
    names = [job.name for job in JOBS]
    assert len(set(names)) == len(names)
    assert {"chase", "digest", "survey", "snooze", "failures", "brake", "close", "idle"} <= set(names)
    assert all(0 < job.every_seconds <= 3600 for job in JOBS)


@pytest.mark.parametrize("days", [0, 1, 2, 3, 7, 40])
def test_running_twice_sends_once(stage: Any, mail: Any, days: int) -> None:
    """Whatever the time, a second run of all jobs does nothing: no mail, no event, nothing left to do."""
    busy_week(stage, mail)
    stage.clock.advance(days=days, hours=1)
    until_idle((lambda: run_all(stage.desk),))
    written, events = len(stage.written()), len(stage.events())
    assert not run_all(stage.desk)
    assert (len(stage.written()), len(stage.events())) == (written, events)


def test_hour_by_hour_or_in_one_leap(stage: Any, mail: Any) -> None:
    """A week slept through sends nothing twice and nothing stale: less than an attended week, and no survey a week late."""
    busy_week(stage, mail)
    stage.clock.advance(days=20)
    until_idle((lambda: run_all(stage.desk),))
    kinds = sorted(one.queued.kind for one in stage.written() if one.queued.created_at == stage.clock())
    keys = [one.queued.outbox_id for one in stage.written()]
    assert len(set(keys)) == len(keys)
    assert kinds.count("digest") == 2
    assert kinds.count("survey") == 0
    assert [one.kind for one in stage.events("sla.warned")] == []
    assert len(stage.events("sla.breached")) <= 4


def test_a_store_that_is_away_is_no_reason_to_die(lite_stage: Any) -> None:
    """A job that cannot reach the store now is done at its next time."""

    def away(_desk: Any, _now: dt.datetime) -> int:
        raise TransientError("the store cannot be read")

    assert run_job(lite_stage.desk, Job("x", away, 1)) == 0


def test_what_a_job_did_is_counted(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether there was anything to do is told, so that ``run --until-idle`` knows when to end."""
    monkeypatch.setattr(calendar, "JOBS", (Job("a", lambda *_: 0, 1), Job("b", lambda *_: 2, 1)))
    assert run_all(lite_stage.desk)
    monkeypatch.setattr(calendar, "JOBS", (Job("a", lambda *_: 0, 1),))
    assert not run_all(lite_stage.desk)


def test_the_scheduler_only_says_when_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job is handed over when it is time to look, again and again, by the scheduler's own thread."""
    seen: list[str] = []
    enough = threading.Event()

    def due(job: Job) -> None:
        seen.append(job.name)
        if len(seen) >= 2:
            enough.set()

    monkeypatch.setattr(calendar, "JOBS", (Job("quick", lambda *_: 0, 0.05),))  # type: ignore[arg-type]
    scheduler = start_calendar(due)
    assert enough.wait(10)
    scheduler.shutdown()
    assert set(seen) == {"quick"}
