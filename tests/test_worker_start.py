import os
import subprocess
import sys
from pathlib import Path

from inboxd.worker_start import start_worker

# Megabytes each that a worker without articles must not keep in its memory.
HEAVY = ("aiosmtpd", "alembic", "numpy", "onnxruntime", "rapidfuzz", "requests", "torch", "typer")


def test_a_worker_without_articles_loads_nothing_it_does_not_need() -> None:
    """Neither command line nor server nor arrays are in the memory of a worker before there is a use for them."""
    look = f"import sys, inboxd.worker_process; print(*(one for one in {HEAVY} if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_worker_that_cannot_begin_ends_and_says_so(tmp_path: Path) -> None:
    """Its exit code is told, and its end of the pipe is closed."""
    broken = tmp_path / "config.toml"
    broken.write_text("[desk]\nnonsense = 1\n", "utf-8")
    worker = start_worker(broken)
    try:
        assert worker.process.wait(60) != 0
        assert os.read(worker.status_read, 1) == b""
    finally:
        os.close(worker.status_read)
        os.close(worker.work_write)
