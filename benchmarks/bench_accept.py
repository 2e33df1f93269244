"""Taking mail over SMTP: the front's intake beside a server that throws mail away, beside Postfix, and on a slow disk."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from bench_postfix import PROGRAM, postfix
from bench_table import Line, NotRun, Row, median_of, processor_of

SIZE = 2000
MAILS = 2000
ROUNDS = 3
SLOW_MS = 8.0
_HERE = Path(__file__).parent

# A server is entered with a folder of its own and gives its port, and the process whose processor time is counted.
Server = Callable[[Path], AbstractContextManager[tuple[int, int]]]


def accept_rows(mails: int = MAILS, rounds: int = ROUNDS) -> list[Line]:
    """Return the rows of taking mail."""
    lines: list[Line] = []
    for sessions in (10, 50):
        ours, thrown, cpu = _against(_server("ours"), _server("throw"), sessions, mails, rounds)
        beside = f"{ours:.0f} and {thrown:.0f} mails/s; processor {cpu:.2f} of theirs"
        lines.append(
            Row(f"accept, {sessions} sessions / aiosmtpd", ours / thrown, "times", 0.7, beside=beside)
        )
        if PROGRAM is None:
            lines.append(
                NotRun(f"accept, {sessions} sessions / Postfix", "Postfix is not installed (Debian: postfix)")
            )
            continue
        ours, other, _ = _against(_server("ours"), postfix, sessions, mails, rounds)
        beside = f"{ours:.0f} and {other:.0f} mails/s to Maildir"
        lines.append(Row(f"accept, {sessions} sessions / Postfix", ours / other, "times", 1.5, beside=beside))
    few = max(mails // 4, 100)
    ours, single, _ = _against(_server("ours", SLOW_MS), _server("single", SLOW_MS), 50, few, 1)
    beside = f"{ours:.0f} and {single:.0f} mails/s at {SLOW_MS:g} ms a fsync (simulated)"
    lines.append(Row("accept, 50 sessions / a commit per mail", ours / single, "times", 10, beside=beside))
    return lines


def send(port: int, sessions: int, mails: int, size: int = SIZE) -> float:
    """Return the seconds until the last mail was taken."""
    command = [sys.executable, str(_HERE / "bench_client.py"), *map(str, (port, sessions, mails, size))]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _against(
    first: Server, second: Server, sessions: int, mails: int, rounds: int
) -> tuple[float, float, float]:
    """Return both rates (mails a second, medians) and the first's processor time by the second's, measured in turn."""
    rates: tuple[list[float], list[float]] = [], []
    cpu: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for at, server in enumerate((first, second)):
            with (
                tempfile.TemporaryDirectory(prefix="inboxd-bench-") as folder,
                server(Path(folder)) as (port, pid),
            ):
                send(port, sessions, sessions)
                before = processor_of(pid)
                rates[at].append(mails / send(port, sessions, mails))
                cpu[at].append(max(processor_of(pid) - before, 0.01))
    return median_of(rates[0]), median_of(rates[1]), median_of(cpu[0]) / median_of(cpu[1])


def _server(kind: str, fsync: float = 0.0) -> Server:
    @contextlib.contextmanager
    def serve(folder: Path) -> Iterator[tuple[int, int]]:
        port = free_port()
        command = [sys.executable, str(_HERE / "bench_server.py"), kind, str(port), str(folder), str(fsync)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=os.environ)
        try:
            wait_for(port)
            yield port, process.pid
        finally:
            process.kill()
            process.wait()

    return serve


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int, seconds: float = 60.0) -> None:
    """Return once somebody listens on the port; raise ``TimeoutError`` when nobody does in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise TimeoutError(f"nobody listens on {port}")
