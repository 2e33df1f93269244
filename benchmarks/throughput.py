"""Mails a second, latency and memory of a real ``inboxd run`` (``make bench``).

    python benchmarks/throughput.py [--mails 200] [--sessions 10] [--without-articles]

A new desk in a temporary folder, one front and one worker on this machine; every mail a new question of another
customer. *accepted* is over when the last 250 came, *filed* when the worker has made a ticket of the last mail.
"""

import argparse
import contextlib
import os
import signal
import smtplib
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bare_daemon import take_articles_away

_TEXT = """\
From: Customer {number} <customer{number}@shop{number}.example>
To: support@acme.test
Subject: The export of report {number} stops
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <{number}.bench@shop{number}.example>
Content-Type: text/plain; charset=utf-8

Hello,

since the last update the export of report {number} stops in the middle. The file has {number} lines and no end.
{filler}
Can you tell me what to do?

Regards
Customer {number}
"""
_FILLER = """
We use it every morning, because the numbers of the day before are in it and our shop orders by them. Until Thursday
all went well. On Friday the file had half of its lines, and on Monday there were none but the first twenty. I have
signed out and in again, and I have tried another browser on another machine. My colleague sees the same with her own
account, so it cannot be a setting of mine. The report itself shows everything on the screen, only the file is short.

2026-11-23 08:01:12 INFO  export started, 1 job in the queue, user 4711, format csv, zone Europe/Berlin
2026-11-23 08:01:13 INFO  reading 184223 rows from orders_daily, chunk size 5000
2026-11-23 08:01:44 WARN  chunk 5 took 28.4 s, the limit is 30 s
2026-11-23 08:02:15 ERROR chunk 6 timed out after 30.0 s, giving up: orders_daily is locked by vacuum
2026-11-23 08:02:15 INFO  export finished, 20 rows written, 0 errors

The last line says that there were no errors, which is why nobody noticed at first. If it helps I can send the file
itself, or you may look into our account: I have switched on access for your support. We have an inspection on Friday
and need the numbers of this week by then, otherwise we have to type them from the screen.
"""


def main() -> int:
    """Run the scenario once and print its figures."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as folder:
        desk, port = new_desk(Path(folder), articles=not arguments.without_articles)
        started = time.perf_counter()
        with running(desk, port) as process:
            ready = time.perf_counter() - started
            began = time.perf_counter()
            latencies = send_all(port, arguments.mails, arguments.sessions)
            accepted = time.perf_counter() - began
            wait_until_filed(desk, arguments.mails)
            filed = time.perf_counter() - began
            memory = _memory(process.pid)
    cuts = statistics.quantiles(latencies, n=100)
    print(f"{arguments.mails} mails of {len(raw_mail(1)) / 1000:.1f} kB in {arguments.sessions} sessions")
    print(f"listens after  {ready:8.2f} s")
    print(f"accepted       {arguments.mails / accepted:8.0f} mails/s")
    print(f"filed          {arguments.mails / filed:8.0f} mails/s")
    print(f"one delivery   {cuts[49] * 1000:8.1f} ms median, {cuts[98] * 1000:.1f} ms at the 99th percentile")
    print(f"memory         {memory[0]:8.0f} MB front, {memory[1]:.0f} MB worker")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--without-articles", action="store_true", help="no matching: what the rest costs")
    return parser.parse_args()


def new_desk(folder: Path, *, articles: bool) -> tuple[Path, int]:
    """Return a new desk, with its model exported and its articles embedded or without any, and its SMTP port."""
    desk = folder / "desk"
    subprocess.run([sys.executable, "-m", "inboxd", "init", str(desk)], capture_output=True, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = desk / "config.toml"
    config.write_text(config.read_text("utf-8").replace("127.0.0.1:8025", f"127.0.0.1:{port}"), "utf-8")
    if articles:
        # The very first use of a model exports it, which is no part of the figures.
        command = [sys.executable, "-m", "inboxd", "-c", str(config), "kb", "search", "export"]
        subprocess.run(command, capture_output=True, check=True)
    else:
        take_articles_away(desk)
    return desk, port


@contextlib.contextmanager
def running(desk: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a desk from when it listens, with its modules compiled, as where it is installed; give its front."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "inboxd", "run"]
    with (desk / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=desk, stderr=log, stdout=log, env=surroundings)
        try:
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.02)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def send_all(port: int, mails: int, sessions: int) -> list[float]:
    """Send so many mails over so many sessions; return the seconds each took."""

    def session(first: int) -> list[float]:
        seconds = []
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            for number in range(first, mails, sessions):
                begun = time.perf_counter()
                client.sendmail(
                    f"customer{number}@shop{number}.example", "support@acme.test", raw_mail(number)
                )
                seconds.append(time.perf_counter() - begun)
        return seconds

    with ThreadPoolExecutor(sessions) as pool:
        return [second for seconds in pool.map(session, range(sessions)) for second in seconds]


def raw_mail(number: int) -> bytes:
    """Return one new question of a new customer."""
    return _TEXT.format(number=number, filler=_FILLER).encode()


def wait_until_filed(desk: Path, mails: int) -> None:
    """Return once so many mails have been worked on."""
    with contextlib.closing(sqlite3.connect(desk / "var" / "inboxd.db", timeout=30)) as store:
        while store.execute("select count(*) from mail where state = 'processed'").fetchone()[0] < mails:
            time.sleep(0.1)


def _memory(pid: int) -> tuple[float, float]:
    """Return the resident megabytes of the front and of its worker."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return _resident(pid), sum(_resident(int(child)) for child in children)


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    sys.exit(main())
