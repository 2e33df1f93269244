"""The composition root of the daemon: this process becomes the front, which starts and watches its worker.

Imported by every start of the daemon, so it pulls in neither the pipeline nor the model: the front is bytes in and out.
"""

from pathlib import Path

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.store.engine import open_store
from inboxd.store.migrating import migrate_apart
from inboxd.store.sole import sole_daemon
from inboxd.worker_start import start_worker


def run_daemon(config: Config, config_path: Path | None, clock: Clock) -> int:
    """Serve until a signal; return the exit code. The store is migrated before the first mail is accepted.

    Raises ``PermanentError`` when another daemon has the SQLite store.
    """
    with sole_daemon(config.store_url):
        migrate_apart(config.store_url)
        engine = open_store(config.store_url)
        # What it loads takes longest: it begins before this process loads what the front needs.
        worker = start_worker(config_path)
        from inboxd.front import run_front  # noqa: PLC0415  as just said

        return run_front(config, config_path, engine, clock, worker)
