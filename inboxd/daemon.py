"""The composition root of the daemon: this process becomes the front, which starts and watches its worker.

Imported by every start of the daemon, so it pulls in neither the pipeline nor the model: the front is bytes in and out.
"""

from pathlib import Path

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.front import run_front
from inboxd.store.engine import open_store


def run_daemon(config: Config, config_path: Path | None, clock: Clock) -> int:
    """Serve until a signal; return the exit code. The store is migrated before the first mail is accepted."""
    return run_front(config, config_path, open_store(config.store_url), clock)


def run_worker_process(config: Config, clock: Clock, work_read: int, status_write: int) -> int:
    """Be the worker of a front that started this process and holds the other ends of the pipes."""
    from inboxd.worker import run_worker  # noqa: PLC0415  the front never pays for the worker's modules
    from inboxd.worker_link import FrontLink  # noqa: PLC0415  likewise

    return run_worker(config, open_store(config.store_url), clock, FrontLink(work_read, status_write))
