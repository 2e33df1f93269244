"""``/metrics`` and ``/healthz`` asked over HTTP, by polite clients and by others."""

import datetime as dt
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from inboxd import metrics_server, stages
from inboxd.configintake import ImapAccount
from inboxd.configmetrics import MetricsPlace
from inboxd.core.folder_walk import Cursor
from inboxd.jobs import observe
from inboxd.jobs.watch import Watch
from inboxd.metrics import WorkerSigns
from inboxd.metrics_server import serve
from inboxd.secretsource import SecretSource
from inboxd.store import cursors
from inboxd.store.engine import write

ACCOUNT = ImapAccount("imap.acme.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX")


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request is looked into, and no test depends on how full this machine's disk is."""
    monkeypatch.setattr(metrics_server, "_FRESH_SECONDS", -1.0)
    disk(monkeypatch, 10)


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Let that many per cent of every disk be free."""
    usage = type("Usage", (), {"free": free, "total": 100})
    monkeypatch.setattr(observe.shutil, "disk_usage", lambda _: usage)


@pytest.fixture
def ask(lite_stage: Any) -> Iterator[Callable[..., Any]]:
    """Serve the desk as it is at the first question; ask it for a path."""
    with ExitStack() as stack:
        ports: list[int] = []

        def answer(
            path: str = "/healthz",
            *,
            method: str = "GET",
            engine: Engine | None = None,
            lives: bool = True,
        ) -> Any:
            if not ports:
                desk, place = lite_stage.desk, MetricsPlace("127.0.0.1", 0)
                signs = WorkerSigns(lambda: lives, lambda: 0)
                port = stack.enter_context(
                    serve(place, desk.config, engine or desk.engine, lite_stage.clock, signs)
                )
                ports.append(port or 0)
            with closing(http.client.HTTPConnection("127.0.0.1", ports[0], timeout=20)) as client:
                client.request(method, path)
                reply = client.getresponse()
                return reply.status, dict(reply.getheaders()), reply.read()

        yield answer


def failing(body: bytes) -> list[str]:
    """Return the checks that failed; the document says "ok" when there are none."""
    document = json.loads(body)
    names = [one["name"] for one in document["checks"] if not one["ok"]]
    assert document["ok"] is (not names)
    assert all(one["detail"] for one in document["checks"] if not one["ok"])
    return names


def test_a_desk_that_is_well(ask: Callable[..., Any]) -> None:
    """A desk with nothing wrong answers 200 and names what it looked at."""
    status, headers, body = ask()
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (
        200,
        "application/json",
        "no-store",
    )
    assert failing(body) == []
    assert {"store", "worker", "outbox", "work"} <= {one["name"] for one in json.loads(body)["checks"]}


def test_a_folder_that_falls_silent(ask: Callable[..., Any], lite_stage: Any) -> None:
    """A folder read 14 minutes ago is fresh; 15 minutes after its last poll the desk is not well; a poll heals it."""
    lite_stage.configure(intake=replace(lite_stage.desk.config.intake, imap=(ACCOUNT,)))

    def poll() -> None:
        with write(lite_stage.desk.engine) as connection:
            now = lite_stage.clock()
            cursor = Cursor(uidvalidity=1, uid=1, modseq=0, archive_uid=0, archive_before=None, polled_at=now)
            cursors.save(connection, ACCOUNT.mailbox, ACCOUNT.folder, cursor)

    # As in the daemon, the watch notes since when the folder is watched.
    Watch(lite_stage.desk.config, lite_stage.desk.engine, lite_stage.clock).step()
    assert ask()[0] == 200
    poll()
    lite_stage.clock.advance(minutes=14)
    assert ask()[0] == 200
    lite_stage.clock.advance(minutes=1)
    status, _, body = ask()
    assert status == 503
    (name,) = failing(body)
    assert name.startswith("intake:INBOX")
    poll()
    assert ask()[0] == 200


def test_mail_that_does_not_leave(
    ask: Callable[..., Any], lite_stage: Any, mail: Callable[..., bytes]
) -> None:
    """Mail that has waited an hour to be sent, or to be processed, makes the desk unwell."""
    ask()
    lite_stage.take(mail("Who are you?"))
    lite_stage.clock.advance(minutes=59)
    lite_stage.accept(mail("And you?"))
    assert ask()[0] == 200
    lite_stage.clock.advance(minutes=1)
    assert failing(ask()[2]) == ["outbox"]
    lite_stage.clock.advance(minutes=59)
    assert failing(ask()[2]) == ["outbox", "work"]


def test_a_full_disk(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Under 5 % free the desk is unwell; at 5 % it is not."""
    disk(monkeypatch, 5)
    assert ask()[0] == 200
    disk(monkeypatch, 4)
    status, _, body = ask()
    assert (status, failing(body)[0][:5]) == (503, "disk:")


def test_a_dead_worker(ask: Callable[..., Any]) -> None:
    """Without a worker the desk is unwell."""
    status, _, body = ask(lives=False)
    assert (status, failing(body)) == (503, ["worker"])


def test_a_store_that_is_away(ask: Callable[..., Any]) -> None:
    """Without its database the desk is unwell, at once and in words; figures are served all the same."""
    gone = create_engine("sqlite:////nowhere/at/all/desk.db")
    status, _, body = ask(engine=gone)
    assert (status, failing(body)) == (503, ["store"])
    status, _, body = ask("/metrics")
    assert (status, b"\ninboxd_store_up 0.0\n" in body) == (200, True)


def test_figures(ask: Callable[..., Any]) -> None:
    """/metrics is Prometheus' text format, and what stages of this process took is in it."""
    ask()
    stages.took(stages.Stage.ACCEPT, 0.2)
    status, headers, body = ask("/metrics?name[]=x")
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert b'inboxd_stage_seconds_count{stage="accept"} 1.0' in body


def test_what_is_not_there(ask: Callable[..., Any]) -> None:
    """Other paths are 404, other methods 501; HEAD has no body; nothing tells which Python answers."""
    assert ask("/")[0] == 404
    assert ask("/metrics/../etc/passwd")[0] == 404
    assert ask("/healthz", method="POST")[0] == 501
    status, headers, body = ask(method="HEAD")
    assert (status, headers["Server"], body) == (200, "inboxd", b"")


def test_a_fault_of_ours(
    ask: Callable[..., Any], lite_stage: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """What raises is a 500 without a word of why; the log has it."""
    ask()
    monkeypatch.setattr(metrics_server, "observe", lambda *_: 1 / 0)
    status, _, body = ask()
    assert (status, body) == (500, b"see the log\n")
    assert "ZeroDivisionError" in caplog.text


def test_answers_are_kept_for_a_moment(
    ask: Callable[..., Any], lite_stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks all the time gets the last look: a look reads disk and store."""
    monkeypatch.setattr(metrics_server, "_FRESH_SECONDS", 60.0)
    assert ask()[0] == 200
    disk(monkeypatch, 1)
    assert ask()[0] == 200


def test_clients_that_say_nothing(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever connects and is silent holds one of four places and is cut; a fifth is turned away, and later served."""
    monkeypatch.setattr(metrics_server, "_SECONDS", 0.6)
    desk = lite_stage.desk
    signs = WorkerSigns(lambda: True, lambda: 0)
    with ExitStack() as stack:
        port = stack.enter_context(
            serve(MetricsPlace("127.0.0.1", 0), desk.config, desk.engine, lite_stage.clock, signs)
        )
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(4)]
        _dribble(silent[0])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as turned_away:
            assert turned_away.recv(1) == b""
        for one in silent:
            one.settimeout(10)
            assert b"200" not in one.recv(100)
        until = time.monotonic() + 10
        while not _serves(port):
            assert time.monotonic() < until


def _dribble(client: socket.socket) -> None:
    """Send a request that never ends."""
    client.sendall(b"GET /metrics HTTP/1.1\r\nX: ")


def _serves(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        client.close()


def test_a_port_that_is_taken(lite_stage: Any, caplog: Any) -> None:
    """Where somebody else listens the desk runs on without figures, and the log says so."""
    desk = lite_stage.desk
    signs = WorkerSigns(lambda: True, lambda: 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = MetricsPlace("127.0.0.1", other.getsockname()[1])
        with serve(place, desk.config, desk.engine, lite_stage.clock, signs) as port:
            assert port is None
    assert f"no metrics at 127.0.0.1:{place.port}" in caplog.text


def test_the_clock_of_the_desk_decides(ask: Callable[..., Any], lite_stage: Any) -> None:
    """A day of sleep without mail in any queue is no sickness."""
    ask()
    lite_stage.clock.now += dt.timedelta(days=1)
    assert ask()[0] == 200
