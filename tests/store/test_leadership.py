import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxd.clock import system_clock
from inboxd.loops import Stop
from inboxd.store import settings
from inboxd.store.duties import BEAT_SECONDS, CALENDAR, Led, led, reign
from inboxd.store.engine import read, write
from inboxd.store.leadership import _FENCE_SECONDS, SILENCE_SECONDS, DeposedError, Leadership

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


Stand = Callable[..., Leadership]


@pytest.fixture
def candidate(shared_engine: Engine) -> Iterator[Stand]:
    """A factory of processes that stand for the calendar; none outlives its test."""
    with contextlib.ExitStack() as stack:

        def stand(**options: Any) -> Leadership:
            one = Leadership(shared_engine, system_clock, "worker", (CALENDAR,), **options)
            stack.callback(one.close)
            return one

        yield stand


def test_one_leads(shared_engine: Engine, candidate: Stand) -> None:
    """Of two that stand for a duty the first has it, and the second gets it at its next beat after the first is gone."""
    first, second = candidate(), candidate()
    for one in (first, second, first, second):
        one.step()
    terms = first.term(CALENDAR), second.term(CALENDAR)
    first.close()
    second.step()
    after = first.term(CALENDAR), second.term(CALENDAR)
    with read(shared_engine) as connection:
        named = connection.execute(text("select name from leader")).scalars().all()
    second.close()
    assert terms == (1, None)
    assert after == (None, 2)
    assert named == [CALENDAR]


def test_they_know_how_many_they_are(candidate: Stand) -> None:
    """A process knows at every beat how many others there are of its kind."""
    first, second = candidate(), candidate()
    first.step()
    alone = first.present
    second.step()
    first.step()
    together = first.present
    second.close()
    first.step()
    assert (alone, together, first.present) == (1, 2, 1)


def test_who_is_not_heard_of_is_deposed(candidate: Stand) -> None:
    """A leader that hangs is thrown out by the server, though its connection stands; it knows by its own clock, too."""
    hung, second = candidate(silence=2.0), candidate()
    hung.step()
    second.step()
    assert (hung.term(CALENDAR), second.term(CALENDAR)) == (1, None)
    began = time.monotonic()
    while second.term(CALENDAR) is None and time.monotonic() - began < 20:
        second.step()
        threading.Event().wait(0.05)
    took = time.monotonic() - began
    assert (hung.term(CALENDAR), second.term(CALENDAR)) == (None, 2)
    assert 1 < took < 10
    hung.step()
    hung.step()
    assert hung.term(CALENDAR) is None
    second.close()


def test_somebody_leads_within_half_a_minute() -> None:
    """As shipped: silence, the next one's beat, and a write the hanging one was in the middle of end in under 30 s."""
    assert max(SILENCE_SECONDS, _FENCE_SECONDS) + 2 * BEAT_SECONDS + 5 < 30


def test_a_leader_that_does_nothing_gives_up(candidate: Stand) -> None:
    """When the loop that does the work stands still, the process stops leading, however well its other threads are."""
    turns = True
    one = candidate(alive=lambda: turns)
    one.step()
    leads = one.term(CALENDAR)
    turns = False
    one.step()
    assert (leads, one.term(CALENDAR)) == (1, None)
    one.close()


def test_a_deposed_leader_writes_nothing(shared_engine: Engine, candidate: Stand) -> None:
    """Whoever leads no longer, and does not know it, cannot commit: every write of his asks for his term."""
    first, second = candidate(), candidate()
    first.step()
    rule = reign(first, CALENDAR, Stop())
    assert rule is not None
    with write(rule.engine) as connection:
        settings.save(connection, "written", {"by": 1}, NOW)
    first.close()
    second.step()
    with pytest.raises(DeposedError), write(rule.engine) as connection:
        settings.save(connection, "written", {"by": 0}, NOW)
    with read(shared_engine) as connection:
        assert settings.load(connection, "written") == {"by": 1}


def test_the_next_one_waits_for_a_write(candidate: Stand) -> None:
    """While a leader is inside of a write nobody else begins to lead: the two never write side by side."""
    first, second = candidate(), candidate()
    first.step()
    rule = reign(first, CALENDAR, Stop())
    assert rule is not None
    waiting = threading.Thread(target=second.step)
    with write(rule.engine) as connection:
        first.close()
        waiting.start()
        waiting.join(0.3)
        during = second.term(CALENDAR)
        settings.save(connection, "written", {"by": 1}, NOW)
    waiting.join(10)
    assert (during, second.term(CALENDAR)) == (None, 2)


def test_a_lost_connection_is_a_lost_duty(shared_engine: Engine, candidate: Stand) -> None:
    """When the database drops the connection the duty is given up, and asked for again on the next one."""
    one = candidate()
    one.step()
    with shared_engine.begin() as connection:
        connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
            )
        )
    one.step()
    lost = one.term(CALENDAR)
    one.step()
    assert (lost, one.term(CALENDAR)) == (None, 2)


def test_work_is_done_while_it_is_ours(shared_engine: Engine, candidate: Stand) -> None:
    """A led step begins its work anew with every reign, does it as long as that lasts, and nothing before or after."""
    begun: list[int] = []
    first, second = candidate(), candidate()
    second.step()

    class Impatient(Stop):
        def wait(self, seconds: float | None = None) -> bool:
            del seconds
            return self.is_set()

    def begin(_engine: Engine, stop: Stop) -> "Led":
        begun.append(len(begun))
        return lambda: not stop.is_set()  # type: ignore[return-value]

    step = led(first, CALENDAR, shared_engine, Impatient(), begin)  # type: ignore[arg-type]
    first.step()
    before = step()
    second.close()
    first.step()
    assert (before, step(), step(), begun) == (False, True, True, [0])
    first.close()
    assert (step(), begun) == (False, [0])
    first.step()
    assert (step(), begun) == (True, [0, 1])


def test_a_clock_that_is_wrong_is_told(
    shared_engine: Engine, candidate: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine whose time is not that of the others would put mails out of order: the log says so, once a connection."""
    right, wrong = candidate(), Leadership(shared_engine, lambda: NOW, "worker", ())
    right.step()
    before = [one.getMessage() for one in caplog.records if "NTP" in one.getMessage()]
    for _ in range(2):
        wrong.step()
    after = [one.getMessage() for one in caplog.records if "NTP" in one.getMessage()]
    right.close()
    wrong.close()
    assert (len(before), len(after)) == (0, 1)


def test_on_sqlite_there_is_only_one(lite_engine: Engine) -> None:
    """Without others the work begins at once, with the store as it is."""
    stop = Stop()
    given: list[object] = []

    def begin(engine: Engine, ended: Stop) -> object:
        given.extend((engine, ended))
        return lambda: True

    assert led(None, CALENDAR, lite_engine, stop, begin)()  # type: ignore[arg-type]
    assert given == [lite_engine, stop]
