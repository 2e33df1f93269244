"""What the front hands on to those it starts."""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from databases import fresh_store
from piped_worker import piped_worker

from inboxd import front, running
from inboxd.configmetrics import MetricsPlace
from inboxd.errors import TransientError
from inboxd.front import Supervisor
from inboxd.intake.group_commit import GroupCommit
from inboxd.loops import Stop

CONTENT = b'[desk]\nname = "Acme"\n'


def test_each_later_worker_works_by_what_the_first_did(
    lite_stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is started anew gets the configuration the front began with, not the file as it is by then."""
    stop = Stop()
    with piped_worker() as (worker, work_read):
        monkeypatch.setattr(front, "start_worker", lambda _path: worker)
        supervisor = Supervisor(Path("gone.toml"), lite_stage.desk.engine, lite_stage.clock, content=CONTENT)
        watching = threading.Thread(target=supervisor.watch, args=(stop,))
        watching.start()
        said = os.read(work_read, 100)
        stop.set()
        watching.join(10)
    assert said.startswith(b"c%d\n%s" % (len(CONTENT), CONTENT))


def test_the_configuration_is_read_once(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the front and its first worker work by was read in one go: both have the same, and so have all that follow."""
    file, handed = tmp_path / "config.toml", []
    file.write_bytes(CONTENT)
    fresh_store(tmp_path, sqlite_template)

    @contextlib.contextmanager
    def early(_path: Path) -> Iterator[Any]:
        with piped_worker() as (worker, work_read):
            yield worker
            handed.append(os.read(work_read, 100))
            os.close(worker.work_write)
            os.close(worker.status_read)

    def run_front(*arguments: Any) -> int:
        file.write_text("being edited [", "utf-8")
        handed.append(arguments[-1])
        return 7

    monkeypatch.setattr(running, "early_worker", early)
    monkeypatch.setattr("inboxd.maillog.configure", lambda **_: None)
    monkeypatch.setattr(front, "run_front", run_front)
    assert running.run_desk(file, lambda: None) == 7  # type: ignore[arg-type, return-value]
    assert handed == [CONTENT, b"c%d\n%s" % (len(CONTENT), CONTENT)]


def test_whoever_watches_hears_that_no_mail_is_kept(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why mails are refused at this moment is told to the watch and to whoever asks for figures."""
    desk, told = lite_stage.desk, []

    class Heard:
        def __init__(self, *_: Any, **options: Any) -> None:
            told.append(options["trouble"])

        def step(self) -> bool:
            return False

    @contextlib.contextmanager
    def serve(*arguments: Any) -> Iterator[int]:
        told.append(arguments[-1].trouble)
        threading.Timer(0.1, stop.set).start()
        yield 0

    stop = Stop()
    intake = desk.config.intake
    config = replace(
        desk.config,
        intake=replace(intake, smtp=replace(intake.smtp, enabled=False)),
        metrics=MetricsPlace("127.0.0.1", 0),
    )
    made = GroupCommit(desk.engine, lite_stage.clock)
    made._note(TransientError("the disk is full"))
    monkeypatch.setattr(front, "GroupCommit", lambda *_, **__: made)
    monkeypatch.setattr(front, "Stop", lambda: stop)
    monkeypatch.setattr(front, "Watch", Heard)
    monkeypatch.setattr("inboxd.front.signal.signal", lambda *_: None)
    monkeypatch.setattr("inboxd.front.garbage.settle_soon", lambda: None)
    monkeypatch.setattr("inboxd.metrics_server.serve", serve)
    with piped_worker() as (worker, _):
        assert front.run_front(config, None, desk.engine, lite_stage.clock, worker) == 0
    assert {one() for one in told} == {"the disk is full"}
    assert len(told) == 2
