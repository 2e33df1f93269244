"""One daemon to a SQLite store: a lock on a file beside it, which the system takes back whatever becomes of the process.

The database's own locks are held for moments only, so they cannot say whether a daemon runs. On PostgreSQL several may.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from inboxd.errors import PermanentError

_SUFFIX = ".daemon"


@contextlib.contextmanager
def sole_daemon(url: str) -> Iterator[None]:
    """Be the daemon of the store at ``url`` for a while. Raises ``PermanentError`` when there is one on SQLite."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        yield
        return
    path = Path(parsed.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Never removed: whoever waited for it would then hold a lock on a file that nobody else sees.
    descriptor = os.open(path.with_name(path.name + _SUFFIX), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, store: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise PermanentError(
            f"another inboxd (process {holder}) runs on {store}: a SQLite store has one daemon; "
            "several share a PostgreSQL (docs/scaling.md)"
        ) from error
