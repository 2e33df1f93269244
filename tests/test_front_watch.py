import os
import threading
from typing import Any

from piped_worker import piped_worker

from inboxd.core.alarm_signs import crashes
from inboxd.core.alarms import Health
from inboxd.front import Supervisor
from inboxd.giving_way import MORE_COMES, WORK
from inboxd.loops import Stop


def test_the_worker_s_deaths_are_remembered(lite_stage: Any) -> None:
    """The watch hears of the worker's last deaths, no matter over what it died; five in a quarter of an hour are many."""
    supervisor = Supervisor(None, lite_stage.desk.engine, lite_stage.clock)
    assert supervisor.deaths() == ()
    for _ in range(30):
        supervisor._note_death(-9, lived=1.0)
        lite_stage.clock.advance(minutes=1)
    deaths = supervisor.deaths()
    assert len(deaths) == 20
    assert crashes(deaths, lite_stage.clock()).health is Health.FAILING
    assert crashes(deaths, lite_stage.clock.advance(minutes=20)).health is Health.WELL


def test_the_worker_hears_that_more_is_taken_in(lite_stage: Any) -> None:
    """While folders are read of which much is new each word to the worker says so, and the last one that it is over."""
    stop = Stop()
    with piped_worker() as (worker, work_read):
        supervisor = Supervisor(None, lite_stage.desk.engine, lite_stage.clock, worker)
        watching = threading.Thread(target=supervisor.watch, args=(stop,))
        watching.start()
        try:
            assert os.read(work_read, 1) == WORK
            with supervisor.taking_in.much():
                assert os.read(work_read, 1) == MORE_COMES
                supervisor.work.set()
                assert os.read(work_read, 1) == MORE_COMES
            assert os.read(work_read, 1) == WORK
        finally:
            stop.set()
            watching.join(10)
