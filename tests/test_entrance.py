import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inboxd import cli, entrance, garbage, worker_start
from inboxd.ending import EXIT_CONFIGURATION


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path | str | None]:
    """Give what becomes of a line, in an empty folder: the configuration of the desk that runs, or "read"."""
    done: list[Path | str | None] = []

    def ask(line: str) -> Path | str | None:
        monkeypatch.setattr(sys, "argv", ["inboxd", *line.split()])
        entrance.main()
        return done.pop()

    monkeypatch.setattr(entrance, "_run", done.append)
    monkeypatch.setattr(cli, "main", lambda: done.append("read"))
    monkeypatch.chdir(tmp_path)
    return ask


@pytest.mark.parametrize(
    "line",
    ["", "tickets", "run --help", "run --until-idle", "-c gone.toml run", "--now 2026-11-16 run", "-v run"],
)
def test_only_for_a_desk_that_surely_runs_the_command_line_is_not_read(
    line: str, asked: Callable[[str], Path | str | None]
) -> None:
    """Help, another command, an option, ``--until-idle`` or a configuration that is not there are the command line's."""
    assert asked(line) == "read"


def test_a_desk_runs_with_the_configuration_the_command_line_would_take(
    asked: Callable[[str], Path | str | None],
) -> None:
    """It is the named file, else ``config.toml`` where there is one, else none."""
    assert asked("run") is None
    for name in ("config.toml", "other.toml"):
        Path(name).touch()
    assert asked("run") == Path("config.toml")
    assert asked("-c other.toml run") == Path("other.toml")
    assert asked("--config other.toml run") == Path("other.toml")


def test_a_desk_that_runs_never_loads_the_command_line(tmp_path: Path) -> None:
    """What is wrong with its configuration is said as the command line says it, with the same exit code."""
    broken = tmp_path / "config.toml"
    broken.write_text("[desk]\nnonsense = 1\n", "utf-8")
    script = (
        "import atexit, sys; atexit.register(lambda: print(*(one for one in ('typer',) if one in sys.modules)));"
        f"sys.argv = ['inboxd', '-c', {str(broken)!r}, 'run'];"
        "from inboxd import entrance; entrance.main()"
    )
    short = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    long = subprocess.run(
        [sys.executable, "-m", "inboxd", "-v", "-c", str(broken), "run"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert short.stdout.split() == []
    assert (short.returncode, short.stderr) == (long.returncode, long.stderr)
    assert short.returncode == EXIT_CONFIGURATION


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
    """What the worker waits for is light: neither typer nor anything of a library is loaded with it."""
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
