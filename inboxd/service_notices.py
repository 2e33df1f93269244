"""What systemd is told of a ``Type=notify`` service: that it serves, that it ends, and that it still lives (sd_notify(3)).

Where nobody listens (no NOTIFY_SOCKET) all of it is nothing.
"""

import os
import socket
import time

READY = "READY=1"
STOPPING = "STOPPING=1"
_ALIVE = "WATCHDOG=1"
_SOCKET = "NOTIFY_SOCKET"
_INTERVAL = "WATCHDOG_USEC"
_PROCESS = "WATCHDOG_PID"
_PATIENCE_SECONDS = 0.5


def notify(state: str) -> bool:
    """Tell the service manager; return False when there is none or it cannot be reached."""
    address = os.environ.get(_SOCKET, "")
    if not address.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
            # A manager that does not read must not stop the desk: after a dozen notices its socket is full.
            told.settimeout(_PATIENCE_SECONDS)
            # "@" stands for the NUL of Linux' abstract names, which no environment variable can hold.
            told.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
    except OSError:
        return False
    return True


class Watchdog:
    """Says "alive" as often as the service manager wants to hear it; it restarts whoever falls silent."""

    def __init__(self) -> None:
        mine = os.environ.get(_PROCESS, str(os.getpid())) == str(os.getpid())
        wanted = os.environ.get(_INTERVAL, "")
        # sd_watchdog_enabled(3): half of the time is often enough; a third forgives a slow moment.
        self._every = int(wanted) / 1e6 / 3 if mine and wanted.isdecimal() else 0.0
        self._next = 0.0

    def beat(self) -> None:
        """Say it when it is due; to be called by the thread whose standstill means that nothing works any more."""
        now = time.monotonic()
        if self._every and now >= self._next:
            self._next = now + self._every
            notify(_ALIVE)
