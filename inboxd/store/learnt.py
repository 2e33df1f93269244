"""Answered mails as evidence for the knowledge base."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from inboxd.core.outcome import Learnt
from inboxd.store.tables import LearntRow, table_of

_learnt = table_of(LearntRow)


def add(connection: Connection, evidence: Learnt, now: dt.datetime, ticket_number: int | None = None) -> None:
    """Keep one piece of evidence."""
    connection.execute(
        insert(_learnt).values(
            at=now,
            article=evidence.article,
            right=evidence.right,
            text=evidence.text,
            source=evidence.source,
            ticket_number=ticket_number,
        )
    )


def list_all(connection: Connection) -> Sequence[Learnt]:
    """Return all evidence, oldest first."""
    rows = connection.execute(select(_learnt).order_by(_learnt.c.id))
    return [Learnt(row.article, row.text, row.source, row.right) for row in rows]
