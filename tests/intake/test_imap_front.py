"""The front reads the folders, and its worker hears of it."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from piped_worker import piped_worker

from inboxd.front import run_front
from inboxd.giving_way import MORE_COMES, WORK
from inboxd.intake import imap_folder
from inboxd.loops import Stop

Mail = Callable[..., bytes]
TIMEOUT = 10


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stop]:
    """The end of a front that runs within this process, which is no daemon and stays as it was."""
    end = Stop()
    monkeypatch.setattr("inboxd.front.Stop", lambda: end)
    monkeypatch.setattr("inboxd.front.signal.signal", lambda *_: None)
    monkeypatch.setattr("inboxd.front.garbage.settle_soon", lambda: None)
    at_last = threading.Timer(3 * TIMEOUT, end.set)
    at_last.start()
    yield end
    at_last.cancel()
    at_last.join()


def test_the_worker_hears_that_a_folder_has_much(
    mailbox: Any, mail: Mail, stop: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the front takes in a folder of which more is new than one batch holds, its worker is told to give way."""
    monkeypatch.setattr("inboxd.intake.imap_caution.MOST_MAILS", 2)
    told, told_more = bytearray(), threading.Event()
    accept = imap_folder.accept

    def accept_when_told(*parts: Any) -> Any:
        assert told_more.wait(TIMEOUT), "mails were taken in, and the worker knew of nothing"
        return accept(*parts)

    def listen(work_read: int) -> None:
        while word := os.read(work_read, 1):
            told.extend(word)
            if word == MORE_COMES:
                told_more.set()
            elif told_more.is_set() and len(mailbox.taken()) == 5:
                stop.set()

    monkeypatch.setattr(imap_folder, "accept", accept_when_told)
    mailbox.put(*(mail() for _ in range(5)))
    intake = mailbox.config.intake
    config = replace(
        mailbox.config, intake=replace(intake, smtp=replace(intake.smtp, enabled=False)), metrics=None
    )
    with piped_worker() as (worker, work_read):
        listening = threading.Thread(target=listen, args=(work_read,))
        listening.start()
        ended = run_front(config, None, mailbox.engine, mailbox.clock, worker)
        listening.join(TIMEOUT)

    assert ended == 0
    assert MORE_COMES in told
    assert told.endswith(WORK)
    assert len(mailbox.taken()) == 5
