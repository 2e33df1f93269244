"""By what a mail finds its ticket: the Message-IDs that lead there, who takes part, and Outlook's conversation."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from inboxd.core.ticket import Participant, Reference
from inboxd.store.insertion import insert_missing
from inboxd.store.tables import ParticipantRow, ReferenceRow, TicketRow, table_of

_ticket = table_of(TicketRow)
_reference = table_of(ReferenceRow)
_participant = table_of(ParticipantRow)


def add_references(connection: Connection, number: int, references: Collection[Reference]) -> None:
    """Let Message-IDs lead to a ticket; one that already does keeps its first kind."""
    if references:
        rows = [
            {"message_id": one.message_id, "ticket_number": number, "kind": one.kind} for one in references
        ]
        connection.execute(insert_missing(connection, _reference, ("message_id", "ticket_number")), rows)


def add_participants(
    connection: Connection, number: int, people: Collection[Participant], now: dt.datetime
) -> None:
    """Let addresses join a ticket; one that already may keeps its role."""
    if people:
        rows = [
            {
                "ticket_number": number,
                "address": one.address,
                "role": one.role,
                "name": one.name,
                "added_at": now,
            }
            for one in people
        ]
        connection.execute(insert_missing(connection, _participant, ("ticket_number", "address")), rows)


def list_participants(connection: Connection, number: int) -> Sequence[Participant]:
    """Return who may join a ticket."""
    rows = connection.execute(select(_participant).where(_participant.c.ticket_number == number))
    return [Participant(row.address, row.name, row.role) for row in rows]


def participants_of(connection: Connection, numbers: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the participants' addresses of several tickets."""
    found: dict[int, set[str]] = {}
    if numbers:
        query = select(_participant.c.ticket_number, _participant.c.address)
        for number, address in connection.execute(query.where(_participant.c.ticket_number.in_(numbers))):
            found.setdefault(number, set()).add(address)
    return {number: frozenset(addresses) for number, addresses in found.items()}


def referenced(
    connection: Connection, message_ids: Collection[str]
) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return for each known Message-ID the (ticket, kind) pairs it leads to."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    if message_ids:
        query = select(_reference.c.message_id, _reference.c.ticket_number, _reference.c.kind)
        rows = connection.execute(
            query.where(_reference.c.message_id.in_(message_ids)).order_by(_reference.c.id)
        )
        for message_id, number, kind in rows:
            found[message_id] = (*found.get(message_id, ()), (number, kind))
    return found


def find_conversation(connection: Connection, conversation: str) -> tuple[int, ...]:
    """Return the tickets that began with a mail of this Outlook conversation, newest first."""
    if not conversation:
        return ()
    query = (
        select(_ticket.c.number)
        .where(_ticket.c.conversation == conversation)
        .order_by(_ticket.c.number.desc())
    )
    return tuple(connection.execute(query.limit(10)).scalars())
