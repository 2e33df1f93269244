import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inboxd import entrance, garbage, worker_start


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path | None]:
    """Give the configurations a worker was started for ahead of time, in an empty folder."""
    configs: list[Path | None] = []
    monkeypatch.setattr(worker_start, "start_ahead", configs.append)
    monkeypatch.setattr(garbage, "pause", lambda: None)
    monkeypatch.chdir(tmp_path)
    return configs


def test_a_worker_is_started_ahead_only_for_a_desk_that_runs(started: list[Path | None]) -> None:
    """Help, another command, ``--until-idle`` or a configuration that is not there start none."""
    for line in ("", "tickets", "run --help", "run --until-idle", "-c gone.toml run", "--now 2026-11-16 run"):
        entrance._hurry(line.split())
    assert started == []


def test_the_worker_gets_the_configuration_the_command_line_would_take(started: list[Path | None]) -> None:
    """It is the named file, else ``config.toml`` where there is one, else none."""
    entrance._hurry(["run"])
    for name in ("config.toml", "other.toml"):
        Path(name).touch()
    entrance._hurry(["run"])
    entrance._hurry(["-c", "other.toml", "run"])
    entrance._hurry(["--config", "other.toml", "run"])
    assert started == [None, Path("config.toml"), Path("other.toml"), Path("other.toml")]


def test_a_worker_that_was_started_ahead_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon gets that one and no second; for another configuration it starts its own."""
    made: list[Any] = []

    def start(config: Path | None) -> Any:
        process = SimpleNamespace(poll=lambda: 0)
        made.append((config, SimpleNamespace(process=process)))
        return made[-1][1]

    monkeypatch.setattr(worker_start, "start_worker", start)
    worker_start.start_ahead(Path("a.toml"))
    with worker_start.early_worker(Path("a.toml")) as worker:
        assert worker is made[0][1]
    with worker_start.early_worker(Path("b.toml")) as worker:
        assert worker is made[1][1]
    assert [config for config, _ in made] == [Path("a.toml"), Path("b.toml")]


def test_the_command_line_is_not_loaded_before_the_worker_is_started() -> None:
    """What stands before ``cli`` is light: neither typer nor anything of a library is loaded with it."""
    look = "import sys, inboxd.entrance; print(*(one for one in ('typer', 'pydantic', 'sqlalchemy') if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_garbage_is_collected_again_after_the_start() -> None:
    """While a process loads nothing is collected; afterwards it is, and what was loaded is left out."""
    look = (
        "import gc; from inboxd import garbage; garbage.pause(); paused = gc.isenabled();"
        "garbage.settle(); print(paused, gc.isenabled(), gc.get_freeze_count() > 0)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


def test_freed_memory_is_given_back() -> None:
    """What a model needed while it was loaded or exchanged is the system's again; without a model nothing is loaded for it."""
    look = (
        "import sys; from inboxd import garbage; garbage.give_back(); print('ctypes' in sys.modules);"
        "import ctypes; ctypes.CDLL = lambda _name: None; garbage.give_back(); print('done')"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "done"]


def test_it_settles_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon need not think of it: some seconds after its start it is done, on a thread that keeps nobody from ending."""
    timers: list[Any] = []

    class Timer:
        daemon = False

        def __init__(self, seconds: float, step: Any) -> None:
            timers.append((seconds, step, self))

        def start(self) -> None:
            assert self.daemon

    monkeypatch.setattr("threading.Timer", Timer)
    garbage.settle_soon()
    ((seconds, step, _),) = timers
    assert seconds > 0
    assert step is garbage.settle
