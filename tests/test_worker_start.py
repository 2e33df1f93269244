import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from databases import fresh_store

from inboxd.worker_start import early_worker, start_worker

# Megabytes each that a worker without articles must not keep in its memory.
HEAVY = (
    "aiosmtpd",
    "alembic",
    "argparse",
    "authheaders",
    "babel.numbers",
    "difflib",
    "dkim",
    "dns",
    "email.headerregistry",
    "nacl",
    "numpy",
    "onnxruntime",
    "rapidfuzz",
    "requests",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "sqlmodel",
    "tarfile",
    "torch",
    "typer",
    "yaml",
)


def test_a_worker_without_articles_loads_nothing_it_does_not_need() -> None:
    """Neither command line nor server nor arrays are in the memory of a worker before there is a use for them."""
    look = f"import sys, inboxd.worker_process, inboxd.worker; print(*(one for one in {HEAVY} if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_worker_that_cannot_begin_ends_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its exit code is told, its end of the pipe is closed, and why is one line of the log, not a traceback over many."""
    broken = tmp_path / "config.toml"
    broken.write_text("[desk]\nnonsense = 1\n", "utf-8")
    worker = start_worker(broken)
    worker.begin()
    try:
        assert worker.process.wait(180) == 1
        assert os.read(worker.status_read, 1) == b""
    finally:
        os.close(worker.status_read)
        os.close(worker.work_write)
    (line,) = capfd.readouterr().err.splitlines()
    assert "config.toml:2: " in json.loads(line)["message"]


def test_a_worker_that_may_not_begin_ends_without_a_word(tmp_path: Path) -> None:
    """A front that finds the store taken ends; its worker has read and written nothing by then."""
    worker = start_worker(tmp_path / "nowhere.toml")
    os.close(worker.work_write)
    assert worker.process.wait(180) == 0
    os.close(worker.status_read)


def test_an_early_worker_is_not_left_behind(tmp_path: Path) -> None:
    """Whatever keeps a daemon from starting, no process of it stays."""
    with pytest.raises(ValueError, match="no store"), early_worker(tmp_path / "nowhere.toml") as worker:
        raise ValueError("no store")
    assert worker.process.returncode is not None
    os.close(worker.work_write)
    os.close(worker.status_read)


def test_a_worker_has_the_configuration_of_its_front(tmp_path: Path, sqlite_template: Path) -> None:
    """A worker that is started while config.toml is being edited works by what the front read when it began."""
    edited = tmp_path / "config.toml"
    edited.write_text("[desk]\nnonsense = 1\n", "utf-8")
    fresh_store(tmp_path, sqlite_template)
    worker = start_worker(edited)
    # Longer than what a pipe holds: it is read while it is written.
    worker.begin(b'[desk]\nname = "Acme"\n' + b"# comment\n" * 10_000 + b'[kb]\npath = "none"\n')
    try:
        # It works: nothing else speaks before its end.
        assert os.read(worker.status_read, 1)
    finally:
        os.close(worker.work_write)
        assert worker.process.wait(60) == 0
        os.close(worker.status_read)
