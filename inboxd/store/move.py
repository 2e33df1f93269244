"""Moving a desk from SQLite to PostgreSQL: copied in steps that a crash cannot spoil, compared row by row, and then final.

The copy is no store until it is compared: its schema has the name ``unfinished``, at which every inboxd stops. The old
store is kept from being written meanwhile, and bears the name ``moved`` afterwards, so that no mail is accepted there
that nobody would look for.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    delete,
    inspect,
    make_url,
    select,
    update,
)

from inboxd.errors import PermanentError
from inboxd.store.core_tables import metadata
from inboxd.store.engine import (
    MOVED,
    UNFINISHED,
    migrate,
    open_engine,
    read,
    schema_version,
    set_schema_version,
    write,
)
from inboxd.store.row_copy import Key, TableHash, batches, hash_table, put, set_sequences
from inboxd.store.sole import sole_daemon

_progress = Table(
    "migrate_store_progress",
    MetaData(),
    Column("table_name", String, primary_key=True),
    Column("source", Text, nullable=False),
    Column("schema", String, nullable=False),
    Column("last_key", Text),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One table that is the same on both sides."""

    table: str
    hash: TableHash


def move_store(
    source_url: str, target_url: str, tell: Callable[[str], None] = lambda _: None
) -> tuple[Moved, ...]:
    """Copy the SQLite store into an empty PostgreSQL, or finish that; return what was compared, table by table.

    ``tell`` hears of every table. Raises ``PermanentError`` when a daemon runs on the old store, when the new one is
    neither empty nor this store's unfinished copy, and when the two differ in the end.
    """
    path = _check_urls(source_url, target_url)
    source, target = open_engine(source_url), open_engine(target_url)
    try:
        with sole_daemon(source_url):
            _prepare_source(source, target, path)
            # Nobody writes into the old store from here on: an MTA that pipes to us hears "later" (exit code 75).
            with write(source) as reading:
                schema = _prepare_target(reading, target, path)
                moved = _copy_and_compare(reading, target, path, tell)
                set_schema_version(reading, MOVED)
            _finish(target, schema)
    finally:
        source.dispose()
        target.dispose()
    return moved


def _check_urls(source_url: str, target_url: str) -> str:
    """Return the path of the old store."""
    source, target = make_url(source_url), make_url(target_url)
    if source.get_backend_name() != "sqlite" or target.drivername != "postgresql+psycopg":
        raise PermanentError("a store is moved from sqlite:///… to postgresql+psycopg://…")
    path = Path(source.database or "").resolve()
    if not path.is_file():
        raise PermanentError(f"there is no store at {path}")
    return str(path)


def _prepare_source(source: Engine, target: Engine, path: str) -> None:
    with read(source) as connection:
        version = schema_version(connection)
    if version is None:
        raise PermanentError(f"{path} is no store of inboxd")
    if version != MOVED:
        migrate(source)
        return
    with read(target) as connection:
        if not _is_own_copy(connection, path):
            raise PermanentError(f"{path} was moved already: config.toml must name the store it was moved to")


def _prepare_target(reading: Connection, target: Engine, path: str) -> str:
    """Make the new store's tables, unless they are there already; return the schema it will have when it is finished."""
    with read(target) as connection:
        is_own_copy = _is_own_copy(connection, path)
        in_use = not is_own_copy and _holds_anything(connection)
        if is_own_copy:
            schema = str(connection.execute(select(_progress.c.schema).limit(1)).scalar_one())
            if schema_version(reading) not in {schema, MOVED}:
                raise PermanentError(
                    "the copy was begun by another version of inboxd: empty the new database, and begin anew"
                )
            return schema
    if in_use:
        raise PermanentError(
            "the new store is not empty, and no unfinished copy of this one: nothing was changed"
        )
    migrate(target)
    with write(target) as connection:
        schema = schema_version(connection) or ""
        _progress.create(connection)
        rows = [{"table_name": one.name, "source": path, "schema": schema} for one in metadata.sorted_tables]
        connection.execute(_progress.insert(), rows)
        set_schema_version(connection, UNFINISHED)
    return schema


def _is_own_copy(connection: Connection, path: str) -> bool:
    if not inspect(connection).has_table(_progress.name) or schema_version(connection) != UNFINISHED:
        return False
    return connection.execute(select(_progress.c.source).limit(1)).scalar() == path


def _holds_anything(connection: Connection) -> bool:
    """Return whether there is anything beside the tables of an inboxd that never ran."""
    found = set(inspect(connection).get_table_names())
    own = {one.name for one in metadata.sorted_tables}
    if found - own - {"alembic_version"}:
        return True
    return any(
        connection.execute(select(table).limit(1)).first() is not None
        for table in metadata.sorted_tables
        if table.name in found
    )


def _copy_and_compare(
    reading: Connection, target: Engine, path: str, tell: Callable[[str], None]
) -> tuple[Moved, ...]:
    resumed = _copy_all(reading, target, tell)
    moved, different = _compare(reading, target)
    if different and resumed:
        # The old store went on after the copy was begun: what was copied then is not what it is now.
        tell(f"{', '.join(different)} changed since the copy was begun: it begins anew")
        _empty(target)
        _copy_all(reading, target, tell)
        moved, different = _compare(reading, target)
    if different:
        raise PermanentError(
            f"the copy of {path} differs in {', '.join(different)}; the old store is unchanged"
        )
    return moved


def _copy_all(reading: Connection, target: Engine, tell: Callable[[str], None]) -> bool:
    """Copy what is not yet copied; return whether part of it was."""
    with read(target) as connection:
        kept = {row.table_name: row.last_key for row in connection.execute(select(_progress))}
    for table in metadata.sorted_tables:
        last_key = kept.get(table.name)
        after: Key | None = tuple(json.loads(last_key)) if last_key else None
        rows = 0
        for batch, key in batches(reading, table, after):
            with write(target) as connection:
                put(connection, table, batch)
                _note(connection, table.name, json.dumps(key))
            rows += len(batch)
        tell(f"{table.name}: {rows} rows copied")
    return any(kept.values())


def _note(connection: Connection, table: str, last_key: str | None) -> None:
    connection.execute(update(_progress).where(_progress.c.table_name == table).values(last_key=last_key))


def _empty(target: Engine) -> None:
    with write(target) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
            _note(connection, table.name, None)


def _compare(reading: Connection, target: Engine) -> tuple[tuple[Moved, ...], tuple[str, ...]]:
    """Return what is the same on both sides, and the names of the tables that are not."""
    same: list[Moved] = []
    different: list[str] = []
    for table in metadata.sorted_tables:
        here = hash_table(reading, table)
        with read(target) as connection:
            there = hash_table(connection, table)
        if here == there:
            same.append(Moved(table.name, here))
        else:
            different.append(table.name)
    return tuple(same), tuple(different)


def _finish(target: Engine, schema: str) -> None:
    with write(target) as connection:
        set_sequences(connection, metadata.sorted_tables)
        _progress.drop(connection)
        set_schema_version(connection, schema)
