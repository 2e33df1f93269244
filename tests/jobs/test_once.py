"""No reminder, survey or digest twice, none lost and nothing stale: whatever happens to the calendar on its way."""

import datetime as dt
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from inboxd import apply as apply_module
from inboxd.core.escalation import EscalationStep
from inboxd.jobs.calendar import JOBS, run_job
from inboxd.resources import resource_path
from inboxd.rulefiles import load_rules
from inboxd.store.engine import open_engine

ADA = "Ada <ada@acme.test>"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
THURSDAY = dt.datetime(2026, 11, 19, 11, 30, tzinfo=dt.UTC)
_WRITING = [job for job in JOBS if job.name in {"chase", "snooze", "survey", "digest", "idle", "close"}]
# What Thursday brings: two tickets are late and a third one is passed on with them, a fourth wakes up, a customer
# is asked how it was, another one whether it helped.
EXPECTED = Counter(
    {
        ("chase", "ada@acme.test"): 1,
        ("chase", "boss@else.test"): 1,
        ("survey", "solved@one.test"): 1,
        ("digest", "ada@acme.test"): 1,
        ("answer", "silent@two.test"): 1,
        ("notification", "ada@acme.test"): 1,
    }
)


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def busy(stage: Any, mail: Any) -> Any:
    """A desk of one operator, just before half past eleven on a Thursday on which everything is due at once."""
    step = EscalationStep(dt.timedelta(minutes=15), ("boss@else.test",))
    stage.configure(
        operators=stage.desk.config.operators[:1],
        sla=replace(stage.desk.config.sla, escalation=(step,)),
    )
    stage.desk.active.replace(ruleset=load_rules(resource_path("rules")))
    for name, command in (
        ("solved@one.test", "It is in the menu."),
        ("silent@two.test", "It is in the menu."),
        ("later@three.test", "#snooze 2d"),
    ):
        stage.take(mail(f"What about {name}?", from_=name, subject=f"Of {name}"))
        stage.reply(stage.written("notification")[-1], command, from_=ADA)
        stage.clock.advance(minutes=5)
    stage.reply(stage.written("notification")[0], "#solved", from_=ADA)
    stage.clock.now = THURSDAY - 8 * HOUR - dt.timedelta(hours=16, minutes=20)
    for name in ("late@four.test", "later@five.test"):
        stage.take(mail(f"Help {name}!", from_=name, subject=f"Of {name}"))
    stage.clock.now = THURSDAY
    return stage


def run(stage: Any) -> None:
    """Let every job of the calendar that writes mails look once."""
    for job in _WRITING:
        run_job(stage.desk, job)


def sent(stage: Any, before: int) -> Counter[tuple[str, str]]:
    """Return what was written since then, by kind and recipient."""
    return Counter((one.queued.kind, one.queued.recipients[0]) for one in stage.written()[before:])


def test_everything_comes_once(busy: Any) -> None:
    """Undisturbed, the Thursday brings what it should, and another look brings nothing more."""
    before = len(busy.written())
    for _ in range(3):
        run(busy)
    assert sent(busy, before) == EXPECTED


@contextmanager
def crash_at(engine: Engine, count: int) -> Iterator[None]:
    """Die at the so-many-th writing statement or commit."""
    left = count

    def pulse(*_parts: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Crash

    def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if text.lstrip().split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            pulse()

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", pulse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", pulse)


def test_a_crash_at_any_moment_loses_and_doubles_nothing(busy: Any) -> None:
    """Each job dies at its first statement, then at its second, and so on: in the end it is as if it never had."""
    before = len(busy.written())
    crashes = {job.name: _crash_everywhere(busy, job) for job in _WRITING}
    assert sum(crashes.values()) > 30
    assert all(crashes[name] for name in crashes if name != "close")
    run(busy)
    assert sent(busy, before) == EXPECTED
    assert Counter(one.kind for one in busy.events("sla.breached", "survey_sent", "snooze_ended")) == {
        "sla.breached": 2,
        "survey_sent": 1,
        "snooze_ended": 1,
    }


def _crash_everywhere(stage: Any, job: Any) -> int:
    """Run a job until it gets through; return how often it died before."""
    for moment in itertools.count(1):
        with crash_at(stage.desk.engine, moment):
            try:
                run_job(stage.desk, job)
            except Crash:
                continue
        return moment - 1
    raise AssertionError


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY])
def test_a_clock_that_jumps_doubles_nothing(busy: Any, jump: dt.timedelta) -> None:
    """The clock leaps and comes back: what was told is not told again, what was not is told in its time."""
    before = len(busy.written())
    if jump < dt.timedelta():
        busy.clock.now = THURSDAY + jump
        run(busy)
        busy.clock.now = THURSDAY
    run(busy)
    told = sent(busy, before)
    for there in (jump, dt.timedelta(), jump, dt.timedelta()):
        busy.clock.now = THURSDAY + there
        run(busy)
    after = sent(busy, before)
    once = ("survey", "answer", "notification")
    assert (
        {key: after[key] for key in after if key[0] in once}
        == {key: told[key] for key in told if key[0] in once}
        == {key: EXPECTED[key] for key in EXPECTED if key[0] in once}
    )
    keys = [one.queued.subject for one in busy.written("digest")]
    assert len(keys) == len(set(keys))
    breached = [
        (one.ticket_number, one.detail["target"], one.detail["due"]) for one in busy.events("sla.breached")
    ]
    assert len(breached) == len(set(breached))
    assert {number for number, target, _ in breached if target == "first_response"} >= {4, 5}


def test_a_digest_waits_for_no_day_that_was_a_mistake(busy: Any) -> None:
    """The clock stood in next month for a moment: today's digest has gone, tomorrow's comes in its time, each once."""
    run(busy)
    busy.clock.now = THURSDAY + 30 * DAY
    run(busy)
    for moment in (THURSDAY, THURSDAY + HOUR, THURSDAY + DAY, THURSDAY + DAY + HOUR):
        busy.clock.now = moment
        run(busy)
    days = [one.mail.date.date() for one in busy.written("digest") if one.mail.date]
    assert days == [(THURSDAY + span).date() for span in (dt.timedelta(), 30 * DAY, DAY)]


def test_after_a_week_away_nothing_is_stale(busy: Any) -> None:
    """Nothing ran for nine days: one digest, one reminder, no survey about the week before last, no question whether it helped."""
    before = len(busy.written())
    busy.clock.now = THURSDAY + 9 * DAY
    for _ in range(3):
        run(busy)
    told = sent(busy, before)
    assert told["chase", "ada@acme.test"] == 1
    assert told["digest", "ada@acme.test"] == 1
    assert told["survey", "solved@one.test"] == 0
    assert told["answer", "silent@two.test"] == 0
    assert busy.ticket(2).status == "solved"
    assert all(one.detail["due"] < busy.clock().isoformat() for one in busy.events("sla.breached"))
    assert busy.events("sla.warned") == []


def test_two_desks_at_once_say_everything_once(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calendars look at the same moment and both have read before either writes: everything is said once."""
    before = len(busy.written())
    sheets, barrier = apply_module._sheets, threading.Barrier(2)

    def together(*parts: Any) -> Any:
        composed = sheets(*parts)
        # Both know all there is to know before one of them writes; the last one goes alone.
        try:
            barrier.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            barrier.reset()
        return composed

    monkeypatch.setattr(apply_module, "_sheets", together)
    engines = [open_engine(busy.desk.config.store_url) for _ in range(2)]
    faults: list[BaseException] = []

    def calendar(engine: Engine) -> None:
        desk = replace(busy.desk, engine=engine)
        try:
            for _ in range(2):
                for job in _WRITING:
                    run_job(desk, job)
        except BaseException as fault:  # noqa: BLE001  shown by the test
            faults.append(fault)

    threads = [threading.Thread(target=calendar, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()
    for engine in engines:
        engine.dispose()
    assert faults == []
    run(busy)
    assert sent(busy, before) == EXPECTED
    breached = busy.events("sla.breached")
    assert [one.ticket_number for one in breached] == [4, 5]
