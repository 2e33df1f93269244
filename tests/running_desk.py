"""A desk as its user starts it: a folder, a config.toml, and `inboxd run` as a program of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_START_SECONDS = 60.0


@dataclass(frozen=True)
class RunningDesk:
    """A desk whose daemon has said that it is ready."""

    config: Path

    def asked(self, *arguments: str) -> Any:
        """Return the document that a command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "inboxd", "-c", str(self.config), *arguments, "--json"],
            capture_output=True,
            check=True,
        )
        return json.loads(done.stdout)

    def tickets(self) -> list[dict[str, Any]]:
        """Return what `inboxd tickets` lists."""
        return list(self.asked("tickets"))


@contextlib.contextmanager
def running_desk(config: Path) -> Iterator[RunningDesk]:
    """Run the daemon of a config.toml, from its READY on until SIGTERM; it must end well."""
    notices = config.with_name("notices")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(notices))
        manager.settimeout(_START_SECONDS)
        daemon = subprocess.Popen(
            [sys.executable, "-m", "inboxd", "-c", str(config), "run"],
            env={**os.environ, "NOTIFY_SOCKET": str(notices)},
            stderr=subprocess.DEVNULL,
        )
        try:
            assert manager.recv(100) == b"READY=1"
            yield RunningDesk(config)
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(_START_SECONDS) == 0
        finally:
            daemon.kill()
            daemon.wait()


def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait for something to become true; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
