"""Numbers given before what bears them is written: a ticket's is part of its address, an outgoing mail's of its Message-ID.

On SQLite the next one is read and the insert fails, and is redone, if somebody else took it. With several workers that
would be most of the time, so on PostgreSQL a number is reserved: a ticket's by a lock that goes with its transaction, so
that a crash leaves no gap a person would wonder about; an outgoing mail's by the sequence of the column.
"""

import contextlib
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, text

from inboxd.store import drafts, outbox, tickets
from inboxd.store.engine import read, write

# Any constants do.
_NUMBERS_LOCK = 0x1B0C63
_TICKET_LOCK = 0x1B0C64


@contextlib.contextmanager
def ticket_number(engine: Engine, peeked: int) -> Iterator[int]:
    """Yield the number of a new ticket, which nobody else gets before the end of the block.

    ``peeked`` is what was read as the next one, and all there is to hope for on SQLite.
    """
    if engine.dialect.name != "postgresql":
        yield peeked
        return
    with read(engine) as connection:
        yield _lock_number(connection)


def _lock_number(connection: Connection) -> int:
    free = text(
        "select number from generate_series(:first, :first + 1000) as number "
        "where pg_try_advisory_xact_lock(:key, number) limit 1"
    )
    number, following = 0, tickets.next_number(connection)
    # Whoever had the lock before may have written the ticket since its number was found free.
    while number < following:
        number = int(connection.execute(free, {"first": following, "key": _TICKET_LOCK}).scalar_one())
        following = tickets.next_number(connection)
    return number


def reserve_outgoing(engine: Engine, count: int) -> int:
    """Return the first of ``count`` consecutive ids for outgoing mails; 0 when none is wanted."""
    return _reserve_ids(engine, "outbox", count, outbox.next_id)


def reserve_drafts(engine: Engine, count: int) -> int:
    """Return the first of ``count`` consecutive ids for drafts; 0 when none is wanted."""
    return _reserve_ids(engine, "draft", count, drafts.next_id)


def _reserve_ids(engine: Engine, table: str, count: int, read_next: Callable[[Connection], int]) -> int:
    if not count:
        return 0
    if engine.dialect.name != "postgresql":
        with read(engine) as connection:
            return read_next(connection)
    with write(engine) as connection:
        return _reserve(connection, table, "id", count, read_next)


def _reserve(
    connection: Connection, table: str, column: str, count: int, read_next: Callable[[Connection], int]
) -> int:
    # Two statements: what the second one sees was committed before it had the lock.
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _NUMBERS_LOCK})
    sequence = f"{table}_{column}_seq"
    last, used = connection.execute(text(f"select last_value, is_called from {sequence}")).one()  # noqa: S608  names of our own
    first = max(int(last) + 1 if used else 1, read_next(connection))
    connection.execute(
        text("select setval(:sequence, :last)"), {"sequence": sequence, "last": first + count - 1}
    )
    return first
