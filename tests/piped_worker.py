"""A worker of which there are only the pipes: what the front tells it is read by the test."""

import contextlib
import os
from collections.abc import Iterator
from types import SimpleNamespace

from inboxd.worker_start import StartedWorker


@contextlib.contextmanager
def piped_worker() -> Iterator[tuple[StartedWorker, int]]:
    """Yield a worker that never ends by itself, and the descriptor where the words to it are read."""
    work_read, work_write = os.pipe()
    status_read, status_write = os.pipe()
    process = SimpleNamespace(poll=lambda: None, wait=lambda _seconds: 0, returncode=0)
    try:
        yield StartedWorker(process, status_read, work_write), work_read  # type: ignore[arg-type]
    finally:
        os.close(status_write)
        os.close(work_read)
