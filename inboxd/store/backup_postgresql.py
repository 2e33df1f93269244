"""Dumping a PostgreSQL store with its own programs, and loading a dump beside what was there."""

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url, text

from inboxd.errors import PermanentError
from inboxd.store.engine import open_engine, read, write
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

    When the dump cannot be loaded or settled everything is as it was before, and the error is raised on.
    """
    _program("pg_restore")
    engine = open_engine(url)
    try:
        schema, aside = _move_aside(engine, now)
        try:
            only = f"--schema={schema}"
            _run(url, "pg_restore", "--single-transaction", "--no-owner", "--no-privileges", only, str(file))
            settled = settle()
        except Exception:
            _move_back(engine, schema, aside)
            raise
    finally:
        engine.dispose()
    return (f"schema {aside}" if aside else ""), settled


def _move_aside(engine: Engine, now: dt.datetime) -> tuple[str, str]:
    """Return the schema, empty now, and the name of the one that holds what it held (empty: it held nothing)."""
    with write(engine) as connection:
        schema = _schema(connection)
        if not inspect(connection).get_table_names():
            return schema, ""
        aside = f"before_restore_{now:%Y%m%dt%H%M%S}"
        connection.execute(text(f'alter schema "{schema}" rename to "{aside}"'))
        connection.execute(text(f'create schema "{schema}"'))
    return schema, aside


def _move_back(engine: Engine, schema: str, aside: str) -> None:
    back = f'alter schema "{aside}" rename to "{schema}"' if aside else f'create schema "{schema}"'
    with write(engine) as connection:
        connection.execute(text(f'drop schema "{schema}" cascade'))
        connection.execute(text(back))


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
