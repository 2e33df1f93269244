"""The desk under the crash driver: a real ``inboxd run`` in a process group of its own, armed to die, killed, and started."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bare_daemon import account_section, take_articles_away
from crash_stores import Database
from surgery_dovecot import PASSWORD, USER, free_port

_START_SECONDS = 90.0
_POLL = 0.01
_CONFIG = """
[store]
url = {url}

[digest]
enabled = false

[limits]
per_ticket = ["100000 in 1h"]
per_recipient = ["100000 in 1h"]
per_peer = ["100000 in 1h"]
same_body = "100000 in 1h"
brake = "100000 in 1h"
"""
_OUTGOING = """[outgoing]
transport = "smtp"
host = "127.0.0.1"
port = {port}
tls = "none"
timeout = "10s"
"""
_ACCOUNT = """\
poll = "5s"
sent = ""
drafts = ""
"""
WATCHED: Mapping[str, str] = {"INBOX": 'after = "leave"', "Support": 'after = "move"\nmove_to = "Done"'}


class Desk:
    """One desk without articles. ``up`` is set while somebody listens; ``ends`` counts how it ended."""

    def __init__(self, folder: Path, database: Database, sink_port: int, imap_port: int) -> None:
        self.folder = folder / "desk"
        self.port = free_port()
        self._programs = database.programs
        self.up = threading.Event()
        self.ends: Counter[str] = Counter()
        self.peak: dict[str, float] = {"front": 0.0, "worker": 0.0}
        self._log = (folder.parent / "desk.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self.run("init", str(self.folder), cwd=folder)
        take_articles_away(self.folder)
        (self.folder / "password").write_text(PASSWORD, "ascii")
        self._configure(database.url, sink_port, imap_port)

    def _configure(self, store_url: str, sink_port: int, imap_port: int) -> None:
        config = self.folder / "config.toml"
        text = config.read_text("utf-8").replace("127.0.0.1:8025", f"127.0.0.1:{self.port}")
        text = re.sub(
            r"\[outgoing\]\n.*?(?=\n\[|\Z)", _OUTGOING.format(port=sink_port), text, flags=re.DOTALL
        )
        text += _CONFIG.format(url=json.dumps(store_url))
        for name, after in WATCHED.items():
            text += account_section(imap_port, USER, name, timeout="5s", more=_ACCOUNT + after)
        config.write_text(text, "utf-8")

    def start(self, fault: str = "") -> bool:
        """Run it, armed with a fault or not; return whether it came to listen before it died."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "inboxd", "run"],
            cwd=self.folder,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            env=_environment(fault, self._programs),
        )
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and self.lives():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                self.up.set()
                return True
            time.sleep(_POLL)
        return False

    def lives(self) -> bool:
        """Return whether it runs."""
        return self._process is not None and self._process.poll() is None

    def wait_for_death(self, seconds: float) -> bool:
        """Return True once it has died of its fault, False when it still lives by then."""
        try:
            if self._process is not None:
                self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self.bury()
        return True

    def bury(self) -> None:
        """Note how it ended, and end what is left of its group."""
        self.up.clear()
        if self._process is not None:
            code = self._process.poll()
            self.ends["killed" if code == -signal.SIGKILL else f"ended with {code}"] += 1
            self._end_group()
            self._process = None

    def kill(self) -> None:
        """Kill front and worker where they stand (SIGKILL)."""
        self.up.clear()
        if self._process is not None:
            self._end_group()
            self._process.wait()
            self.bury()

    def stop(self) -> int:
        """End it in an orderly way; return its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(90)
        self.bury()
        return code

    def kill_worker(self) -> None:
        """Kill the worker alone."""
        for pid in self.processes()[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def processes(self) -> tuple[int, ...]:
        """Return the process ids of front and worker, in this order."""
        if self._process is None:
            return ()
        pid, found = self._process.pid, []
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, task.read_text("ascii").split())
        return (pid, *found)

    def weigh(self) -> None:
        """Note the largest resident memory of front and worker so far (MB)."""
        for name, pid in zip(("front", "worker"), self.processes(), strict=False):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/status").read_text("ascii")
                found = re.search(r"^VmHWM:\s+(\d+)", text, re.MULTILINE)
                self.peak[name] = max(self.peak[name], int(found[1]) / 1024 if found else 0.0)

    def run(self, *arguments: str, fault: str = "", cwd: Path | None = None, kill_after: float = 0.0) -> int:
        """Run one command of the program, armed or killed after a while; return its exit code."""
        process = subprocess.Popen(
            [sys.executable, "-m", "inboxd", *arguments],
            cwd=cwd or self.folder,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
            env=_environment(fault, self._programs),
        )
        try:
            return process.wait(kill_after or 300)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return process.wait()

    def _end_group(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _environment(fault: str, programs: str) -> dict[str, str]:
    return {**os.environ, "INBOXD_FAULT": fault, "PATH": f"{programs}:{os.environ['PATH']}".lstrip(":")}


def at(point: str, dice: random.Random, most: int) -> str:
    """Return the arming of a point: to die there at one of the first times."""
    return f"{point}@{dice.randrange(1, most + 1)}"
