"""``inboxd run``: the configuration is read once, a worker is started beside it, and none is left behind."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inboxd import daemon, entrance, garbage, maillog, running, worker_start
from inboxd.clock import system_clock
from inboxd.errors import ConfigError
from inboxd.running import run_desk
from inboxd.worker_start import StartedWorker, start_worker


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[StartedWorker]]:
    """The workers that were started."""
    all_of_them: list[StartedWorker] = []

    def start(config: Path | None) -> StartedWorker:
        all_of_them.append(start_worker(config))
        return all_of_them[-1]

    monkeypatch.setattr("inboxd.worker_start.start_worker", start)
    yield all_of_them
    for worker in all_of_them:
        os.close(worker.work_write)
        os.close(worker.status_read)


def test_a_desk_runs_as_its_file_says(
    tmp_path: Path, started: list[StartedWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon gets configuration, worker and clock; its exit code is the program's; the log has the form asked for."""
    path = tmp_path / "config.toml"
    path.write_text('[desk]\nname = "Acme"\n[log]\nformat = "text"\n', "utf-8")
    asked: list[Any] = []
    forms: list[Any] = []

    def run(config: Any, config_path: Any, clock: Any, worker: Any, content: Any) -> int:
        asked.append((config.desk.name, config_path, clock, worker, content, worker.process.poll()))
        return 7

    monkeypatch.setattr(daemon, "run_daemon", run)
    monkeypatch.setattr(maillog, "configure", lambda **said: forms.append(said))

    assert run_desk(path, system_clock) == 7

    assert asked == [("Acme", path, system_clock, started[0], path.read_bytes(), None)]
    assert forms == [{"verbose": True, "form": "text"}]
    assert started[0].process.returncode is not None


def test_a_broken_file_leaves_no_worker(tmp_path: Path, started: list[StartedWorker]) -> None:
    """What is wrong with the configuration is told with its line, and the worker that was started is gone."""
    path = tmp_path / "config.toml"
    path.write_text("[desk]\nnonsense = 1\n", "utf-8")
    with pytest.raises(ConfigError, match=r"config\.toml:2"):
        run_desk(path, system_clock)
    assert [one.process.returncode is None for one in started] == [False]


def test_the_worker_is_started_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """It loads while the program does; nothing is collected meanwhile, and the exit code is the desk's."""
    done: list[Any] = []
    monkeypatch.setattr(worker_start, "start_ahead", lambda config: done.append(("worker", config)))
    monkeypatch.setattr(garbage, "pause", lambda: done.append("paused"))
    monkeypatch.setattr(running, "run_desk", lambda *asked: done.append(asked) or 7)
    with pytest.raises(SystemExit) as ended:
        entrance._run(Path("a.toml"))
    assert ended.value.code == 7
    assert done == [("worker", Path("a.toml")), "paused", (Path("a.toml"), system_clock)]
