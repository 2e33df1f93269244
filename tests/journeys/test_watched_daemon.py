"""A running daemon looked at from outside: its figures, its health and its log, also when the worker dies."""

import json
import os
import re
import signal
import smtplib
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bare_daemon import kill_daemon, start_daemon, write_desk
from journey_stage import free_port

_DEADLINE = 60.0
_MAIL = (
    b"From: Eve Sand <eve@sand.example>\r\nTo: support@acme.test\r\nSubject: Zeppelins\r\n"
    b"Message-ID: <%s@sand.example>\r\n\r\nDo you repair zeppelins?\r\n"
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the worker through /proc")


@dataclass(slots=True)
class Watched:
    """A running desk, the port of its SMTP server and that of its figures."""

    folder: Path
    smtp: int
    http: int
    process: "subprocess.Popen[bytes]"
    manager: socket.socket

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of an answer; (0, "") while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def figure(self, name: str) -> float:
        """Return one sample; -1 while it is not there."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return float(found[1]) if found else -1.0

    def hand_over(self, name: bytes) -> None:
        """Send a mail by SMTP."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=30) as client:
            client.sendmail("eve@sand.example", ["support@acme.test"], _MAIL % name)

    def worker(self) -> int:
        """Return the process id of the worker."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return int(next(words[0] for one in tasks if (words := one.read_text().split())))

    @property
    def log(self) -> list[dict[str, Any]]:
        """Return every event that was logged."""
        return [json.loads(line) for line in (self.folder / "log").read_text("utf-8").splitlines()]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Run a desk with figures, without articles, so that no model is loaded."""
    folder, smtp, http = tmp_path / "desk", free_port(), free_port()
    write_desk(folder, smtp, f'[metrics]\nlisten = "127.0.0.1:{http}"\n')
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    manager.settimeout(_DEADLINE)
    process = start_daemon(folder, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="600000")
    running = Watched(folder, smtp, http, process, manager)
    try:
        _wait_for(lambda: running.get("/healthz")[0] == 200)
        yield running
    finally:
        kill_daemon(process, _DEADLINE)
        manager.close()


def test_watched_through_a_worker_s_death(watched: Watched) -> None:
    """What stages took is counted through the death of a worker; health says that it is dead, and that it is back."""
    watched.hand_over(b"one")
    _wait_for(lambda: watched.figure('inboxd_transmissions_total{outcome="sent"}') == 2)
    _wait_for(lambda: watched.figure('inboxd_stage_seconds_count{stage="apply"}') == 1)

    os.kill(watched.worker(), signal.SIGKILL)
    _wait_for(lambda: watched.figure("inboxd_worker_deaths_total") == 1)
    _wait_for(lambda: watched.get("/healthz")[0] == 200)
    watched.hand_over(b"two")
    _wait_for(lambda: watched.figure('inboxd_stage_seconds_count{stage="apply"}') == 2)

    assert watched.figure('inboxd_accepted_mails_total{source="smtp"}') == 2
    assert watched.figure('inboxd_stage_seconds_count{stage="accept"}') == 2
    assert watched.figure("inboxd_queue_wait_seconds_count") == 2
    for stage in ("parse", "authenticate", "thread", "classify", "decide"):
        assert watched.figure(f'inboxd_stage_seconds_count{{stage="{stage}"}}') == 2
    assert watched.figure('inboxd_stage_seconds_count{stage="transmit"}') >= 2


def test_the_life_of_one_mail_in_the_log(watched: Watched) -> None:
    """Every line is one event; those about a mail have its id, from the acceptance to the peer's answer; no words of it."""
    watched.hand_over(b"one")
    watched.hand_over(b"one")
    _wait_for(lambda: sum(one["action"] == "transmitted" for one in watched.log) == 2)

    of_the_mail = {one["action"] for one in watched.log if one.get("mail_id") == 1}
    about_mail = {"accepted", "duplicate", "enqueued", "processed", "transmitted"}
    assert about_mail <= of_the_mail
    assert not [one for one in watched.log if one["action"] in about_mail and one.get("mail_id") != 1]
    said = (watched.folder / "log").read_text("utf-8").lower()
    assert "zeppelin" not in said
    assert "eve@" not in said


def test_systemd_hears_of_it(watched: Watched) -> None:
    """The service manager is told once mail is taken, again and again that the desk lives, and when it ends."""
    first = watched.manager.recv(100)
    watched.hand_over(b"one")
    second = watched.manager.recv(100)
    watched.process.terminate()
    exit_code = watched.process.wait(_DEADLINE)
    last = second
    while last == b"WATCHDOG=1":
        last = watched.manager.recv(100)

    assert (first, second, last) == (b"READY=1", b"WATCHDOG=1", b"STOPPING=1")
    assert exit_code == 0


def _wait_for(ask: Callable[[], bool]) -> None:
    until = time.monotonic() + _DEADLINE
    while not ask():
        assert time.monotonic() < until
        time.sleep(0.05)
