"""Opening a store: durable SQLite or PostgreSQL, brought to the newest schema, refused when newer than the code."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from inboxd.errors import PermanentError, TransientError
from inboxd.fault_points import Point, reached
from inboxd.resources import resource_path
from inboxd.store.one_connection import connected
from inboxd.store.prepared import is_direct, run_directly
from inboxd.store.quiet_errors import without_rows
from inboxd.store.storable import storable_parameters

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

BUSY_TIMEOUT_SECONDS = 30
# Every mail needs about a hundred different ones; the driver's own 128 would be too few with those of the calendar.
_KEPT_STATEMENTS = 256
_WRITE = "inboxd_write"
_GUARD = "inboxd_guard"
_VERSION_TABLE = "alembic_version"
# What stands there instead of a revision while a store is copied (``store/move.py``), and in the old one afterwards;
# and while it is replaced by a backup: then what stood there follows behind a colon.
UNFINISHED, MOVED, RESTORING = "unfinished", "moved", "restoring"
_UNUSABLE = {
    RESTORING: "the store is being replaced by a backup; if that was broken off, run inboxd restore again",
    UNFINISHED: "the store is an unfinished copy of another one: run inboxd migrate-store again",
    MOVED: "the store was moved by inboxd migrate-store: config.toml must name the one it was moved to",
}
# Any constants do: they name the locks that serialise "have we seen this mail?" with its insert, and migrations.
_ACCEPT_LOCK = 0x1B0C5D
_MIGRATE_LOCK = 0x1B0C5E
# https://www.postgresql.org/docs/current/errcodes-appendix.html: insufficient_privilege, read_only_sql_transaction.
_BARRED = frozenset({"42501", "25006"})
# A machine that is gone without a word is noticed by the other side within 20 s, and what it had locked is free again.
# One that stands still in the middle of a transaction keeps others waiting for a minute, not for ever.
_SERVER_WATCHES = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c idle_in_transaction_session_timeout=60s"
)
_CLIENT_WATCHES = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3}


class SchemaError(PermanentError):
    """The store was written by a newer inboxd: this one must not touch it."""


def open_store(url: str) -> Engine:
    """Return the store, brought to the newest schema. Raises ``SchemaError`` when it is newer than this program."""
    engine = open_engine(url)
    try:
        if not is_newest(engine):
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; a SQLite file's folder is made when it is missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            connect_args={
                "timeout": BUSY_TIMEOUT_SECONDS,
                "check_same_thread": False,
                "cached_statements": _KEPT_STATEMENTS,
            },
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        # Customers' words are parameters: an error must not carry them into the log.
        engine = create_engine(
            parsed, pool_pre_ping=True, connect_args=connect_options(parsed), hide_parameters=True
        )
    event.listen(engine, "before_cursor_execute", storable_parameters, retval=True)
    event.listen(engine, "handle_error", without_rows)
    return engine


def connect_options(url: URL) -> dict[str, str | int]:
    """Return how every connection to PostgreSQL is made, beside what its address says."""
    own = url.query.get("options", "")
    said = own if isinstance(own, str) else " ".join(own)
    return {"options": f"{said} -c timezone=utc {_SERVER_WATCHES}".strip(), **_CLIENT_WATCHES}


@contextlib.contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one write transaction, committed at the end, rolled back on any exception.

    Raises ``TransientError`` when the store cannot be written now (locked, full, gone).
    """
    try:
        with connected(engine) as connection:
            options = connection.execution_options(**{_WRITE: True}).get_execution_options()
            try:
                with connection.begin():
                    guard = options.get(_GUARD)
                    if guard is not None:
                        guard(connection)
                    yield connection
            finally:
                # The next transaction over it may be one that only reads.
                connection.execution_options(**{_WRITE: False})
    except OperationalError as error:
        raise TransientError(f"the store cannot be written: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_barred(error):
            raise TransientError(f"the store went away: {error.orig}") from error
        raise


def guarded(engine: Engine, guard: Callable[[Connection], None]) -> Engine:
    """Return the same store, every write to which ``guard`` may refuse by raising, inside of its transaction."""
    return engine.execution_options(**{_GUARD: guard})


@contextlib.contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one consistent state. Raises ``TransientError`` when the store is gone."""
    try:
        with connected(engine) as connection:
            yield connection
    except OperationalError as error:
        raise TransientError(f"the store cannot be read: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_barred(error):
            raise TransientError(f"the store went away: {error.orig}") from error
        raise


def _is_barred(error: DBAPIError) -> bool:
    """Return whether the database forbids what is allowed on a good day: whoever barred it lets us in again."""
    return getattr(error.orig, "sqlstate", None) in _BARRED


def lock_accept(connection: Connection) -> None:
    """Let one transaction at a time ask for duplicates and insert; SQLite's BEGIN IMMEDIATE already does."""
    _lock(connection, _ACCEPT_LOCK)


def is_newest(engine: Engine) -> bool:
    """Return whether nothing is to be migrated, without loading what migrates: this is asked at every start."""
    versions = resource_path("migrations") / "versions"
    newest = max(path.name for path in versions.glob("[0-9]*.py")).partition("_")[0]
    with read(engine) as connection:
        return newest == schema_version(connection)


def migrate(engine: Engine) -> None:
    """Bring the store to the newest schema. Raises ``SchemaError`` when it is newer than this program."""
    from alembic import command  # noqa: PLC0415  9 MB and a third of a second, for what is rarely to be done

    config = _alembic_config()
    with _migrating(engine) as migrating, write(migrating) as connection:
        # Two programs that start together on an empty PostgreSQL would both make the same tables.
        _lock(connection, _MIGRATE_LOCK)
        _refuse_newer(connection, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_foreign_keys(connection)
        reached(Point.BEFORE_MIGRATED)
    reached(Point.AFTER_MIGRATED)


def pending_migrations(engine: Engine) -> tuple[str, ...]:
    """Return the revisions that ``migrate`` would run, oldest first. Raises ``SchemaError`` on a newer schema."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  as above

    config = _alembic_config()
    with read(engine) as connection:
        current = _refuse_newer(connection, config)
    script = ScriptDirectory.from_config(config)
    return tuple(
        reversed([revision.revision for revision in script.iterate_revisions("head", current or "base")])
    )


def schema_version(connection: Connection) -> str | None:
    """Return the revision a store is at, or what stands there instead; None where there is no store."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    return connection.execute(text(f"select version_num from {_VERSION_TABLE}")).scalar()  # noqa: S608  a constant


def refuse_left(connection: Connection) -> None:
    """Raise ``SchemaError`` when the store was moved or replaced since it was opened: nobody would look for what is written now."""
    _refuse_unusable(connection.execute(text(f"select version_num from {_VERSION_TABLE}")).scalar())  # noqa: S608  a constant


def set_schema_version(connection: Connection, version: str) -> None:
    """Say which revision a store is at, or why nobody may use it."""
    connection.execute(text(f"update {_VERSION_TABLE} set version_num = :version"), {"version": version})  # noqa: S608  a constant


def _lock(connection: Connection, key: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})


@contextlib.contextmanager
def _migrating(engine: Engine) -> Iterator[Engine]:
    """Yield the store as migrations need it: where SQLite rebuilds a table, rows that refer to it must wait.

    https://www.sqlite.org/lang_altertable.html, 7: enforcement is switched off before the transaction, and what it would
    have found is looked for at its end.
    """
    if engine.dialect.name != "sqlite" or engine.url.database in {None, "", ":memory:"}:
        yield engine
        return
    own = open_engine(engine.url.render_as_string(hide_password=False))
    event.listen(own, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    try:
        yield own
    finally:
        own.dispose()


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("pragma foreign_key_check")).first()
        if broken is not None:
            raise SchemaError(
                f"the migration was taken back: a row of {broken[0]} would refer to nothing in {broken[2]}"
            )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction control begins too late for BEGIN IMMEDIATE; we send BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: in WAL mode only this fsyncs at every commit, and "accepted is kept" rests on it.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE, False)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    if is_direct(connection):
        run_directly(connection, begin)
    else:
        connection.exec_driver_sql(begin)


def _alembic_config() -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415  as above

    config = AlembicConfig()
    config.set_main_option("script_location", str(resource_path("migrations")))
    return config


def _refuse_newer(connection: Connection, config: "AlembicConfig") -> str | None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415  as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415  as above

    current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    _refuse_unusable(current)
    if current is not None and current not in known:
        raise SchemaError(
            f"the store has schema {current}, which this inboxd does not know: it was written by a newer one. "
            "Install that version again, or restore the backup made before the upgrade."
        )
    return current


def _refuse_unusable(version: str | None) -> None:
    if (state := (version or "").partition(":")[0]) in _UNUSABLE:
        raise SchemaError(_UNUSABLE[state])
