"""Staying connected: IDLE, the safety poll, reconnecting, ending."""

import contextlib
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from inboxd.intake.imap_watch import FolderWatch, fetch_once, start_imap
from inboxd.loops import Stop

Mail = Callable[..., bytes]


@contextlib.contextmanager
def _watching(mailbox: Any) -> Iterator[threading.Event]:
    """Run the desk's threads for the mailbox; the event is set at new mail."""
    stop, accepted = Stop(), threading.Event()
    threads = start_imap(mailbox.config, mailbox.engine, mailbox.clock, accepted, stop)
    try:
        yield accepted
    finally:
        began = time.monotonic()
        stop.set()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)
        assert time.monotonic() - began < 4
        assert stop.because is None


def _until(true: Callable[[], object], seconds: float = 10.0) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


def _idles(meddler: Any) -> int:
    return sum(command.endswith(" IDLE") for command in meddler.seen)


def test_idle_brings_mail_within_two_seconds(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """A mail that arrives while the desk waits is accepted within two seconds, long before any poll."""
    with _watching(mailbox) as accepted:
        _until(lambda: _idles(meddler))
        for _ in range(3):
            accepted.clear()
            mailbox.put(mail())
            assert accepted.wait(2.0)
    assert len(mailbox.taken()) == 3


def test_a_broken_connection_is_made_again(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """When the server hangs up while the desk waits, it connects again and takes what came meanwhile."""
    with _watching(mailbox) as accepted:
        _until(lambda: _idles(meddler))
        meddler.break_connections()
        mailbox.put(mail())
        assert accepted.wait(10.0)
    assert len(mailbox.taken()) == 1


def test_a_server_without_idle_is_polled(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """Where IDLE is not wanted or not to be had the folder is looked at every ``poll``."""
    mailbox.changes = {"idle": False, "poll": dt.timedelta(seconds=0.3)}
    with _watching(mailbox) as accepted:
        _until(lambda: any("EXAMINE" in command for command in meddler.seen))
        mailbox.put(mail())
        assert accepted.wait(5.0)
    assert not _idles(meddler)


def test_the_safety_poll_finds_what_idle_does_not_tell(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """IDLE or not, the folder is looked at every ``poll``."""
    mailbox.changes = {"poll": dt.timedelta(seconds=0.5)}
    with _watching(mailbox):
        _until(lambda: sum("EXAMINE" in command for command in meddler.seen) > 4)
    assert _idles(meddler)


def test_a_server_that_is_away_is_a_problem_and_no_crash(
    mailbox: Any, mail: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    """``run --until-idle`` logs the folder it cannot read, with its name, and reads the others."""
    mailbox.put(mail())
    mailbox.read()
    mailbox.put(mail())
    good = mailbox.account
    config = mailbox.config
    away = replace(good, port=1)
    stranger = replace(good, user="nobody@nowhere")
    nowhere = replace(good, folder="Nowhere")
    accounts = (away, replace(stranger, password=replace(good.password, file=None)), nowhere, good)
    config = replace(config, intake=replace(config.intake, imap=accounts))

    assert fetch_once(config, mailbox.engine, mailbox.clock) == 1

    said = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert len(said) == 3
    assert "127.0.0.1:1" in said[0]
    assert "Nowhere" in said[2]
    assert not any(mailbox.server.password in one for one in said)


def test_the_wait_grows_with_each_failure(mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stays away is asked ever less often, at last every five minutes."""
    mailbox.port = 1
    stop = Stop()
    waits: list[float | None] = []
    monkeypatch.setattr(stop, "wait", waits.append)
    watch = FolderWatch(mailbox.folder(), stop)

    assert all(watch.step() for _ in range(7))
    assert waits == [1.0, 5.0, 15.0, 60.0, 300.0, 300.0, 300.0]


def test_a_store_that_is_away_is_waited_for(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that cannot be had now ends no thread either: it is tried again."""
    mailbox.password_file.unlink()
    stop = Stop()
    monkeypatch.setattr(stop, "wait", lambda _: mailbox.password_file.write_text(mailbox.server.password))
    watch = FolderWatch(mailbox.folder(ended=stop.is_set), stop)
    watch.step()
    mailbox.put(mail())
    monkeypatch.setattr(watch, "_wait", lambda _: stop.set())

    watch.step()

    assert len(mailbox.taken()) == 1
