"""Tickets whose category an operator put right, and which of them count as examples."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from inboxd.store import settings
from inboxd.store.tables import EventRow, MessageRow, TicketRow, table_of

_event = table_of(EventRow)
_message = table_of(MessageRow)
_ticket = table_of(TicketRow)
_ADOPTED = "categories:adopted"
# More of them make a question slower to compare and no category surer.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """A ticket's question with the category that an operator gave it, or (``given`` False) that nobody objected to."""

    ticket: int
    category: str
    subject: str
    text: str
    given: bool = True


def list_corrections(connection: Connection) -> tuple[Correction, ...]:
    """Return the tickets whose category is still the one an operator gave them, oldest first, the latest 500."""
    corrected = select(_event.c.ticket_number).where(_event.c.kind == "category", _event.c.actor != "")
    return _read(connection, corrected, given=True)


def list_undisputed(connection: Connection, since: dt.datetime) -> tuple[Correction, ...]:
    """Return the tickets since then that were solved with the category they got by themselves."""
    corrected = select(_event.c.ticket_number).where(
        _event.c.kind == "category", _event.c.ticket_number.is_not(None)
    )
    solved = select(_ticket.c.number).where(
        _ticket.c.created_at >= since,
        _ticket.c.status.in_(("solved", "closed")),
        _ticket.c.number.not_in(corrected),
    )
    return _read(connection, solved, given=False)


def adopted(connection: Connection) -> frozenset[int]:
    """Return the tickets whose corrections count."""
    kept = settings.load(connection, _ADOPTED)
    return frozenset(kept["tickets"]) if kept else frozenset()


def tried(connection: Connection) -> frozenset[int]:
    """Return the tickets whose corrections were tried together last."""
    kept = settings.load(connection, _ADOPTED)
    return frozenset(kept["tried"]) if kept else frozenset()


def adopt(
    connection: Connection, numbers: Collection[int], tried_together: Collection[int], now: dt.datetime
) -> None:
    """Let the corrections of these tickets count from now on, and no others; remember what was tried."""
    settings.save(connection, _ADOPTED, {"tickets": sorted(numbers), "tried": sorted(tried_together)}, now)


def _read(connection: Connection, numbers: object, *, given: bool) -> tuple[Correction, ...]:
    first = (
        select(_message.c.ticket_number, func.min(_message.c.id).label("id"))
        .where(_message.c.direction == "in")
        .group_by(_message.c.ticket_number)
        .subquery()
    )
    query = (
        select(_ticket.c.number, _ticket.c.category, _ticket.c.subject, _message.c.text)
        .join(first, first.c.ticket_number == _ticket.c.number)
        .join(_message, _message.c.id == first.c.id)
        .where(_ticket.c.number.in_(numbers), _ticket.c.category != "")  # type: ignore[arg-type]  # a subquery
        .order_by(_ticket.c.number.desc())
        .limit(_MOST)
    )
    rows = connection.execute(query).all()
    return tuple(Correction(row.number, row.category, row.subject, row.text, given) for row in reversed(rows))
