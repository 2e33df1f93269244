"""What a desk costs that lives: memory, the start until mail is taken and answered, and doing nothing."""

import base64
import contextlib
import os
import smtplib
import socket
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench_table import (
    Line,
    NotRun,
    Row,
    children_of,
    median_of,
    peak_of,
    processor_of,
    resident_of,
    share_of,
)
from surgery_dovecot import PROGRAM, Dovecot
from throughput import new_desk, running, send_all, wait_until_filed

STARTS = 3
_SETTLE_SECONDS = 8.0
_LARGE = 34_900_000
_QUESTION = """\
From: Ann <ann@customer{number}.example>
To: support@acme.test
Subject: Refund
Message-ID: <{number}.first@customer{number}.example>
Content-Type: text/plain; charset=utf-8

Hello, {words}
"""
# Of one text that comes from everywhere only the first two are answered, of one domain the first three: each start asks
# in other words and from elsewhere.
_WORDS = (
    "how do I get my money back?",
    "I want my money back, how do I get it?",
    "can you tell me how I get my money back?",
    "how can I get a refund, please?",
    "please tell me how to get my money back.",
)
_ANSWER_SECONDS = 120.0
_LETTER = """\
From: Big <big@customer.example>
To: support@acme.test
Subject: Something large, number {number}
Message-ID: <{number}.large@customer.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

It is attached.
--b
Content-Type: {kind}

"""
_FILE = 'application/zip; name="a.zip"\nContent-Transfer-Encoding: base64'


def memory_rows() -> list[Line]:
    """Return the resident memory of front and worker, without and with a model, and while a large mail passes."""
    lines: list[Line] = []
    for articles, goal in ((False, 90.0), (True, 320.0)):
        with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as name:
            desk, port = new_desk(Path(name), articles=articles)
            with running(desk, port) as process:
                send_all(port, 40, 4)
                wait_until_filed(desk, 40)
                (worker,) = children_of(process.pid)
                which = "with the model" if articles else "without a model"
                lines.append(_memory(f"memory, worker {which}", worker, goal))
                if not articles:
                    lines.append(_memory("memory, front", process.pid, 60))
                    lines += _large_mails(desk, port, (process.pid, worker))
    return lines


def start_rows(starts: int = STARTS) -> list[Line]:
    """Return how long after its start a desk takes the first mail, and has answered one by itself."""
    taken, answered, processor = [], [], []
    with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as name:
        desk, port = new_desk(Path(name), articles=True)
        for number in range(starts):
            began = time.perf_counter()
            with running(desk, port) as process:
                raw = _QUESTION.format(number=number, words=_WORDS[number % len(_WORDS)])
                with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
                    client.sendmail(f"ann@customer{number}.example", "support@acme.test", raw)
                taken.append(time.perf_counter() - began)
                with _store(desk) as store:
                    while not store.execute(_ANSWERED, (number,)).fetchone()[0]:
                        if time.perf_counter() - began > _ANSWER_SECONDS:
                            return [NotRun("start to first automatic answer", "there was none")]
                        time.sleep(0.01)
                answered.append(time.perf_counter() - began)
                processor.append(sum(map(processor_of, (process.pid, *children_of(process.pid)))))
    beside = f"{median_of(processor):.1f} s of processor of both processes until then"
    return [
        Row("start to first accepted mail", median_of(taken), "s", 1.5, least=False),
        Row("start to first automatic answer", median_of(answered), "s", 2.0, least=False, beside=beside),
    ]


def idle_rows(seconds: float = 60.0) -> list[Line]:
    """Return the processor a desk with one IDLE folder needs when nothing happens."""
    if PROGRAM is None:
        return [NotRun("idle", "Dovecot is not installed (Debian: dovecot-imapd)")]
    from surgery_desk import Desk  # noqa: PLC0415  what needs Dovecot

    with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as name:
        server = Dovecot(Path(name))
        server.start()
        desk = Desk(Path(name), server.port, {"INBOX": ""})
        try:
            desk.start()
            time.sleep(_SETTLE_SECONDS)
            before = sum(map(processor_of, desk.processes()))
            time.sleep(seconds)
            share = (sum(map(processor_of, desk.processes())) - before) / seconds * 100
        finally:
            desk.kill()
            server.stop()
    return [Row("idle with one IDLE folder", share, "% of a core", 0.5, least=False)]


_ANSWERED = "select count(*) > ? from outbox where kind = 'answer' and state = 'sent'"


@contextlib.contextmanager
def _store(desk: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(desk / "var" / "inboxd.db", timeout=30)) as store:
        yield store


def _memory(what: str, pid: int, goal: float) -> Row:
    beside = f"{share_of(pid):.0f} where what front and worker share counts half"
    return Row(what, resident_of(pid), "MB", goal, least=False, beside=beside)


def _large_mails(desk: Path, port: int, processes: tuple[int, int]) -> list[Line]:
    """Return by how much front and worker grew at most while mails of 35 MB passed: one of text, one with a file."""
    lines: list[Line] = []
    line = b"Far out in the uncharted backwaters of the unfashionable end of the galaxy.\n"
    for number, (what, kind, body) in enumerate(
        (
            ("of text", "text/plain", line * (_LARGE // (len(line) + 1))),
            ("with a file", _FILE, base64.encodebytes(os.urandom(_LARGE * 57 // 78))),
        )
    ):
        for pid in processes:
            # proc(5): the highest mark begins again at what is resident now.
            Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")
        before = [resident_of(pid) for pid in processes]
        raw = _LETTER.format(number=number, kind=kind).encode("ascii") + body + b"--b--\n"
        with contextlib.suppress(socket.timeout), smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
            client.sendmail("big@customer.example", "support@acme.test", raw)
        wait_until_filed(desk, 41 + number)
        front, worker = (peak_of(pid) - was for pid, was in zip(processes, before, strict=True))
        name = f"memory, while a 35 MB mail {what} passes"
        beside = f"front {front:.0f}, worker {worker:.0f}"
        lines.append(Row(name, front + worker, "MB more", 150, least=False, beside=beside))
    return lines
