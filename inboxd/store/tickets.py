"""Tickets, their messages and events."""

import datetime as dt
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from inboxd.core.ticket import Event, Message, Ticket
from inboxd.errors import TransientError
from inboxd.store.conversations import add_participants, list_participants
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import reference as _reference
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.prepared import Prepared
from inboxd.store.restored import mark_query

_OPEN = ("new", "open", "pending")
_TICKET = tuple(one.name for one in fields(Ticket))
_TAGS, _TOLD = _TICKET.index("tags"), _TICKET.index("told")
_MESSAGE = tuple(one.name for one in fields(Message))
_ATTACHMENTS = _MESSAGE.index("attachments")
_AS_TICKET = select(*(_ticket.c[name] for name in _TICKET))
# The events that belong to the mails of a ticket and go with them.
CONVERSATION = ("asked", "answered", "undelivered")


# Asked or written for every mail, or asked by every look of a job: made once.
_NEXT_NUMBER = Prepared(select(func.coalesce(func.max(_ticket.c.number), 0), mark_query()))
_FIND = Prepared(_AS_TICKET.where(_ticket.c.number == bindparam("wanted")))
_FIND_MANY = Prepared(
    _AS_TICKET.where(_ticket.c.number.in_(bindparam("wanted", expanding=True))), lists=("wanted",)
)
_OPEN_LOAD = Prepared(
    select(_ticket.c.assignee, _ticket.c.priority, func.count())
    .where(_ticket.c.status.in_(_OPEN))
    .group_by(_ticket.c.assignee, _ticket.c.priority)
    .order_by(_ticket.c.assignee, _ticket.c.priority)
)
_DUE = {
    name: Prepared(
        _AS_TICKET.where(_ticket.c[name].is_not(None), _ticket.c[name] <= bindparam("now"))
        .order_by(_ticket.c[name])
        .limit(500)
    )
    for name in ("chase_at", "snoozed_until", "idle_at")
}
_SOLVED_BEFORE = Prepared(
    select(_ticket.c.number)
    .where(_ticket.c.status == "solved", _ticket.c.solved_at < bindparam("moment"))
    .order_by(_ticket.c.number)
    .limit(500)
)
_INSERT = Prepared(insert(_ticket))
_UPDATE = Prepared(
    update(_ticket).where(_ticket.c.number == bindparam("wanted"), _ticket.c.version == bindparam("read"))
)
_ADD_MESSAGE = Prepared(insert(_message))
_ADD_EVENT = Prepared(insert(_event))
_MESSAGES = Prepared(
    select(*(_message.c[name] for name in _MESSAGE))
    .where(_message.c.ticket_number == bindparam("ticket"))
    .order_by(_message.c.id)
)


class ConcurrentChangeError(TransientError):
    """Somebody else changed the ticket since it was read: read again, decide again."""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it stands in the store."""

    at: dt.datetime
    kind: str
    actor: str
    detail: Mapping[str, Any]
    ticket_number: int | None
    mail_id: int | None
    outbox_id: int | None


def next_number(connection: Connection) -> int:
    """Return the number the next ticket will have; the insert fails, and is redone, if somebody else took it."""
    highest, mark = _NEXT_NUMBER.first(connection) or (0, None)
    # A number whose ticket a restore lost is not given again: its customer still has the signed address of it.
    return max(int(highest), mark["ticket"] if mark else 0) + 1


def find(connection: Connection, number: int) -> Ticket | None:
    """Return a ticket by its number."""
    row = _FIND.first(connection, wanted=number)
    return _to_ticket(row) if row else None


def find_many(connection: Connection, numbers: Collection[int]) -> dict[int, Ticket]:
    """Return the tickets that exist among ``numbers``."""
    if not numbers:
        return {}
    found = [_to_ticket(row) for row in _FIND_MANY.rows(connection, wanted=list(numbers))]
    return {one.number: one for one in found}


def list_tickets(
    connection: Connection,
    *,
    statuses: Collection[str] = (),
    customer_ids: Collection[int] | None = None,
    assignee: str = "",
    since: dt.datetime | None = None,
) -> Sequence[Ticket]:
    """Return tickets by number; each filter that is given must hold."""
    query = _AS_TICKET.order_by(_ticket.c.number)
    if statuses:
        query = query.where(_ticket.c.status.in_(statuses))
    if customer_ids is not None:
        query = query.where(_ticket.c.customer_id.in_(customer_ids))
    if assignee:
        query = query.where(_ticket.c.assignee == assignee)
    if since is not None:
        query = query.where(_ticket.c.created_at >= since)
    return [_to_ticket(row) for row in connection.execute(query)]


def list_due(connection: Connection, column: str, now: dt.datetime) -> Sequence[Ticket]:
    """Return tickets whose ``chase_at``, ``snoozed_until`` or ``idle_at`` has come, the most overdue first."""
    return [_to_ticket(row) for row in _DUE[column].rows(connection, now=now)]


def list_solved_before(connection: Connection, moment: dt.datetime) -> Sequence[int]:
    """Return the numbers of tickets solved before then and still only solved."""
    return _SOLVED_BEFORE.column(connection, moment=moment)


def open_load(connection: Connection) -> dict[str, list[tuple[str, int]]]:
    """Return per assignee how many open tickets of each priority he has."""
    load: dict[str, list[tuple[str, int]]] = {}
    for assignee, priority, tickets in _OPEN_LOAD.rows(connection):
        load.setdefault(assignee, []).append((priority, tickets))
    return load


def insert_ticket(connection: Connection, ticket: Ticket) -> None:
    """Insert a new ticket under the number reserved for it."""
    _INSERT.run(connection, **_values(ticket))


def update_ticket(connection: Connection, ticket: Ticket) -> None:
    """Write a changed ticket; raise ``ConcurrentChangeError`` when it is no longer what was read."""
    values = _values(ticket) | {"version": ticket.version + 1}
    if _UPDATE.run(connection, wanted=ticket.number, read=ticket.version, **values) != 1:
        raise ConcurrentChangeError(f"ticket #{ticket.number} was changed by somebody else")


def add_message(connection: Connection, number: int, message: Message) -> None:
    """Add a line to a ticket."""
    values = {name: getattr(message, name) for name in _MESSAGE} | {"attachments": list(message.attachments)}
    _ADD_MESSAGE.run(connection, ticket_number=number, **values)


def add_event(
    connection: Connection,
    event: Event,
    now: dt.datetime,
    *,
    ticket_number: int | None = None,
    mail_id: int | None = None,
    outbox_id: int | None = None,
) -> None:
    """Write down that something happened."""
    _ADD_EVENT.run(
        connection,
        at=now,
        kind=event.kind,
        actor=event.actor,
        detail=dict(event.detail),
        ticket_number=ticket_number,
        mail_id=mail_id,
        outbox_id=outbox_id,
    )


def merge(connection: Connection, number: int, into: int, now: dt.datetime) -> None:
    """Move everything of one ticket to another; mail to the old number goes to the new one from now on."""
    connection.execute(update(_message).where(_message.c.ticket_number == number).values(ticket_number=into))
    known = select(_reference.c.message_id).where(_reference.c.ticket_number == into)
    connection.execute(
        delete(_reference).where(_reference.c.ticket_number == number, _reference.c.message_id.in_(known))
    )
    connection.execute(
        update(_reference).where(_reference.c.ticket_number == number).values(ticket_number=into)
    )
    add_participants(connection, into, list_participants(connection, number), now)
    # The clocks run on what was asked and answered, wherever it was at the time.
    connection.execute(
        update(_event)
        .where(_event.c.ticket_number == number, _event.c.kind.in_(CONVERSATION))
        .values(ticket_number=into)
    )
    connection.execute(
        update(_ticket)
        .where(_ticket.c.number == number)
        .values(
            status="merged",
            merged_into=into,
            chase_at=None,
            idle_at=None,
            snoozed_until=None,
            updated_at=now,
            version=_ticket.c.version + 1,
        )
    )
    add_event(connection, Event("merged", {"into": into}), now, ticket_number=number)
    add_event(connection, Event("merged", {"from": number}), now, ticket_number=into)


def list_messages(connection: Connection, number: int) -> Sequence[Message]:
    """Return the lines of a ticket in order."""
    return [_to_message(row) for row in _MESSAGES.rows(connection, ticket=number)]


def list_events(
    connection: Connection,
    *,
    ticket_number: int | None = None,
    kinds: Collection[str] = (),
    since: dt.datetime | None = None,
) -> Sequence[RecordedEvent]:
    """Return events in order; each filter that is given must hold."""
    asked: dict[str, Any] = {}
    if ticket_number is not None:
        asked["ticket"] = ticket_number
    if kinds:
        asked["kinds"] = list(kinds)
    if since is not None:
        asked["since"] = since
    return [RecordedEvent(*row) for row in _events_by(tuple(asked)).rows(connection, **asked)]


@functools.cache
def _events_by(filters: tuple[str, ...]) -> Prepared:
    """Return the question for events with these filters."""
    conditions = {
        "ticket": _event.c.ticket_number == bindparam("ticket"),
        "kinds": _event.c.kind.in_(bindparam("kinds", expanding=True)),
        "since": _event.c.at >= bindparam("since"),
    }
    query = select(*(_event.c[one.name] for one in fields(RecordedEvent))).order_by(_event.c.id)
    return Prepared(
        query.where(*(conditions[name] for name in filters)), lists=("kinds",) if "kinds" in filters else ()
    )


def _to_message(row: tuple[Any, ...]) -> Message:
    values = list(row)
    values[_ATTACHMENTS] = tuple(values[_ATTACHMENTS])
    return Message(*values)


def _values(ticket: Ticket) -> dict[str, Any]:
    lists = {"tags": list(ticket.tags), "told": list(ticket.told)}
    return {name: getattr(ticket, name) for name in _TICKET} | lists


def _to_ticket(row: Row[Any] | tuple[Any, ...]) -> Ticket:
    values = list(row)
    values[_TAGS], values[_TOLD] = tuple(values[_TAGS]), tuple(values[_TOLD])
    return Ticket(*values)
