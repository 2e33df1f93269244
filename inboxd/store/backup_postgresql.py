"""Dumping a PostgreSQL store with its own programs, and loading a dump beside what was there."""

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url, text

from inboxd.errors import PermanentError
from inboxd.store.engine import RESTORING, open_engine, read, schema_version, write
from inboxd.store.leaving import is_left
from inboxd.store.restored import Numbers, highest

# The server's own workers (autovacuum) are connected, too, and harm nobody.
_OTHERS = text(
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    " and backend_type = 'client backend'"
)


def dump(engine: Engine, draft: Path) -> None:
    """Write a dump of the store's schema. Raises ``PermanentError`` with pg_dump's own words, or when it is not there."""
    with read(engine) as connection:
        schema = _schema(connection)
    _run(
        engine.url.render_as_string(hide_password=False),
        "pg_dump",
        "--format=custom",
        f"--schema={schema}",
        "--no-owner",
        "--no-privileges",
        f"--file={draft}",
    )
    # Reads the whole table of contents; a dump that was cut off has none.
    _run("", "pg_restore", "--list", str(draft))


def numbers_of(url: str, *, force: bool) -> Numbers | None:
    """Return the highest numbers of the store that is to be replaced, None when it is empty.

    Raises ``PermanentError`` when somebody is connected to it, and when it holds mail without ``force``.
    """
    engine = open_engine(url)
    try:
        if not is_left(engine, lambda connection: int(connection.execute(_OTHERS).scalar_one())):
            raise PermanentError(
                "the store is in use: stop inboxd, and whoever else is connected to it, first"
            )
        with read(engine) as connection:
            if not {"mail", "outbox", "ticket", "setting"} <= set(inspect(connection).get_table_names()):
                return None
            used = connection.execute(
                text("select 1 from mail union all select 1 from outbox limit 1")
            ).first()
            if used is None:
                return None
            if not force:
                raise PermanentError("the store holds mail; --force puts it aside")
            return highest(connection)
    finally:
        engine.dispose()


def load(url: str, file: Path, settle: Callable[[], int], now: dt.datetime) -> tuple[str, int]:
    """Load a dump and ``settle`` it; return where what was there lies now (empty: nothing was) and what that returned.

    When the dump cannot be loaded or settled, or somebody breaks it off, everything is as it was before, and the error is
    raised on. A process that is killed leaves a schema on which no inboxd starts; the next restore goes on there.
    """
    _program("pg_restore")
    engine = open_engine(url)
    try:
        place = _move_aside(engine, now)
        try:
            # The bar is a table, which the dump has as well: until its own is there, in one transaction, nobody gets in.
            only = (f"--schema={place.schema}", "--clean", "--if-exists")
            _run(url, "pg_restore", "--single-transaction", "--no-owner", "--no-privileges", *only, str(file))
            _require_store(engine, file, place.schema)
            settled = settle()
        except BaseException:
            _move_back(engine, place)
            raise
    finally:
        engine.dispose()
    return (f"schema {place.aside}" if place.aside else ""), settled


@dataclass(frozen=True, slots=True)
class _Place:
    """The schema that is loaded into, and the one that holds what it held; ``barred``: a restore was killed there before."""

    schema: str
    aside: str = ""
    barred: bool = False


def _move_aside(engine: Engine, now: dt.datetime) -> _Place:
    """Return the schema, empty now but for the bar, and where that is which it held."""
    with write(engine) as connection:
        schema = _schema(connection)
        if schema_version(connection) == RESTORING:
            return _Place(schema, barred=True)
        aside = f"before_restore_{now:%Y%m%dt%H%M%S}" if inspect(connection).get_table_names() else ""
        if aside:
            connection.execute(text(f'alter schema "{schema}" rename to "{aside}"'))
            connection.execute(text(f'create schema "{schema}"'))
        _bar(connection)
    return _Place(schema, aside)


def _require_store(engine: Engine, file: Path, schema: str) -> None:
    """Raise where the bar still stands: of a dump of another schema, or another program's, pg_restore takes what fits."""
    with read(engine) as connection:
        if schema_version(connection) in {None, RESTORING}:
            raise PermanentError(f"{file} holds no store of inboxd in a schema {schema}")


def _move_back(engine: Engine, place: _Place) -> None:
    with write(engine) as connection:
        connection.execute(text(f'drop schema "{place.schema}" cascade'))
        if place.aside:
            connection.execute(text(f'alter schema "{place.aside}" rename to "{place.schema}"'))
            return
        connection.execute(text(f'create schema "{place.schema}"'))
        if place.barred:
            _bar(connection)


def _bar(connection: Connection) -> None:
    """Say that this is no store yet: who accepted mail here would lose it (``store/engine.py``)."""
    connection.execute(text("create table alembic_version (version_num varchar(32) not null)"))
    connection.execute(text("insert into alembic_version values (:state)"), {"state": RESTORING})


def _schema(connection: Connection) -> str:
    return str(connection.execute(text("select current_schema()")).scalar_one())


def _run(url: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database at ``url`` (empty: on none)."""
    path = _program(program)
    parsed = make_url(url) if url else None
    environment = dict(os.environ)
    if parsed is not None:
        # libpq takes the password from here; on the command line everybody on this machine could read it.
        environment |= {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
        address = parsed.set(drivername="postgresql")._replace(password=None)
        arguments = (f"--dbname={address.render_as_string()}", *arguments)
    done = subprocess.run(  # noqa: S603  no shell, and the program is the database's own
        (path, *arguments), env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise PermanentError(f"{program}: {done.stderr.strip() or f'exit code {done.returncode}'}")


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise PermanentError(
            f"{name} is not on PATH: install PostgreSQL's client programs, of the server's version or newer"
        )
    return path
