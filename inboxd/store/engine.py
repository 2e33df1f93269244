"""Opening a store: durable SQLite or PostgreSQL, brought to the newest schema, refused when newer than the code."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from inboxd.errors import PermanentError, TransientError
from inboxd.resources import resource_path
from inboxd.store.storable import storable_parameters

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

BUSY_TIMEOUT_SECONDS = 30
_WRITE = "inboxd_write"
_VERSION_TABLE = "alembic_version"
# Any constants do: they name the locks that serialise "have we seen this mail?" with its insert, and migrations.
_ACCEPT_LOCK = 0x1B0C5D
_MIGRATE_LOCK = 0x1B0C5E


class SchemaError(PermanentError):
    """The store was written by a newer inboxd: this one must not touch it."""


def open_store(url: str) -> Engine:
    """Return the store, brought to the newest schema. Raises ``SchemaError`` when it is newer than this program."""
    engine = open_engine(url)
    if not _is_newest(engine):
        migrate(engine)
    return engine


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``; a SQLite file's folder is made when it is missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_pre_ping=True, connect_args={"options": "-c timezone=utc"})
    event.listen(engine, "before_cursor_execute", storable_parameters, retval=True)
    return engine


@contextlib.contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one write transaction, committed at the end, rolled back on any exception.

    Raises ``TransientError`` when the store cannot be written now (locked, full, gone).
    """
    try:
        with engine.execution_options(**{_WRITE: True}).begin() as connection:
            yield connection
    except OperationalError as error:
        raise TransientError(f"the store cannot be written: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise TransientError(f"the store went away: {error.orig}") from error
        raise


@contextlib.contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one consistent state. Raises ``TransientError`` when the store is gone."""
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise TransientError(f"the store cannot be read: {error.orig}") from error


def lock_accept(connection: Connection) -> None:
    """Let one transaction at a time ask for duplicates and insert; SQLite's BEGIN IMMEDIATE already does."""
    _lock(connection, _ACCEPT_LOCK)


def migrate(engine: Engine) -> None:
    """Bring the store to the newest schema. Raises ``SchemaError`` when it is newer than this program."""
    from alembic import command  # noqa: PLC0415  9 MB and a third of a second, for what is rarely to be done

    config = _alembic_config()
    with write(engine) as connection:
        # Two programs that start together on an empty PostgreSQL would both make the same tables.
        _lock(connection, _MIGRATE_LOCK)
        _refuse_newer(connection, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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


def _lock(connection: Connection, key: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})


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
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_newest(engine: Engine) -> bool:
    """Return whether nothing is to be migrated, without loading what migrates: this is asked at every start."""
    versions = resource_path("migrations") / "versions"
    newest = max(path.name for path in versions.glob("[0-9]*.py")).partition("_")[0]
    with read(engine) as connection:
        if not inspect(connection).has_table(_VERSION_TABLE):
            return False
        return newest == connection.execute(text(f"select version_num from {_VERSION_TABLE}")).scalar()  # noqa: S608  a constant


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
    if current is not None and current not in known:
        raise SchemaError(
            f"the store has schema {current}, which this inboxd does not know: it was written by a newer one. "
            "Install that version again, or restore the backup made before the upgrade."
        )
    return current
