"""The wire between the desk and its IMAP server: it notes what the desk looked at and when, is cut, and freezes."""

import contextlib
import re
import socket
import threading
import time
from dataclasses import dataclass, field

from surgery_ledger import Poll

_OPENS = re.compile(rb'\S{1,40} (?:SELECT|EXAMINE) "?([^"\r\n]{1,200}?)"?(?: \(|\r|$)', re.IGNORECASE)
_IDLES = re.compile(rb"\S{1,40} IDLE\r", re.IGNORECASE)
_CHUNK = 65536


@dataclass
class _Pair:
    desk: socket.socket
    server: socket.socket
    folder: str = ""
    opened_at: float = 0.0
    looking: bool = False
    # After so many further octets from the server the connection breaks; negative: it does not.
    octets_left: int = -1

    def cut(self) -> None:
        for end in (self.desk, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Wire:
    """Listens on ``port`` and hands on to the server; ``polls`` are the desk's complete looks so far."""

    to_port: int
    polls: list[Poll] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._pairs: list[_Pair] = []
        self._flows = threading.Event()
        self._flows.set()
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Break every connection there is now."""
        for pair in self._alive():
            pair.cut()

    def cut_after(self, octets: int) -> None:
        """Break every connection there is now once the server sent so much more: in the middle of an answer."""
        for pair in self._alive():
            pair.octets_left = octets

    def freeze(self) -> None:
        """Hand on nothing any more, and break nothing: a server, or a network, that hangs."""
        self._flows.clear()

    def thaw(self) -> None:
        """Hand on again what waits."""
        self._flows.set()

    def last_look(self, folder: str) -> float:
        """Return when the last whole look at a folder began, in seconds; 0 when there was none."""
        with self._lock:
            return max((poll.began for poll in self.polls if poll.folder == folder), default=0.0)

    def close(self) -> None:
        """End it all."""
        self.thaw()
        self._listener.close()
        self.cut()

    def _alive(self) -> list[_Pair]:
        with self._lock:
            return list(self._pairs)

    def _listen(self) -> None:
        while True:
            try:
                desk, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.to_port), 5)
            except OSError:
                # The server is down for the moment.
                desk.close()
                continue
            server.settimeout(None)
            for end in (desk, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = _Pair(desk, server)
            with self._lock:
                self._pairs.append(pair)
            for run in (self._commands, self._answers):
                threading.Thread(target=run, args=(pair,), daemon=True).start()

    def _commands(self, pair: _Pair) -> None:
        with contextlib.suppress(OSError), pair.desk.makefile("rb") as lines:
            for line in lines:
                self._flows.wait()
                self._note(pair, line)
                pair.server.sendall(line)
        pair.cut()
        with self._lock:
            self._pairs.remove(pair)

    def _answers(self, pair: _Pair) -> None:
        with contextlib.suppress(OSError):
            while chunk := pair.server.recv(_CHUNK):
                self._flows.wait()
                if pair.octets_left < 0:
                    pair.desk.sendall(chunk)
                    continue
                pair.desk.sendall(chunk[: pair.octets_left])
                pair.octets_left -= len(chunk)
                if pair.octets_left <= 0:
                    break
                pair.octets_left = max(pair.octets_left, 0)
        pair.cut()

    def _note(self, pair: _Pair, line: bytes) -> None:
        now = time.monotonic()
        if opens := _OPENS.match(line):
            pair.folder, pair.opened_at, pair.looking = opens[1].decode(), now, True
        elif _IDLES.match(line) and pair.looking:
            # It waits for news: what it saw when it opened the folder, it has dealt with.
            pair.looking = False
            with self._lock:
                self.polls.append(Poll(pair.folder, pair.opened_at, now))
