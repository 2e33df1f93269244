"""One that stands between the desk and its IMAP server, and meddles."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable


class Meddler:
    """Stands between the desk and the server, and answers some commands itself.

    ``rule`` gets each command line; ``drop`` breaks the connection, other text is the answer after the tag.
    """

    def __init__(self, port: int) -> None:
        self.rule: Callable[[str], str | None] = lambda _: None
        self.seen: list[str] = []
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def on_fetch(self, uid: int | None, answer: str, item: str = "BODY.PEEK[") -> None:
        """Answer so whenever the desk asks for this item of this mail (None: of any), alone or among others."""

        def rule(command: str) -> str | None:
            found = re.search(r"UID FETCH ([\d,]+) \((\S+)", command)
            if found is None or not found[2].startswith(item):
                return None
            return answer if uid is None or str(uid) in found[1].split(",") else None

        self.rule = rule

    def break_connections(self) -> None:
        """Break every connection there is now."""
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End all threads."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.break_connections()
        for thread in self._threads:
            thread.join(10)

    def _listen(self) -> None:
        while True:
            try:
                desk, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            for end in (desk, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs.append((desk, server))
            for run in (self._commands, self._answers):
                thread = threading.Thread(target=run, args=(desk, server))
                self._threads.append(thread)
                thread.start()

    def _commands(self, desk: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError), desk.makefile("rb") as lines:
            for line in lines:
                text = line.decode().strip()
                self.seen.append(text)
                answer = self.rule(text)
                if answer == "drop":
                    break
                if answer is None:
                    server.sendall(line)
                else:
                    desk.sendall(f"{text.split()[0]} {answer}\r\n".encode())
        for end in (desk, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _answers(self, desk: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(65536):
                desk.sendall(chunk)
        with contextlib.suppress(OSError):
            desk.shutdown(socket.SHUT_RDWR)
        # The last one to look at them closes both.
        desk.close()
        server.close()
