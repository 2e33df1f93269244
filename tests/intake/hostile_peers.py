"""What hostile and honest senders do at a port, and where their mails arrive."""

import smtplib
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from inboxd.core.own_addresses import OwnAddresses
from inboxd.intake.accept import Arrival
from inboxd.intake.group_commit import GroupCommit
from inboxd.store.accepting import Accepted

SUPPORT = "support@acme.test"
OWN = OwnAddresses(frozenset({SUPPORT}))
RAW = b"Subject: x\r\n\r\nHow?\r\n"


class Taken(GroupCommit):
    """Says yes to everything at once, or to nothing while ``open`` is False."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.waiting: list[Future[Accepted]] = []
        self.open = True

    def submit(self, arrival: Arrival) -> "Future[Accepted]":
        """Keep the mail."""
        future: Future[Accepted] = Future()
        self.arrivals.append(arrival)
        self.waiting.append(future)
        if self.open:
            future.set_result(Accepted(len(self.arrivals), duplicate=False))
        return future


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def connect(port: int, source: str = "127.0.0.1") -> socket.socket:
    """Return a connection from an address of this machine; all of 127.0.0.0/8 is."""
    return socket.create_connection(("127.0.0.1", port), 20, source_address=(source, 0))


def until_closed(client: socket.socket) -> bytes:
    """Return all that is said until the connection ends."""
    said = b""
    try:
        while chunk := client.recv(65_536):
            said += chunk
    except ConnectionResetError:
        pass
    return said


def deliver(port: int, source: str = "127.0.0.9", raw: bytes = RAW) -> tuple[int, bytes]:
    """Send a mail as an honest client does; return the answer to it."""
    with smtplib.SMTP("127.0.0.1", port, "mx.example", 20, source_address=(source, 0)) as client:
        client.ehlo()
        client.mail("eve@sand.example")
        client.rcpt(SUPPORT)
        return client.data(raw)


def greeting(port: int, source: str) -> bytes:
    """Return the code that an address of this machine is greeted with."""
    with connect(port, source) as client:
        return client.recv(3)


def read_until(client: socket.socket, mark: bytes) -> bytes:
    """Return what is said until a mark in it, or the end."""
    said = b""
    while mark not in said and (chunk := client.recv(65_536)):
        said += chunk
    return said


def all_gone(controller: Any) -> bool:
    """Return whether no connection is left, for the system and for the server, which hears of a reset a moment later."""
    return connections(controller.port) == 0 and not controller._gate._inside


def connections(port: int) -> int:
    """Return how many connections to a port of ours are open in this process; 0 where nobody can say."""
    table = Path("/proc/self/net/tcp")
    if not table.exists():
        return 0
    local = f":{port:04X}"
    rows = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
    # proc(5): local address, remote address, state (0A: listening, 06: TIME_WAIT, which no process has).
    return sum(row[1].endswith(local) and row[3] not in {"0A", "06"} for row in rows)


def wait_for(ask: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < until
        time.sleep(0.02)
