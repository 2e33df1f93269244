"""The first contact with a large folder: speed, memory, kill -9 in the middle, and live mail meanwhile (``make bench-archive``).

    python benchmarks/imap_archive.py [--mails 100000] [--until-filed]

A real Dovecot with a Maildir of small old mails, and a real ``inboxd run``. At a third of the way the desk is killed and
started again; after that a new mail is delivered every few seconds. It ends when every mail is committed, or with
``--until-filed`` when the worker has filed every one. Exit code 1 when a mail is missing or doubled, or when anything
was written because of an old one.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from surgery_desk import Desk
from surgery_dovecot import PROGRAM, USER, Dovecot

_OLD = """\
From: Customer {person} <customer{person}@shop{shop}.example>
To: support@acme.test
Subject: Old question {number}
Date: {date}
Message-ID: <old{number}@shop.example>
Content-Type: text/plain; charset=utf-8

Hello,

my order {number} has not come. What can I do about it?

Regards
Customer {person}
"""
_LIVE = """\
From: New customer {number} <new{number}@new{number}.example>
To: support@acme.test
Subject: New question {number}
Message-ID: <new{number}@new.example>
Content-Type: text/plain; charset=utf-8

Hello, where is my invoice {number}?
"""
_FETCHED = "select count(*) from mail"
_FILED = "select count(*) from mail where state != 'accepted'"
_LIVE_DONE = "select count(*) from mail where message_id like '<new%' and state != 'accepted'"
_TWICE = "select count(*) - count(distinct message_id) from mail"
_WRITTEN = "select count(*) from outbox join mail on mail.id = outbox.mail_id where mail.imported"
_LIVE_EVERY_SECONDS = 5.0


def main() -> int:
    """Run the scenario once and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--until-filed", action="store_true", help="wait until the worker has filed them all")
    arguments = parser.parse_args()
    if PROGRAM is None:
        print("NOT RUN: Dovecot is not installed (Debian: dovecot-imapd)")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="inboxd-archive-"))
    server = Dovecot(folder)
    _fill(server, arguments.mails)
    server.start()
    desk = Desk(folder, server.port, {"INBOX": ""})
    try:
        return _run(desk, server, arguments.mails, _FILED if arguments.until_filed else _FETCHED)
    finally:
        desk.kill()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _run(desk: Desk, server: Dovecot, mails: int, goal: str) -> int:
    watch = _Memory(desk)
    began = time.monotonic()
    desk.start()
    _until(lambda: desk.counts(_FETCHED)[0] >= mails / 3, watch)
    desk.kill()
    at_kill = desk.counts(_FETCHED)[0]
    desk.start()
    _until(lambda: desk.counts(_FETCHED)[0] > at_kill, watch)
    live: list[float] = []
    while (waiting := mails + len(live) - desk.counts(goal)[0]) > 0 or not live:
        live.append(_deliver_live(desk, server, len(live), watch))
        print(f"  {waiting} mails to go, front {watch.now[0]:.0f} MB", file=sys.stderr)
        again = time.monotonic() + _LIVE_EVERY_SECONDS
        while time.monotonic() < again and desk.counts(goal)[0] < mails + len(live):
            watch.look()
            time.sleep(0.1)
    seconds = time.monotonic() - began
    missing = mails + len(live) - desk.counts(_FETCHED)[0]
    twice, written = desk.counts(_TWICE)[0], desk.counts(_WRITTEN)[0]
    filed = desk.counts(_FILED)[0]
    print(f"{mails} old mails; the desk was killed (SIGKILL) and started again after {at_kill}")
    print(
        f"committed {mails} ({mails / seconds:.0f}/s) and filed {filed} ({filed / seconds:.0f}/s) in {seconds:.0f} s"
    )
    print(f"memory at most   {watch.most[0]:.0f} MB front, {watch.most[1]:.0f} MB worker")
    print(
        f"live meanwhile   {len(live)} mails became tickets after {statistics.median(live):.2f} s in the median, "
        f"{max(live):.2f} s at most"
    )
    print(f"missing {missing}, doubled {twice}, written because of an old mail {written}")
    return int(bool(missing or twice or written))


class _Memory:
    """The resident megabytes of front and worker, now and at most."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.now = [0.0, 0.0]
        self.most = [0.0, 0.0]

    def look(self) -> None:
        """Look once more."""
        for place, pid in enumerate(self._desk.processes()[:2]):
            try:
                lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
            except FileNotFoundError:
                continue
            self.now[place] = next(
                (int(one.split()[1]) / 1024 for one in lines if one.startswith("VmRSS:")), 0.0
            )
            self.most[place] = max(self.most[place], self.now[place])


def _deliver_live(desk: Desk, server: Dovecot, number: int, watch: _Memory) -> float:
    """Deliver a mail; return the seconds until it is a ticket."""
    before = desk.counts(_LIVE_DONE)[0]
    began = time.monotonic()
    server.tool("dovecot-lda", "-d", USER, "-m", "INBOX", stdin=_LIVE.format(number=number).encode())
    _until(lambda: desk.counts(_LIVE_DONE)[0] > before, watch)
    return time.monotonic() - began


def _until(true: Callable[[], bool], watch: _Memory) -> None:
    while not true():
        watch.look()
        time.sleep(0.1)


def _fill(server: Dovecot, mails: int) -> None:
    """Write a Maildir of mails of the last year, the newest a month old, five minutes apart."""
    cur = server.maildir / "cur"
    for path in (server.maildir / "new", server.maildir / "tmp", cur):
        path.mkdir(parents=True)
    first = time.time() - 30 * 86_400 - mails * 300  # noqa: TID251  a script has no injected clock
    for number in range(mails):
        at = first + number * 300
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(at))
        text = _OLD.format(number=number, person=number % 5000, shop=number % 900, date=date)
        path = cur / f"{int(at)}.M{number}P1.test:2,S"
        path.write_text(text, "ascii")
        os.utime(path, (at, at))
    home = server.maildir.parent.parent.stat()
    for path in (server.maildir.parent, server.maildir, *server.maildir.rglob("*")):
        os.chown(path, home.st_uid, home.st_gid)


if __name__ == "__main__":
    sys.exit(main())
