"""Answered mails as evidence for the knowledge base: one stream, from the mail that was judged to what is used."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from inboxd.core.outcome import Learnt
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.prepared import Prepared

# So many ids stand in one statement: SQLite takes 32,766 parameters.
_CHUNK = 10_000
# Asked by every look of a job: made once.
_ALL = Prepared(select(_learnt).order_by(_learnt.c.id))
_OF_TICKET = Prepared(
    select(_learnt).where(_learnt.c.ticket_number == bindparam("ticket")).order_by(_learnt.c.id)
)


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


def list_adopted(connection: Connection) -> Sequence[Learnt]:
    """Return the evidence that counts, oldest first."""
    return [one.learnt for one in list_stored(connection) if one.adopted]


def list_stored(connection: Connection) -> Sequence[StoredEvidence]:
    """Return all evidence with what became of it, oldest first."""
    return [_stored(row) for row in _ALL.mappings(connection)]


def last_adopted(connection: Connection) -> dt.datetime | None:
    """Return when evidence was adopted last; None when none was."""
    newest: dt.datetime | None = connection.execute(select(func.max(_learnt.c.adopted_at))).scalar_one()
    return newest


def list_of_ticket(connection: Connection, ticket_number: int) -> Sequence[StoredEvidence]:
    """Return the evidence one ticket gave, oldest first."""
    return [_stored(row) for row in _OF_TICKET.mappings(connection, ticket=ticket_number)]


def mask(connection: Connection, evidence_id: int, text: str) -> None:
    """Put a text without anything personal in place of what the customer wrote."""
    connection.execute(update(_learnt).where(_learnt.c.id == evidence_id).values(text=text, masked=True))


def adopt(connection: Connection, evidence_ids: Collection[int], now: dt.datetime) -> None:
    """Let these pieces of evidence count from now on."""
    wanted = list(evidence_ids)
    for start in range(0, len(wanted), _CHUNK):
        chosen = _learnt.c.id.in_(wanted[start : start + _CHUNK])
        connection.execute(update(_learnt).where(chosen).values(adopted_at=now))


def disregard(connection: Connection, evidence_ids: Collection[int]) -> None:
    """Let these pieces of evidence weigh nothing any more; complaints they are all the same."""
    wanted = list(evidence_ids)
    for start in range(0, len(wanted), _CHUNK):
        chosen = _learnt.c.id.in_(wanted[start : start + _CHUNK])
        connection.execute(update(_learnt).where(chosen).values(weight=0.0))


def _stored(row: Mapping[Any, Any]) -> StoredEvidence:
    return StoredEvidence(
        row["id"],
        row["at"],
        Learnt(row["article"], row["text"], row["source"], row["right"], row["weight"]),
        row["ticket_number"],
        row["masked"],
        row["adopted_at"] is not None,
    )
