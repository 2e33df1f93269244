"""Servers on 127.0.0.1 that refuse whoever signs in and repeat what he said: the worst that may happen to a secret."""

import contextlib
import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from typing import ClassVar


class Smtp(socketserver.StreamRequestHandler):
    """Offers AUTH, then says 535 and the client's whole line."""

    seen: ClassVar[list[str]] = []

    def handle(self) -> None:
        """Talk until the client goes."""
        self.wfile.write(b"220 talkative\r\n")
        while line := self.rfile.readline():
            said = line.strip()
            self.seen.append(said.decode("latin-1"))
            verb = said[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-talkative\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n")
            elif verb in {b"QUIT", b"RSET"}:
                self.wfile.write(b"221 bye\r\n")
            elif said.upper() == b"AUTH LOGIN":
                self.wfile.write(b"334 VXNlcm5hbWU6\r\n")
            else:
                self.wfile.write(b"535 5.7.8 you said: " + said + b"\r\n")


class Imap(socketserver.StreamRequestHandler):
    """Answers every sign-in with NO and the client's whole line."""

    seen: ClassVar[list[str]] = []

    def handle(self) -> None:
        """Talk until the client goes."""
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] talkative\r\n")
        while line := self.rfile.readline():
            tag, _, said = line.strip().partition(b" ")
            self.seen.append(said.decode("latin-1"))
            if said.upper().startswith(b"CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\n" + tag + b" OK done\r\n")
            else:
                self.wfile.write(tag + b" NO you said: " + said + b"\r\n")


class Tokens(http.server.BaseHTTPRequestHandler):
    """A token endpoint that refuses every renewal and repeats the form."""

    seen: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Refuse (RFC 6749 5.2)."""
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append(form)
        body = json.dumps({"error": "temporarily_unavailable", "error_description": f"you said: {form}"})
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextlib.contextmanager
def serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    """Serve on a free port; yield it."""
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
