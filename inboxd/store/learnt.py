"""Answered mails as evidence for the knowledge base: one stream, from the mail that was judged to what is used."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from inboxd.core.outcome import Learnt
from inboxd.store.tables import LearntRow, table_of

_learnt = table_of(LearntRow)
# So many ids stand in one statement: SQLite takes 32,766 parameters.
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """A piece of evidence as it stands in the store; ``masked``: its text holds nothing personal any more."""

    evidence_id: int
    at: dt.datetime
    learnt: Learnt
    ticket_number: int | None
    masked: bool
    adopted: bool


def add(
    connection: Connection,
    evidence: Learnt,
    now: dt.datetime,
    ticket_number: int | None = None,
    *,
    masked: bool = False,
    adopted: bool = False,
) -> None:
    """Keep one piece of evidence."""
    connection.execute(
        insert(_learnt).values(
            at=now,
            article=evidence.article,
            right=evidence.right,
            text=evidence.text,
            source=evidence.source,
            ticket_number=ticket_number,
            weight=evidence.weight,
            masked=masked,
            adopted_at=now if adopted else None,
        )
    )


def list_all(connection: Connection) -> Sequence[Learnt]:
    """Return all evidence, oldest first."""
    return [one.learnt for one in list_stored(connection)]


def list_adopted(connection: Connection) -> Sequence[Learnt]:
    """Return the evidence that counts, oldest first."""
    return [one.learnt for one in list_stored(connection) if one.adopted]


def list_stored(connection: Connection) -> Sequence[StoredEvidence]:
    """Return all evidence with what became of it, oldest first."""
    rows = connection.execute(select(_learnt).order_by(_learnt.c.id)).mappings()
    return [_stored(row) for row in rows]


def last_adopted(connection: Connection) -> dt.datetime | None:
    """Return when evidence was adopted last; None when none was."""
    newest: dt.datetime | None = connection.execute(select(func.max(_learnt.c.adopted_at))).scalar_one()
    return newest


def list_of_ticket(connection: Connection, ticket_number: int) -> Sequence[StoredEvidence]:
    """Return the evidence one ticket gave, oldest first."""
    query = select(_learnt).where(_learnt.c.ticket_number == ticket_number).order_by(_learnt.c.id)
    return [_stored(row) for row in connection.execute(query).mappings()]


def mask(connection: Connection, evidence_id: int, text: str) -> None:
    """Put a text without anything personal in place of what the customer wrote."""
    connection.execute(update(_learnt).where(_learnt.c.id == evidence_id).values(text=text, masked=True))


def adopt(connection: Connection, evidence_ids: Collection[int], now: dt.datetime) -> None:
    """Let these pieces of evidence count from now on."""
    wanted = list(evidence_ids)
    for start in range(0, len(wanted), _CHUNK):
        chosen = _learnt.c.id.in_(wanted[start : start + _CHUNK])
        connection.execute(update(_learnt).where(chosen).values(adopted_at=now))


def _stored(row: RowMapping) -> StoredEvidence:
    return StoredEvidence(
        row["id"],
        row["at"],
        Learnt(row["article"], row["text"], row["source"], row["right"], row["weight"]),
        row["ticket_number"],
        row["masked"],
        row["adopted_at"] is not None,
    )
