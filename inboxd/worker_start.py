"""Starting a worker process, and the two pipes to it: light, so that a daemon can do it before it loads anything else."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StartedWorker:
    """A worker with our ends of its pipes; end-of-file on ``work_write`` is how it learns that it should finish."""

    process: "subprocess.Popen[bytes]"
    status_read: int
    work_write: int


def start_worker(config_path: Path | None) -> StartedWorker:
    """Return a worker that has just been started; it takes a second or two until it works."""
    work_read, work_write = os.pipe()
    status_read, status_write = os.pipe()
    process = subprocess.Popen(  # noqa: S603  this program itself, arguments of our own
        _command(config_path, work_read, status_write), pass_fds=(work_read, status_write)
    )
    os.close(work_read)
    os.close(status_write)
    return StartedWorker(process, status_read, work_write)


def _command(config_path: Path | None, work_read: int, status_write: int) -> list[str]:
    config = ["--config", str(config_path)] if config_path else []
    return [sys.executable, "-m", "inboxd.worker_process", *config, str(work_read), str(status_write)]
