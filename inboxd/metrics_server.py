"""``/metrics`` and ``/healthz`` over HTTP, for programs on this machine: four requests at a time, ten seconds each."""

import contextlib
import http.server
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import prometheus_client
from sqlalchemy import Engine

from inboxd import maillog, stages
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configmetrics import MetricsPlace
from inboxd.core.health import Check, health, is_well
from inboxd.jobs.observe import observe
from inboxd.metrics import DeskFigures, WorkerSigns, make_registry

_MOST_AT_ONCE = 4
_SECONDS = 10.0
# Whoever asks more often gets the same answer: a look reads the disk and the store.
_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its status, its media type and its octets."""

    status: HTTPStatus
    content_type: str
    body: bytes


_NOT_FOUND = Page(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"/metrics or /healthz\n")
_FAULT = Page(HTTPStatus.INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", b"see the log\n")


class Pages:
    """What each path answers."""

    def __init__(self, config: Config, engine: Engine, clock: Clock, worker: WorkerSigns) -> None:
        self._config = config
        self._engine = engine
        self._clock = clock
        self._worker = worker
        self._since = clock()
        self._registry, self.stage_seconds = make_registry(DeskFigures(config, engine, clock, worker))
        self._lock = threading.Lock()
        self._looked: tuple[float, Page] | None = None

    def page(self, path: str) -> Page:
        """Return the answer to a request for ``path``."""
        path = path.partition("?")[0]
        if path == "/metrics":
            body = prometheus_client.generate_latest(self._registry)
            return Page(HTTPStatus.OK, prometheus_client.CONTENT_TYPE_LATEST, body)
        return self._health() if path == "/healthz" else _NOT_FOUND

    def _health(self) -> Page:
        with self._lock:
            now = time.monotonic()
            if self._looked is None or now - self._looked[0] > _FRESH_SECONDS:
                self._looked = (time.monotonic(), _health_page(self._look()))
            return self._looked[1]

    def _look(self) -> tuple[Check, ...]:
        sight = observe(self._config, self._engine, self._clock(), self._since, ())
        store_says = sight.store_says or self._worker.trouble()
        return health(sight.observations, worker_lives=self._worker.lives(), store_says=store_says)


@contextlib.contextmanager
def serve(
    place: MetricsPlace, config: Config, engine: Engine, clock: Clock, worker: WorkerSigns
) -> Iterator[int | None]:
    """Serve on threads of its own while the context lasts; yield the port, None when nobody could listen there.

    A port that is taken is told in the log and stops no mail.
    """
    pages = Pages(config, engine, clock, worker)
    try:
        server = _Server(place, pages.page)
    except OSError as error:
        maillog.problem(f"no metrics at {place.host}:{place.port}: {error.strerror or error}")
        yield None
        return
    stages.tell(pages.stage_seconds.observe)
    thread = threading.Thread(target=server.serve_forever, args=(1.0,), name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        stages.tell(None)
        server.shutdown()
        server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    """Answers each connection once, on a thread that nobody waits for."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, place: MetricsPlace, page: Callable[[str], Page]) -> None:
        self.address_family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        self.page = page
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)
        super().__init__((place.host, place.port), _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection while there is room; hang up on it otherwise."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection and make room for the next; one that takes too long is cut."""
        cut = threading.Timer(_SECONDS, _cut, (request,))
        cut.daemon = True
        cut.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            cut.cancel()
            self._places.release()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Request(http.server.BaseHTTPRequestHandler):
    """One request. HTTP/1.0: a connection ends with its answer."""

    server: _Server
    timeout = _SECONDS

    def do_GET(self) -> None:
        """Answer."""
        page = self._page()
        self._head(page)
        self.wfile.write(page.body)

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self._head(self._page())

    def version_string(self) -> str:
        """Return the Server field: no versions for strangers."""
        return "inboxd"

    def log_message(self, *_words: object) -> None:
        """Log nothing: a scrape every 15 seconds is no event."""

    def _page(self) -> Page:
        try:
            return self.server.page(self.path)
        except Exception as error:  # noqa: BLE001  whatever it was: the answer must not be a cut connection
            maillog.problem(f"{self.path[:40]!r} could not be answered: {type(error).__name__}: {error}")
            return _FAULT

    def _head(self, page: Page) -> None:
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()


def _health_page(checks: tuple[Check, ...]) -> Page:
    document = {
        "ok": is_well(checks),
        "checks": [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in checks],
    }
    status = HTTPStatus.OK if document["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
    return Page(status, "application/json", json.dumps(document, ensure_ascii=False).encode() + b"\n")


def _cut(request: socket.socket) -> None:
    with contextlib.suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)
