"""Three daemons on one PostgreSQL, each killed in its turn: nothing lost, nothing twice, everything in order."""

import contextlib
import json
import os
import smtplib
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bare_daemon import kill_daemon, start_daemon, write_desk
from imap_servers import ImapServer, run_pymap
from sqlalchemy import Engine, text

from inboxd.core.parse import parse
from inboxd.store.engine import read
from inboxd.store.wakeups import Wake, tell

_DEADLINE = 90.0
_PATIENCE = 420.0
_WRITERS, _EACH = 12, 4
_MAIL = (
    b"From: Writer %(writer)d <writer%(writer)d@w%(writer)d.example>\r\nTo: support@acme.test\r\nSubject: %(re)sCase %(writer)d\r\n"
    b"Message-ID: <w%(writer)d.n%(number)d@w.example>\r\n%(refers)sMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nThis is word %(number)d of case %(writer)d.\r\n"
)
# Asks of the row alone, which is looked at again when a daemon has just claimed it: the first attempt books a minute.
# What is due already stays as it is: moved on and on, it would run ahead of whoever is about to take it.
_AGAIN = text(
    "update outbox set next_attempt_at = now() where state = 'queued' and attempts = 1 "
    "and next_attempt_at between now() and now() + interval '55 s'"
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="kills process groups")


@dataclass(slots=True)
class Daemon:
    """One of the daemons: its folder, its port, and its process while it lives."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it; it listens a moment later."""
        self.process = start_daemon(self.folder)

    def kill(self) -> None:
        """Kill front and worker at once, as a power cut would."""
        process, self.process = self.process, None
        if process is not None:
            kill_daemon(process, _DEADLINE)

    def listens(self) -> bool:
        """Return whether it takes mail."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as client:
            return client.recv(3) == b"220"
        return False

    def has(self, pid: int) -> bool:
        """Return whether a process is one of its own."""
        with contextlib.suppress(ProcessLookupError):
            return self.process is not None and os.getpgid(pid) == self.process.pid
        return False


@dataclass(slots=True)
class Company:
    """Three daemons, the store they share, the smarthost they send by, and the mailbox one of them reads."""

    daemons: list[Daemon]
    engine: Engine
    smarthost: Any
    imap: ImapServer
    acknowledged: list[str] = field(default_factory=list)

    def ask(self, sql: str) -> list[Any]:
        """Return what the store says."""
        with read(self.engine) as connection:
            return list(connection.execute(text(sql)))

    def leader_of(self, duty: str) -> Daemon | None:
        """Return the living daemon that has a duty."""
        found = self.ask(f"select holder from leader where name = '{duty}'")  # noqa: S608  words of the test
        pid = int(found[0][0].rpartition(":")[2]) if found else 0
        return next((one for one in self.daemons if pid and one.has(pid)), None)

    def send(self, writer: int, number: int) -> None:
        """Hand a mail to whoever takes it, as a sending server would: the same one again until somebody says 250."""
        refers = b"In-Reply-To: <w%d.n%d@w.example>\r\n" % (writer, number - 1) if number else b""
        words = {b"writer": writer, b"number": number, b"refers": refers, b"re": b"Re: " if number else b""}
        raw, until = _MAIL % words, time.monotonic() + _DEADLINE
        for turn in range(10_000):
            daemon = self.daemons[(writer + number + turn) % len(self.daemons)]
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                smtplib.SMTP("127.0.0.1", daemon.port, timeout=20) as client,
            ):
                client.sendmail(f"writer{writer}@w{writer}.example", "support@acme.test", raw)
                self.acknowledged.append(f"<w{writer}.n{number}@w.example>")
                return
            assert time.monotonic() < until, "nobody takes mail"
            time.sleep(0.05)


@pytest.fixture
def company(shared_url: str, shared_engine: Engine, sink: Any, tmp_path: Path) -> Iterator[Company]:
    """Start three daemons without articles, so that no model is loaded."""
    smarthost = sink()
    with run_pymap() as imap:
        with imap.client() as client:
            client.create_folder("Desk")
        daemons = [
            _daemon(tmp_path / name, free_port(), shared_url, smarthost.port, imap)
            for name in ("a", "b", "c")
        ]
        try:
            for one in daemons:
                one.start()
            for one in daemons:
                _wait_for(one.listens, "an SMTP server")
            yield Company(daemons, shared_engine, smarthost, imap)
        finally:
            for one in daemons:
                one.kill()


def test_each_is_killed_in_turn(company: Company, record_property: Any) -> None:
    """Whoever has the calendar, then whoever reads the mailbox, then the third dies: another takes over within 30 s.

    Every mail somebody said 250 to, and every mail of the mailbox, is one message on one ticket, in the order it came;
    every mail of ours left once, or again with the same Message-ID where its daemon died between 250 and record.
    """
    folder = f"folder Desk of {company.imap.user}@127.0.0.1"
    writing = threading.Thread(target=_write_all, args=(company,))
    writing.start()
    # What lies there at the first contact is history, and nobody is answered.
    _wait_for(lambda: company.ask("select 1 from cursor where polled_at is not null"), "the first look")
    _put(company.imap, range(3))
    killed: list[Daemon] = []
    for duty in ("calendar", folder):
        leader = _wait_for(lambda duty=duty: company.leader_of(duty), f"somebody with {duty}")
        took = _kill_and_wait(company, leader, duty)
        record_property(f"takeover of {duty}", round(took, 1))
        assert took < 30
        killed.append(leader)
        leader.start()
        _put(company.imap, range(3 * len(killed), 3 * len(killed) + 3))
    last = next((one for one in company.daemons if one not in killed), company.daemons[-1])
    last.kill()
    last.start()
    writing.join(_DEADLINE)
    assert len(company.acknowledged) == _WRITERS * _EACH
    # What died with its daemon is due again by itself; how soon depends on what it was (RFC 5321 4.5.4.1).
    _wait_for(lambda: _is_settled(company, _WRITERS * _EACH + 9), "the end of all work", _PATIENCE)

    lines = company.ask(
        "select m.message_id, l.ticket_number, l.mail_id from mail m left join message l "
        "on l.mail_id = m.id and l.direction = 'in' order by l.ticket_number, l.id"
    )
    assert Counter(one.message_id for one in lines if one.message_id.startswith("<w")) == Counter(
        company.acknowledged
    )
    tickets = {one.message_id: one.ticket_number for one in lines}
    for writer in range(_WRITERS):
        assert len({tickets[f"<w{writer}.n{number}@w.example>"] for number in range(_EACH)}) == 1
    assert [(one.ticket_number, one.mail_id) for one in lines] == sorted(
        (one.ticket_number, one.mail_id) for one in lines
    )
    assert len(set(tickets.values())) == _WRITERS + 9
    _check_outgoing(company)


def _check_outgoing(company: Company) -> None:
    """Compare what the smarthost got with the books, which know of every attempt whose answer nobody heard."""
    got = Counter(parse(raw).message_id for _, _, raw in company.smarthost.got)
    rows = company.ask(
        "select o.message_id, o.state, (select count(*) from attempt a where a.outbox_id = o.id "
        "and a.outcome = 'unknown') as unknown from outbox o"
    )
    assert {one.state for one in rows} == {"sent"}
    assert set(got) == {one.message_id for one in rows}
    assert [one for one in rows if not 1 <= got[one.message_id] <= 1 + one.unknown] == []
    keys = [one[0] for one in company.ask("select once_key from outbox where once_key is not null")]
    assert len(keys) == len(set(keys))
    kinds = Counter(one[0] for one in company.ask("select kind from outbox"))
    assert kinds["acknowledgement"] == _WRITERS + 9


def _is_settled(company: Company, mails: int) -> bool:
    (accepted, waiting) = company.ask(
        "select (select count(*) from mail where state = 'processed'), (select count(*) from outbox where state <> 'sent')"
    )[0]
    if accepted == mails and waiting:
        # An attempt that died with its daemon is due again after a minute; the test need not wait for it.
        with company.engine.begin() as connection:
            if connection.execute(_AGAIN).rowcount:
                tell(connection, Wake.OUTGOING)
    return bool(accepted == mails and not waiting)


def _kill_and_wait(company: Company, leader: Daemon, duty: str) -> float:
    """Kill a leader; return how many seconds later another one has the duty."""
    leader.kill()
    began = time.monotonic()
    _wait_for(lambda: company.leader_of(duty), f"another one with {duty}")
    return time.monotonic() - began


def _write_all(company: Company) -> None:
    for number in range(_EACH):
        for writer in range(_WRITERS):
            company.send(writer, number)
            time.sleep(0.05)


def _put(imap: ImapServer, numbers: range) -> None:
    with imap.client() as client:
        for number in numbers:
            raw = f"From: box{number}@box{number}.example\r\nTo: support@acme.test\r\nSubject: Box {number}\r\nMessage-ID: <box{number}@x.example>\r\n\r\nWhere is box {number}?\r\n"
            client.append("Desk", raw.encode())


def _daemon(folder: Path, port: int, store_url: str, smarthost: int, imap: ImapServer) -> Daemon:
    write_desk(
        folder,
        port,
        f"[store]\nurl = {json.dumps(store_url)}\n"
        f'[[intake.imap]]\nhost = "127.0.0.1"\nport = {imap.port}\ntls = "none"\nuser = "{imap.user}"\n'
        'password_file = "password"\nfolder = "Desk"\nsent = ""\ndrafts = ""\n'
        f'[outgoing]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {smarthost}\ntls = "none"\n',
    )
    (folder / "password").write_text(imap.password)
    return Daemon(folder, port)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(ask: Callable[[], Any], what: str, at_most: float = _DEADLINE) -> Any:
    """Ask until the answer is yes; fail after so many seconds."""
    until = time.monotonic() + at_most
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {at_most:.0f} s for {what} in vain")
