"""A copy of a store that is in use, and putting one back. What the copy does not hold: the key of the tokens.

SQLite is copied by its online backup interface (https://www.sqlite.org/backup.html), PostgreSQL by its own pg_dump.
"""

import contextlib
import datetime as dt
import os
from pathlib import Path

from sqlalchemy import Engine, make_url

from inboxd.errors import PermanentError, TransientError
from inboxd.fault_points import Point, reached
from inboxd.store import backup_postgresql, backup_sqlite
from inboxd.store.barred_sqlite import barred, lift, wait_for_others
from inboxd.store.engine import (
    is_newest,
    migrate,
    open_engine,
    pending_migrations,
    read,
    schema_version,
    write,
)
from inboxd.store.restored import Numbers, mark_restored, note_backup
from inboxd.unfinished import unfinished

# https://www.sqlite.org/fileformat.html 1.3; pg_dump's custom format.
_MAGIC = {"sqlite": b"SQLite format 3\0", "postgresql": b"PGDMP"}


def open_existing(url: str) -> Engine:
    """Return the store at ``url`` as it is: the backup made before an upgrade is what the old version goes back to.

    Raises ``PermanentError`` where there is none, so that no empty file passes for a backup, and ``SchemaError`` when it
    is newer than this program.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise PermanentError(f"there is no store at {parsed.database}: is this the folder of the desk?")
    engine = open_engine(url)
    try:
        _require_known(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def back_up(engine: Engine, file: Path, now: dt.datetime) -> None:
    """Write a checked copy of the store to ``file``, whole or not at all; everybody else goes on working.

    Raises ``PermanentError`` when it cannot be made, when the check fails, and when ``file`` is there and no backup.
    """
    _refuse_foreign(engine, file)
    # A full disk is a reason for a backup on another one. Without the note it passes for older than it is: too much
    # is then kept from being done twice, never too little.
    with contextlib.suppress(TransientError), write(engine) as connection:
        note_backup(connection, now)
    with unfinished(file) as draft:
        if engine.dialect.name == "sqlite":
            backup_sqlite.copy(engine, draft)
        else:
            backup_postgresql.dump(engine, draft)
        reached(Point.BACKUP_COPIED)
        sync(draft)
        reached(Point.BEFORE_BACKUP_NAMED)
        draft.replace(file)
        sync(file.parent)


def restore(url: str, file: Path, now: dt.datetime, *, force: bool) -> tuple[str, int]:
    """Put a backup in the place of the store; return where the old one is kept and how many mails were kept back.

    The old store is never thrown away: its name is returned, empty when there was none. Raises ``PermanentError`` when
    the backup is none or of the other database, when somebody uses the store, and when it holds mail without ``force``.
    """
    kind = make_url(url).get_backend_name()
    if backup_kind(file) != kind:
        raise PermanentError(f"{file} is no backup of a {kind} store")
    if kind == "sqlite":
        path = Path(make_url(url).database or "")
        lost = backup_sqlite.numbers_of(path, force=force)
        path.parent.mkdir(parents=True, exist_ok=True)
        with barred(path) as keep, unfinished(path) as draft:
            try:
                backup_sqlite.copy_file(file, draft)
                lift(draft)
                kept_back = _settle(f"sqlite:///{draft}", lost, now)
                backup_sqlite.finish(draft)
                sync(draft)
                wait_for_others(path)
                aside = backup_sqlite.put_in_place(draft, path, now, keep=keep)
            finally:
                backup_sqlite.remove(draft)
        if aside:
            lift(Path(aside))
        sync(path.parent)
        return aside, kept_back
    lost = backup_postgresql.numbers_of(url, force=force)
    return backup_postgresql.load(url, file, lambda: _settle(url, lost, now), now)


def backup_kind(file: Path) -> str:
    """Return of which database a file is a backup; empty when it is none."""
    with file.open("rb") as opened:
        beginning = opened.read(16)
    return next((kind for kind, magic in _MAGIC.items() if beginning.startswith(magic)), "")


def sync(path: Path) -> None:
    """Return when a file, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_known(engine: Engine) -> None:
    """Raise where there is no store of this version or an earlier one."""
    with read(engine) as connection:
        found = schema_version(connection)
    if found is None:
        raise PermanentError(f"there is no store in {engine.url.database}: is its address the desk's?")
    if not is_newest(engine):
        # Knows the newer ones by not knowing them.
        pending_migrations(engine)


def _settle(url: str, lost: Numbers | None, now: dt.datetime) -> int:
    """Bring what was put back to the newest schema and write down that it was."""
    engine = open_engine(url)
    try:
        migrate(engine)
        with write(engine) as connection:
            return mark_restored(connection, lost, now)
    finally:
        engine.dispose()


def _refuse_foreign(engine: Engine, file: Path) -> None:
    """Never write over anything but an older backup: a slip of the hand must not cost a file, least of all the store."""
    store = engine.url.database if engine.dialect.name == "sqlite" else None
    if not file.exists():
        if not file.parent.is_dir():
            raise PermanentError(f"{file.parent} is no folder")
        return
    if store is not None and file.samefile(store):
        raise PermanentError(f"{file} is the store itself")
    if not file.is_file() or not backup_kind(file):
        raise PermanentError(f"{file} is there and no backup; it is not overwritten")
