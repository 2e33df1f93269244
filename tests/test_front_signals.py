"""How the front ends, and that all of it does."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from piped_worker import piped_worker

from inboxd.front import run_front

TIMEOUT = 10
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give this process its own answers to signals back."""
    monkeypatch.setattr("inboxd.front.garbage.settle_soon", lambda: None)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def run_until(stage: Any, *signals: signal.Signals) -> int:
    """Run a front without ports, send it signals as soon as it works, and return how it ended."""
    intake = stage.desk.config.intake
    config = replace(
        stage.desk.config, intake=replace(intake, smtp=replace(intake.smtp, enabled=False)), metrics=None
    )

    def send(work_read: int) -> None:
        assert os.read(work_read, 1)
        for number in signals:
            os.kill(os.getpid(), number)

    with piped_worker() as (worker, work_read):
        sending = threading.Thread(target=send, args=(work_read,))
        sending.start()
        ended = run_front(config, None, stage.desk.engine, stage.clock, worker)
        sending.join(TIMEOUT)
    return ended


@pytest.mark.parametrize("number", SIGNALS)
def test_it_ends_in_an_orderly_way(lite_stage: Any, number: signal.Signals) -> None:
    """SIGTERM, Ctrl-C and a terminal that is closed let the front finish what it does, and end well."""
    assert run_until(lite_stage, number) == 0


def test_nohup_is_obeyed(lite_stage: Any) -> None:
    """A desk that was started to survive its terminal does."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert run_until(lite_stage, signal.SIGHUP, signal.SIGTERM) == 0
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_port_that_is_taken_ends_it(lite_stage: Any) -> None:
    """Where somebody else listens the front ends with that error: no process lives on that takes no mail."""
    with socket.create_server(("127.0.0.1", 0)) as taken, piped_worker() as (worker, _):
        intake = lite_stage.desk.config.intake
        smtp = replace(intake.smtp, enabled=True, host="127.0.0.1", port=taken.getsockname()[1])
        config = replace(lite_stage.desk.config, intake=replace(intake, smtp=smtp), metrics=None)
        before = set(threading.enumerate())
        with pytest.raises(OSError, match="in use"):
            run_front(config, None, lite_stage.desk.engine, lite_stage.clock, worker)
    assert [one.name for one in set(threading.enumerate()) - before if not one.daemon] == []
