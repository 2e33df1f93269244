"""The daemon as it really runs: two processes on a free port, killed with SIGKILL where it hurts."""

import contextlib
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bare_daemon import kill_daemon, start_daemon, write_desk
from journey_stage import free_port

from inboxd.core.parse import parse
from inboxd.store import tickets
from inboxd.store.engine import open_engine, read

_DEADLINE = 60.0
_POLL = 0.02
_MAIL = (
    b"From: Eve Sand <eve@sand.example>\r\nTo: support@acme.test\r\nSubject: Zeppelins\r\n"
    b"Message-ID: <%s@sand.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Do you repair zeppelins?\r\n"
)
_ONE_OF_EACH = {"acknowledgement": 1, "notification": 1}

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the worker through /proc")


@dataclass(slots=True)
class Daemon:
    """A running ``inboxd run`` and the folder it works in."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    def worker(self) -> int:
        """Return the process id of the worker, once there is one."""
        return int(_wait_for(self._children, "a worker")[0])

    def hand_over(self, name: bytes) -> tuple[int, bytes]:
        """Send a mail; return what the server said to it."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.ehlo()
            client.mail("eve@sand.example")
            client.rcpt("support@acme.test")
            return client.data(_MAIL % name)

    def _children(self) -> list[str]:
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            # A thread may end while we look at it.
            with contextlib.suppress(FileNotFoundError):
                found += task.read_text().split()
        return found


@pytest.fixture
def daemon(store_url: str, tmp_path: Path) -> Iterator[Daemon]:
    """Run a desk as two processes, without articles, so that no model is loaded."""
    folder, port = tmp_path / "desk", free_port()
    write_desk(folder, port, f"[store]\nurl = {json.dumps(store_url)}\n")
    running = Daemon(folder, port, start_daemon(folder))
    try:
        _wait_for(lambda: _answers(port), "the SMTP server")
        yield running
    finally:
        kill_daemon(running.process)


def test_killed_between_accept_and_apply(daemon: Daemon, store_url: str) -> None:
    """A mail that got its 250 survives kill -9 of everything: the next run files it once and acknowledges it once."""
    os.kill(daemon.worker(), signal.SIGSTOP)
    code, _ = daemon.hand_over(b"one")
    kill_daemon(daemon.process)
    before = _tickets(store_url)
    _run_until_idle(daemon.folder)

    assert code == 250
    assert before == []
    assert _tickets(store_url) == [1]
    assert _kinds_sent(daemon.folder) == _ONE_OF_EACH


def test_worker_killed_and_back(daemon: Daemon, store_url: str) -> None:
    """While the worker is dead mail is accepted all the same, and filed by the next one; SIGTERM then ends all of it."""
    first = daemon.worker()
    os.kill(first, signal.SIGKILL)
    code, _ = daemon.hand_over(b"one")
    _wait_for(lambda: _kinds_sent(daemon.folder) == _ONE_OF_EACH, "receipt and notification")
    second = daemon.worker()
    daemon.process.terminate()
    exit_code = daemon.process.wait(_DEADLINE)

    assert code == 250
    assert _tickets(store_url) == [1]
    assert second != first
    assert exit_code == 0
    assert not Path(f"/proc/{second}").exists()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as client:
        return client.recv(3) == b"220"
    return False


def _wait_for(ask: Callable[[], Any], what: str) -> Any:
    """Ask until the answer is yes; fail after the deadline."""
    until = time.monotonic() + _DEADLINE
    while time.monotonic() < until:
        answer = ask()
        if answer:
            return answer
        time.sleep(_POLL)
    raise AssertionError(f"waited {_DEADLINE:.0f} s for {what} in vain")


def _run_until_idle(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inboxd", "run", "--until-idle"],
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def _tickets(store_url: str) -> list[int]:
    engine = open_engine(store_url)
    with read(engine) as connection:
        found = [one.number for one in tickets.list_tickets(connection)]
    engine.dispose()
    return found


def _kinds_sent(folder: Path) -> Counter[str]:
    box = folder / "var" / "outgoing" / "new"
    return Counter(parse(path.read_bytes()).header("X-Inboxd-Kind") for path in box.glob("*"))
