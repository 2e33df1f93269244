"""What became of the mails of the past: how many wait, and how many were filed since a moment."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select, true

from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.engine import open_engine

_WAITS = (_mail.c.state == "accepted", _mail.c.imported == true())


@dataclass(frozen=True, slots=True)
class Filed:
    """How many mails of the past were held since a moment, and on how many tickets the others stand."""

    held: int
    tickets: int


def open_for_filing(url: str) -> Engine:
    """Return the store as filing thousands of mails of the past needs it: no commit waits for the disk.

    https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode a power cut takes back the last commits, never
    half of one. Their mails were accepted durably before: they are due again, and filed again. On PostgreSQL the same
    is https://www.postgresql.org/docs/current/wal-async-commit.html.
    """
    engine = open_engine(url)
    name = "PRAGMA synchronous=NORMAL" if engine.dialect.name == "sqlite" else "SET synchronous_commit TO off"
    event.listen(engine, "connect", partial(_say, statement=name))
    return engine


def count_due(connection: Connection, now: dt.datetime) -> int:
    """Return how many mails of the past wait for their turn, without those that are tried again later."""
    query = select(func.count()).where(*_WAITS, _mail.c.next_attempt_at <= now)
    waiting: int = connection.execute(query).scalar_one()
    return waiting


def count_postponed(connection: Connection, now: dt.datetime) -> int:
    """Return how many mails of the past are tried again later."""
    query = select(func.count()).where(*_WAITS, _mail.c.next_attempt_at > now)
    waiting: int = connection.execute(query).scalar_one()
    return waiting


def has_history(connection: Connection) -> bool:
    """Return whether any mail of the past was filed."""
    query = select(_mail.c.id).where(_mail.c.imported == true(), _mail.c.state == "processed").limit(1)
    return connection.execute(query).first() is not None


def filed_since(connection: Connection, since: dt.datetime) -> Filed:
    """Return what became of the mails of the past that were processed since then."""
    ours = (_mail.c.imported == true(), _mail.c.processed_at >= since)
    held = connection.execute(select(func.count()).where(*ours, _mail.c.state == "held")).scalar_one()
    # Those that a late mail brought together are one.
    number = func.coalesce(_ticket.c.merged_into, _ticket.c.number)
    tickets = select(func.count(func.distinct(number))).join(_mail, _mail.c.ticket_number == _ticket.c.number)
    return Filed(held, connection.execute(tickets.where(*ours)).scalar_one())


def _say(connection: Any, _record: object, statement: str) -> None:
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()
    if hasattr(connection, "autocommit"):
        # psycopg began a transaction for it, whose end would take it back.
        connection.commit()
