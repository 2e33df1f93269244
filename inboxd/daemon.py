"""The composition root of the daemon: this process becomes the front, which starts and watches its worker.

Imported by every start of the daemon, so it pulls in neither the pipeline nor the model: the front is bytes in and out.
"""

from pathlib import Path

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.store.engine import open_store
from inboxd.store.migrating import migrate_apart
from inboxd.store.sole import sole_daemon
from inboxd.worker_start import StartedWorker


def run_daemon(
    config: Config,
    config_path: Path | None,
    clock: Clock,
    worker: StartedWorker,
    content: bytes | None = None,
) -> int:
    """Serve until a signal; return the exit code. The store is migrated before the first mail is accepted.

    ``worker`` may begin once the store is. ``content`` is what ``config`` was read from: this worker and all after it
    work by the same, whatever becomes of the file. Raises ``PermanentError`` when another daemon has the SQLite store.
    """
    with sole_daemon(config.store_url):
        migrate_apart(config.store_url)
        engine = open_store(config.store_url)
        worker.begin(content)
        from inboxd.front import run_front  # noqa: PLC0415  half a second that the worker need not wait for

        return run_front(config, config_path, engine, clock, worker, content)
