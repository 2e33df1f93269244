"""Starting a worker process, and the two pipes to it: light, so that a daemon can do it before it loads anything else."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The first octet that a worker reads says whether it shall read the file itself, or how long the content that follows is.
BY_FILE, BY_CONTENT = b"w", b"c"


@dataclass(frozen=True, slots=True)
class StartedWorker:
    """A worker with our ends of its pipes; end-of-file on ``work_write`` is how it learns that it should finish.

    It loads its modules and waits until it may ``begin``: before, the store may not be there, or not ours.
    """

    process: "subprocess.Popen[bytes]"
    status_read: int
    work_write: int

    def begin(self, content: bytes | None = None) -> None:
        """Let it load its configuration from ``content`` (None: from the file) and open the store; returns when it does."""
        left = BY_FILE if content is None else BY_CONTENT + b"%d\n" % len(content) + content
        with contextlib.suppress(BrokenPipeError):
            while left:
                left = left[os.write(self.work_write, left) :]


_ahead: dict[Path | None, StartedWorker] = {}


def start_ahead(config_path: Path | None) -> None:
    """Start the worker that ``early_worker`` gives for this configuration; one nobody asks for ends with this process."""
    _ahead[config_path] = start_worker(config_path)


@contextlib.contextmanager
def early_worker(config_path: Path | None) -> Iterator[StartedWorker]:
    """Yield a worker that loads what it needs while we do; afterwards it is gone, whatever kept us from using it."""
    worker = _ahead.pop(config_path, None) or start_worker(config_path)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()


def start_worker(config_path: Path | None) -> StartedWorker:
    """Return a worker that has just been started and waits to begin; it takes a second or two to load."""
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
