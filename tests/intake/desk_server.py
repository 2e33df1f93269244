"""Another desk's HTTP interface on 127.0.0.1, which answers what it is given and can be made to fail."""

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# What a path and its query lead to: a document, bytes, or None for 404.
Answer = Callable[[str, dict[str, str]], Any]


@dataclass
class DeskServer:
    """A running server. ``sign_in`` is the header it wants; ``failures`` are answered before anything else."""

    answer: Answer
    sign_in: tuple[str, str]
    port: int = 0
    scheme: str = "http"
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextlib.contextmanager
def run_desk(
    answer: Answer, sign_in: tuple[str, str], tls: ssl.SSLContext | None = None
) -> Iterator[DeskServer]:
    """Run it on a free port."""
    desk = DeskServer(answer, sign_in, scheme="https" if tls else "http")

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            desk.asked.append(self.path)
            name, wanted = desk.sign_in
            if desk.failures:
                status, headers = desk.failures.pop(0)
                self._say(status, b"", headers)
            elif self.headers.get(name) != wanted:
                self._say(401, b'{"error":"authentication failed"}')
            else:
                parts = urlsplit(self.path)
                found = desk.answer(parts.path, dict(parse_qsl(parts.query)))
                body = found if isinstance(found, bytes) else json.dumps(found).encode()
                self._say(404 if found is None else 200, body)

        def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads = True
    desk.port = server.server_port
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
