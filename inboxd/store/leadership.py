"""Leadership: of several daemons on one PostgreSQL one has the calendar, and one reads each mailbox.

A leader holds a session advisory lock (https://www.postgresql.org/docs/current/explicit-locking.html, 13.3.5) on a
connection of its own and is heard of every three seconds. Who dies loses the lock with the connection at once; who hangs,
or whose machine is gone, is thrown out by the server (``idle_session_timeout``) after twelve. The others ask every three
seconds, so that somebody else leads after fifteen.

Fencing: every reign has a term, counted in the table ``leader``. Each write of a leader first locks that row against
the next one and fails when the term is no longer his own, so that who was deposed without noticing writes nothing.
On SQLite there is one daemon, which leads everything (``store/sole.py``).
"""

import contextlib
import datetime as dt
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable

from sqlalchemy import Connection, Engine, create_engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.errors import TransientError
from inboxd.store.core_tables import leader as _leader
from inboxd.store.engine import connect_options, guarded, write

SILENCE_SECONDS = 12.0

# Any constants do: the first of the two keys of our locks. A daemon's presence is a lock that all of them share.
_DUTY, _PRESENCE = 0x1B0C60, 0x1B0C61
_FENCE_SECONDS = 10
_PATIENCE_SECONDS = 5
# Mails are taken in the order of the times they were accepted at, by whatever machine.
_CLOCK_SECONDS = 2.0

_FENCE = (
    # A leader who hangs inside of a write must not keep the next one waiting for ever.
    select(func.set_config("idle_in_transaction_session_timeout", f"{_FENCE_SECONDS}s", True))
    .select_from(_leader)
    .with_for_update(read=True)
)


class DeposedError(TransientError):
    """Somebody else leads by now: nothing of ours may be written."""


class Leadership:
    """This process's candidacy for some duties; ``step`` keeps it up, on a thread of its own.

    ``present`` is how many processes of this ``role`` there are.
    ``alive`` says whether what does the work still turns: a leader that does nothing must not go on leading.
    ``silence``: seconds after which the server takes a leader for gone of whom it heard nothing.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        role: str,
        duties: tuple[str, ...],
        *,
        alive: Callable[[], bool] = lambda: True,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._engine = engine
        # No pool: what is locked must be gone with the connection, and nobody else may use it.
        self._own = create_engine(engine.url, poolclass=NullPool, connect_args=connect_options(engine.url))
        self._clock = clock
        self._role = role
        self._duties = duties
        self._alive = alive
        self._silence = silence
        self._session: Connection | None = None
        self._schema = ""
        self._lock = threading.Lock()
        self._terms: dict[str, int] = {}
        self._heard_at = 0.0
        self.present = 1

    def term(self, name: str) -> int | None:
        """Return under which term this process leads; None when it does not, as far as it can know."""
        with self._lock:
            # Judged by our own clock, too: while we are cut off somebody else may lead already.
            heard = time.monotonic() - self._heard_at < self._silence
            return self._terms.get(name) if heard else None

    def fenced(self, name: str, term: int) -> Engine:
        """Return the store as the leader of that term may write it. Its writes raise ``DeposedError`` afterwards."""

        def check(connection: Connection) -> None:
            mine = _FENCE.where(_leader.c.name == name, _leader.c.term == term)
            if connection.execute(mine).first() is None:
                raise DeposedError(f"another daemon has taken over: {name}")

        return guarded(self._engine, check)

    def step(self) -> bool:
        """Be heard of, and ask for every duty nobody has; return False: the next beat comes later. Never raises."""
        if not self._alive():
            self.close()
            return False
        try:
            session = self._session or self._connect()
            began = time.monotonic()
            self.present = count_present(session, self._role)
            with self._lock:
                self._heard_at = began
            for name in self._duties:
                if name not in self._terms and self._take(session, name):
                    self._begin(session, name)
        except (SQLAlchemyError, TransientError) as error:
            maillog.problem(f"leading: {error}")
            self.close()
        return False

    def close(self) -> None:
        """Give up every duty."""
        with self._lock:
            given_up, self._terms = tuple(self._terms), {}
        for name in given_up:
            maillog.leading(name, 0)
        session, self._session = self._session, None
        if session is not None:
            # Free at once: the server needs a moment to notice that a connection is gone, and its locks with it.
            with contextlib.suppress(SQLAlchemyError):
                session.execute(text("select pg_advisory_unlock_all()"))
            session.invalidate()
            session.close()

    def _connect(self) -> Connection:
        session = self._own.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._session = session
        session.execute(text(f"set idle_session_timeout = '{int(self._silence * 1000)}ms'"))
        self._schema = str(session.execute(text("select current_schema()")).scalar_one())
        self._compare_clocks(session)
        session.execute(
            text("select pg_advisory_lock_shared(:a, :b)"),
            {"a": _PRESENCE, "b": _key(self._schema, self._role)},
        )
        return session

    def _compare_clocks(self, session: Connection) -> None:
        theirs: dt.datetime = session.execute(text("select clock_timestamp()")).scalar_one()
        apart = abs((theirs - self._clock()).total_seconds())
        if apart > _CLOCK_SECONDS:
            maillog.problem(f"the clocks of this machine and of PostgreSQL are {apart:.1f} s apart: use NTP")

    def _take(self, session: Connection, name: str) -> bool:
        asked = session.execute(
            text("select pg_try_advisory_lock(:a, :b)"), {"a": _DUTY, "b": _key(self._schema, name)}
        )
        return bool(asked.scalar_one())

    def _begin(self, session: Connection, name: str) -> None:
        try:
            term = self._next_term(name)
        except TransientError:
            # The one before is still inside of a write; the server ends that soon.
            session.execute(
                text("select pg_advisory_unlock(:a, :b)"), {"a": _DUTY, "b": _key(self._schema, name)}
            )
            return
        with self._lock:
            self._terms[name] = term
        maillog.leading(name, term)

    def _next_term(self, name: str) -> int:
        now, holder = self._clock(), f"{socket.gethostname()}:{os.getpid()}"
        with write(self._engine) as connection:
            connection.execute(text(f"set local lock_timeout = '{_PATIENCE_SECONDS}s'"))
            made = insert(_leader).values(name=name, term=0, holder="", since=now)
            connection.execute(made.on_conflict_do_nothing())
            changed = update(_leader).where(_leader.c.name == name).returning(_leader.c.term)
            values = {"term": _leader.c.term + 1, "holder": holder, "since": now}
            return int(connection.execute(changed.values(values)).scalar_one())


def count_present(connection: Connection, role: str) -> int:
    """Return how many processes of a role are at work on this PostgreSQL."""
    schema = str(connection.execute(text("select current_schema()")).scalar_one())
    here = text(
        "select count(*) from pg_locks where locktype = 'advisory' and granted and classid = :a and objid = :b "
        "and database = (select oid from pg_database where datname = current_database())"
    )
    key = _key(schema, role) & 0xFFFFFFFF
    return int(connection.execute(here, {"a": _PRESENCE, "b": key}).scalar_one())


def _key(schema: str, name: str) -> int:
    """Return the second key of a lock: 32 bits with a sign. Two desks may share a database by their schemas."""
    return zlib.crc32(f"{schema}\0{name}".encode()) - 2**31
