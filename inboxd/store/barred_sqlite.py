"""A SQLite store that is being replaced: it bears a name at which every inboxd stops, so that no mail is accepted into it.

What came in between would be acknowledged to its sender and put aside with the old store, where nobody looks for it.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from inboxd.errors import PermanentError
from inboxd.store.backup_sqlite import refuse_used
from inboxd.store.engine import RESTORING

_TABLES = "select name from sqlite_master where type = 'table'"
_VERSION = "select version_num from alembic_version"
# Who was just told that the store is barred needs a moment to go.
_PATIENCE_SECONDS = 5.0
# https://www.sqlite.org/rescode.html: what says nothing of the store itself. An extended code has it in its last octet.
_NOT_NOW = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
)
_PRIMARY = 0xFF


@contextlib.contextmanager
def barred(store: Path) -> Iterator[bool]:
    """Keep everybody from a store while it is replaced; yield whether there is one to keep.

    When the block fails everything is as it was. A process that is killed leaves the store barred: the next restore goes on.
    Raises ``PermanentError`` when somebody uses it.
    """
    keep = _bar(store)
    try:
        # Whoever opened it before it was barred may still write.
        wait_for_others(store)
        yield keep
    except BaseException:
        if keep:
            lift(store)
        else:
            store.unlink(missing_ok=True)
        raise


def wait_for_others(store: Path) -> None:
    """Return when nobody has a barred store open. Raises ``PermanentError`` when somebody keeps it."""
    with contextlib.suppress(sqlite3.DatabaseError):
        refuse_used(store, _PATIENCE_SECONDS)


def lift(store: Path) -> None:
    """Give a store the name of its schema back; one that is not barred, or beyond reading, is left as it is."""
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        contextlib.closing(_open(store, _PATIENCE_SECONDS)) as connection,
    ):
        if ("alembic_version",) not in connection.execute(_TABLES).fetchall():
            return
        state, _, version = (connection.execute(_VERSION).fetchone() or ("",))[0].partition(":")
        if state == RESTORING and version:
            connection.execute("update alembic_version set version_num = ?", (version,))
        elif state == RESTORING:
            connection.execute("drop table alembic_version")


def _bar(store: Path) -> bool:
    """Write the name into the store, or into an empty one; return whether there was anything before."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(store, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with contextlib.closing(_open(store)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            tables = {row[0] for row in connection.execute(_TABLES)}
            connection.execute(
                "create table if not exists alembic_version (version_num varchar(32) not null)"
            )
            version = (connection.execute(_VERSION).fetchone() or ("",))[0]
            if not version.startswith(RESTORING):
                connection.execute("delete from alembic_version")
                named = f"{RESTORING}:{version}" if version else RESTORING
                connection.execute("insert into alembic_version values (?)", (named,))
            connection.execute("COMMIT")
            return bool(tables - {"alembic_version"})
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & _PRIMARY in _NOT_NOW:
            raise PermanentError(f"{store} cannot be replaced now: {error}") from error
        # Beyond reading, or no store of ours: no inboxd writes into it.
        return True


def _open(store: Path, patience: float = 0.2) -> sqlite3.Connection:
    address = f"{store.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=patience)
