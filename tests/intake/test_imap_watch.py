"""Staying connected: IDLE, the safety poll, reconnecting, ending."""

import contextlib
import datetime as dt
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from inboxd.configintake import ImapAccount
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_session import ConnectionLostError, Session, _connect, open_session
from inboxd.intake.imap_watch import FolderWatch, fetch_once, start_imap
from inboxd.loops import Stop
from inboxd.pipeline import process_one
from inboxd.secretsource import SecretSource

Mail = Callable[..., bytes]


@contextlib.contextmanager
def _watching(mailbox: Any, taking_much: Any = contextlib.nullcontext) -> Iterator[threading.Event]:
    """Run the desk's threads for the mailbox; the event is set at new mail."""
    stop, accepted = Stop(), threading.Event()
    threads = start_imap(
        mailbox.config, mailbox.engine, mailbox.clock, accepted, stop, taking_much=taking_much
    )
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


def test_a_mail_that_comes_while_the_folder_is_read_is_not_overslept(
    mailbox: Any, meddler: Any, mail: Mail
) -> None:
    """A mail told in the answer to another command, which a server tells but once, waits for no poll either."""

    def rule(command: str) -> None:
        if " UID SEARCH" in command:
            meddler.rule = lambda _: None
            mailbox.put(mail())

    with _watching(mailbox) as accepted:
        _until(lambda: _idles(meddler))
        meddler.rule = rule
        mailbox.put(mail())
        assert accepted.wait(2.0)
        _until(lambda: len(mailbox.taken()) == 2)


@pytest.mark.parametrize(("mails", "said"), [(2, []), (5, [0, 5])])
def test_others_hear_when_much_is_taken_in(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch, mails: int, said: list[int]
) -> None:
    """Where more is new than one batch may hold the desk says so once, until all of it is accepted."""
    monkeypatch.setattr("inboxd.intake.imap_caution.MOST_MAILS", 2)
    taken: list[int] = []

    @contextlib.contextmanager
    def much() -> Iterator[None]:
        taken.append(len(mailbox.taken()))
        yield
        taken.append(len(mailbox.taken()))

    mailbox.put(*(mail() for _ in range(mails)))
    with _watching(mailbox, much):
        _until(lambda: len(mailbox.taken()) == mails)
    assert taken == said


def test_mail_that_came_before_idle_is_told_at_once(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """Mail that comes between reading the folder and IDLE is told before IDLE begins, and does not wait for its end."""
    with contextlib.closing(open_session(mailbox.account)) as session:
        session.select(mailbox.account.folder, readonly=True)
        mailbox.put(mail())
        assert session.wait_for_mail(60, lambda: False)
    assert not _idles(meddler)


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


class Waiting:
    """A session in which no mail comes, and time passes as fast as it is waited for."""

    can_idle = True

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.periods: list[float] = []
        monkeypatch.setattr("inboxd.intake.imap_watch.time.monotonic", lambda: self.now)

    def wait_for_mail(self, seconds: float, _ended: Callable[[], bool]) -> bool:
        """Let the time pass; an IDLE takes a moment longer than it should."""
        self.periods.append(seconds)
        self.now += seconds + 0.01
        return False


@pytest.mark.parametrize(
    ("poll", "most"),
    [(dt.timedelta(minutes=5), 300.0), (dt.timedelta(hours=2), 28 * 60.0), (dt.timedelta(seconds=1), 1.0)],
)
def test_idle_is_asked_for_anew_and_ends_with_the_safety_poll(
    poll: dt.timedelta, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However quiet it is, the folder is looked at every ``poll``, and no IDLE lasts 29 minutes (RFC 2177 3)."""
    nowhere = ImapAccount("127.0.0.1", 1, "none", "ada", SecretSource(), "INBOX", poll=poll)
    session: Any = Waiting(monkeypatch)
    watch = FolderWatch(Folder(nowhere, cast("Any", None), cast("Any", None)), Stop())

    watch._wait(session)

    assert max(session.periods) <= most < 29 * 60
    assert most <= session.now - 1000.0 < most + 1
    assert session.periods[:-1] == [2.0**power for power in range(len(session.periods) - 1)]


def test_the_safety_poll_is_every_five_minutes_unless_said_otherwise() -> None:
    """What nobody wrote into config.toml is five minutes of poll and a minute of patience with the server."""
    account = ImapAccount("127.0.0.1", 1, "none", "ada", SecretSource(), "INBOX")
    assert (account.poll, account.timeout) == (dt.timedelta(minutes=5), dt.timedelta(minutes=1))


def test_a_server_that_says_nothing_in_idle_is_given_up(silent_server: int) -> None:
    """A server that does not even end IDLE costs the time-out of the account, not the thread."""
    account = ImapAccount(
        "127.0.0.1", silent_server, "none", "ada", SecretSource(), "INBOX", timeout=dt.timedelta(seconds=0.3)
    )
    with contextlib.closing(Session(_connect(account))) as session:
        began = time.monotonic()
        with pytest.raises(ConnectionLostError):
            session.wait_for_mail(0.2, lambda: False)
        assert time.monotonic() - began < 5


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of a server that greets, begins IDLE, and never says another word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError), listener.accept()[0] as peer, peer.makefile("rb") as lines:
                peer.sendall(b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n")
                for line in lines:
                    tag, _, command = line.strip().partition(b" ")
                    peer.sendall(b"+ idling\r\n" if command == b"IDLE" else b"")
                    if command == b"CAPABILITY":
                        peer.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n" + tag + b" OK done\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def test_a_mail_told_by_idle_becomes_a_ticket(
    lite_stage: Any, mailbox: Any, meddler: Any, mail: Mail
) -> None:
    """From the mailbox to a ticket with nothing but IDLE to tell of it: no poll is due for an hour."""
    mailbox.engine = lite_stage.desk.engine
    mailbox.changes = {"poll": dt.timedelta(hours=1)}
    with _watching(mailbox) as accepted:
        _until(lambda: _idles(meddler))
        mailbox.put(mail("Where is my order?"))
        assert accepted.wait(10.0)
    assert process_one(lite_stage.desk)
    assert len(lite_stage.tickets) == 1
