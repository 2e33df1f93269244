"""Tickets whose category an operator put right, and which of them count as examples."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from inboxd.store import settings
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.prepared import Prepared

_ADOPTED = "categories:adopted"
# More of them make a question slower to compare and no category surer.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """A ticket's question with the category that an operator gave it, or that nobody objected to."""

    ticket: int
    category: str
    subject: str
    text: str


def _questions_of(numbers: Select[Any]) -> Select[Any]:
    first = (
        select(_message.c.ticket_number, func.min(_message.c.id).label("id"))
        .where(_message.c.direction == "in")
        .group_by(_message.c.ticket_number)
        .subquery()
    )
    return (
        select(_ticket.c.number, _ticket.c.category, _ticket.c.subject, _message.c.text)
        .join(first, first.c.ticket_number == _ticket.c.number)
        .join(_message, _message.c.id == first.c.id)
        .where(_ticket.c.number.in_(numbers), _ticket.c.category != "")
        .order_by(_ticket.c.number.desc())
        .limit(_MOST)
    )


_CORRECTED = select(_event.c.ticket_number).where(_event.c.kind == "category")
# Asked by every look of a job: made once.
_GIVEN = Prepared(_questions_of(_CORRECTED.where(_event.c.actor != "")))
_UNDISPUTED = Prepared(
    _questions_of(
        select(_ticket.c.number).where(
            _ticket.c.created_at >= bindparam("since"),
            _ticket.c.status.in_(("solved", "closed")),
            _ticket.c.number.not_in(_CORRECTED.where(_event.c.ticket_number.is_not(None))),
        )
    )
)


def list_corrections(connection: Connection) -> tuple[Correction, ...]:
    """Return the tickets whose category is still the one an operator gave them, oldest first, the latest 500."""
    return _read(_GIVEN.rows(connection))


def list_undisputed(connection: Connection, since: dt.datetime) -> tuple[Correction, ...]:
    """Return the tickets since then that were solved with the category they got by themselves."""
    return _read(_UNDISPUTED.rows(connection, since=since))


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


def _read(rows: Sequence[tuple[Any, ...]]) -> tuple[Correction, ...]:
    return tuple(
        Correction(ticket, category, subject, text) for ticket, category, subject, text in reversed(rows)
    )
