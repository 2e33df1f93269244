"""Copying a SQLite store while it is written, and putting a copy in its place."""

import contextlib
import datetime as dt
import os
import sqlite3
from pathlib import Path

from sqlalchemy import Engine

from inboxd.errors import PermanentError
from inboxd.store.engine import BUSY_TIMEOUT_SECONDS, open_engine, read
from inboxd.store.restored import Numbers, highest

_SIDE_FILES = ("-wal", "-shm", "-journal")


def copy(engine: Engine, draft: Path) -> None:
    """Copy the store of ``engine`` as it is at this moment. Raises ``PermanentError`` when the copy is not sound."""
    copy_file(Path(engine.url.database or ""), draft)


def copy_file(source: Path, draft: Path) -> None:
    """Copy one SQLite file into another, which is checked page by page. Raises ``PermanentError``."""
    if not source.is_file():
        raise PermanentError(f"{source} is no file")
    try:
        with (
            contextlib.closing(_open(source)) as store,
            contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as target,
        ):
            # All pages in one step: one consistent state, and writers go on (WAL); in small steps every write of
            # another process would begin the copy anew (https://www.sqlite.org/c3ref/backup_finish.html).
            store.backup(target, pages=-1)
            # One file that needs no other beside it.
            target.execute("PRAGMA journal_mode=DELETE")
            _check(target, source)
    except sqlite3.Error as error:
        raise PermanentError(f"{source} cannot be copied: {error}") from error


def numbers_of(store: Path, *, force: bool) -> Numbers | None:
    """Return the highest numbers of the store that is to be replaced; None when there is none or it is beyond reading.

    Raises ``PermanentError`` when somebody uses it, and when it holds mail (or who knows what) without ``force``.
    """
    if not store.is_file() or store.stat().st_size == 0:
        return None
    try:
        refuse_used(store)
        numbers = _ask(store)
    except (sqlite3.DatabaseError, KeyError) as error:
        if not force:
            raise PermanentError(f"{store} cannot be read ({error}); --force puts it aside") from error
        return None
    if numbers is not None and not force:
        raise PermanentError(f"{store} holds mail; --force puts it aside")
    return numbers


def refuse_used(store: Path, patience: float = 0.2) -> None:
    """Raise ``PermanentError`` when another process has the store open, and still has after ``patience`` seconds."""
    with contextlib.closing(sqlite3.connect(store, timeout=patience, isolation_level=None)) as connection:
        # In WAL mode every connection holds a shared lock on it.
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise PermanentError(f"{store} is in use ({error}): stop inboxd first") from error


def finish(draft: Path) -> None:
    """Bring everything into the one file: a write-ahead log beside a file that is renamed would be lost."""
    with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def put_in_place(draft: Path, store: Path, now: dt.datetime, *, keep: bool) -> str:
    """Put the draft where the store is, in one step; return the name the old store has now (empty: there was none to ``keep``)."""
    aside = store.with_name(f"{store.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    if aside.exists():
        raise PermanentError(f"{aside} is there already")
    _belong_like(draft, store.stat() if keep else store.parent.stat())
    for suffix in _SIDE_FILES:
        # Left by a crash, and read into whatever lies beside it: it must go with the file it belongs to.
        with contextlib.suppress(FileNotFoundError):
            store.with_name(store.name + suffix).rename(aside.with_name(aside.name + suffix))
    aside.hardlink_to(store)
    draft.replace(store)
    if keep:
        return str(aside)
    remove(aside)
    return ""


def remove(draft: Path) -> None:
    """Remove a draft and what SQLite put beside it."""
    for suffix in ("", *_SIDE_FILES):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _belong_like(draft: Path, known: os.stat_result) -> None:
    """Give the draft to whoever had the store (or its folder): the administrator restores, the daemon must write."""
    draft.chmod(known.st_mode & 0o660)
    with contextlib.suppress(PermissionError):
        os.chown(draft, known.st_uid, known.st_gid)


def _open(path: Path) -> sqlite3.Connection:
    # Never made by being opened: a missing store must not become an empty backup.
    mode = "rw" if os.access(path, os.W_OK) else "ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_SECONDS)


def _check(copied: sqlite3.Connection, source: Path) -> None:
    said = copied.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise PermanentError(f"{source} is damaged: {said}")
    tables = {row[0] for row in copied.execute("select name from sqlite_master where type = 'table'")}
    if not {"alembic_version", "mail", "ticket"} <= tables:
        raise PermanentError(f"{source} is no store of inboxd")


def _ask(store: Path) -> Numbers | None:
    """Return the numbers of a store; None of one without mail."""
    with contextlib.closing(_open(store)) as connection:
        tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
        # What a restore that was killed left where there was no store is none either.
        if tables <= {"alembic_version"}:
            return None
        if not {"mail", "ticket", "outbox", "setting"} <= tables:
            raise KeyError("it is no store of inboxd")
        if not connection.execute("select 1 from mail union all select 1 from outbox limit 1").fetchone():
            return None
    engine = open_engine(f"sqlite:///{store}")
    try:
        with read(engine) as opened:
            return highest(opened)
    finally:
        engine.dispose()
