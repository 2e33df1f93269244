"""By what a mail finds its ticket: the Message-IDs that lead there, who takes part, and Outlook's conversation."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, select

from inboxd.core.ticket import Participant, Reference
from inboxd.store.core_tables import participant as _participant
from inboxd.store.core_tables import reference as _reference
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.insertion import insert_missing
from inboxd.store.prepared import Prepared

# Asked for every mail: made once.
_PARTICIPANTS = Prepared(
    select(_participant.c.address, _participant.c.name, _participant.c.role).where(
        _participant.c.ticket_number == bindparam("ticket")
    )
)
_PARTICIPANTS_OF = Prepared(
    select(_participant.c.ticket_number, _participant.c.address).where(
        _participant.c.ticket_number.in_(bindparam("numbers", expanding=True))
    ),
    lists=("numbers",),
)
_REFERENCED = Prepared(
    select(_reference.c.message_id, _reference.c.ticket_number, _reference.c.kind)
    .where(_reference.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(_reference.c.id),
    lists=("ids",),
)
_CONVERSATION = Prepared(
    select(_ticket.c.number)
    .where(_ticket.c.conversation == bindparam("topic"))
    .order_by(_ticket.c.number.desc())
    .limit(10)
)


def add_references(connection: Connection, number: int, references: Collection[Reference]) -> None:
    """Let Message-IDs lead to a ticket; one that already does keeps its first kind."""
    if references:
        rows = [
            {"message_id": one.message_id, "ticket_number": number, "kind": one.kind} for one in references
        ]
        insert_missing(connection, _reference, ("message_id", "ticket_number")).run_each(connection, rows)


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
        insert_missing(connection, _participant, ("ticket_number", "address")).run_each(connection, rows)


def list_participants(connection: Connection, number: int) -> Sequence[Participant]:
    """Return who may join a ticket."""
    return [Participant(*row) for row in _PARTICIPANTS.rows(connection, ticket=number)]


def participants_of(connection: Connection, numbers: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the participants' addresses of several tickets."""
    found: dict[int, set[str]] = {}
    if numbers:
        for number, address in _PARTICIPANTS_OF.rows(connection, numbers=list(numbers)):
            found.setdefault(number, set()).add(address)
    return {number: frozenset(addresses) for number, addresses in found.items()}


def referenced(
    connection: Connection, message_ids: Collection[str]
) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return for each known Message-ID the (ticket, kind) pairs it leads to."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    if message_ids:
        for message_id, number, kind in _REFERENCED.rows(connection, ids=list(message_ids)):
            found[message_id] = (*found.get(message_id, ()), (number, kind))
    return found


def find_conversation(connection: Connection, conversation: str) -> tuple[int, ...]:
    """Return the tickets that began with a mail of this Outlook conversation, newest first."""
    if not conversation:
        return ()
    return tuple(_CONVERSATION.column(connection, topic=conversation))
