"""What waits in the outbox and is of no use any more (``core/staleness.py``): who sends passes it over, a job withdraws it."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from inboxd.core.staleness import STALE, WITHDRAWN
from inboxd.store import outbox
from inboxd.store.core_tables import attempt as _attempt
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.outbox import Queued
from inboxd.store.outbox_claims import IN_FLIGHT
from inboxd.store.prepared import Prepared

# Asked by every look of a job: made once.
_STALE = Prepared(
    select(_outbox.c.id)
    .where(
        _outbox.c.state == "queued",
        _outbox.c.stale_at.is_not(None),
        _outbox.c.stale_at <= bindparam("now"),
        ~select(_attempt.c.id)
        .where(
            _attempt.c.outbox_id == _outbox.c.id,
            _attempt.c.outcome == "unknown",
            _attempt.c.at > bindparam("in_flight_since"),
        )
        .exists(),
    )
    .order_by(_outbox.c.id)
    .limit(500)
)


def list_stale(connection: Connection, now: dt.datetime) -> Sequence[Queued]:
    """Return what is stale and not just being sent, oldest first."""
    numbers = _STALE.column(connection, now=now, in_flight_since=now - IN_FLIGHT)
    return [one for number in numbers if (one := outbox.find(connection, number)) is not None]


def withdraw(connection: Connection, mail: Queued, *, again: bool = False) -> bool:
    """Withdraw a stale mail; return False when somebody has just taken it. ``again``: the same thing may be said anew."""
    changes: dict[str, object] = {"state": "cancelled", "why": {**mail.why, WITHDRAWN: STALE}}
    if again:
        changes["once_key"] = None
    # Compare and swap, as claiming does: an attempt that is booked meanwhile goes first.
    result = connection.execute(
        update(_outbox)
        .where(
            _outbox.c.id == mail.outbox_id, _outbox.c.state == "queued", _outbox.c.attempts == mail.attempts
        )
        .values(**changes)
    )
    return result.rowcount == 1


def may_have_left(connection: Connection, outbox_id: int) -> bool:
    """Return whether an attempt ended without a word: the daemon died over it, and somebody may have the mail."""
    query = select(_attempt.c.id).where(_attempt.c.outbox_id == outbox_id, _attempt.c.outcome != "later")
    return connection.execute(query.limit(1)).first() is not None


def note_unsent(connection: Connection, outbox_id: int) -> None:
    """Let the line that a mail was on its ticket be a note from now on: the customer never saw it."""
    connection.execute(
        update(_message).where(_message.c.outbox_id == outbox_id).values(direction="note", kind=WITHDRAWN)
    )


def chases_of(connection: Connection, written_at: dt.datetime) -> Sequence[Queued]:
    """Return the reminders that were written at one moment and have left."""
    query = select(_outbox.c.id).where(
        _outbox.c.created_at == written_at, _outbox.c.kind == "chase", _outbox.c.state == "sent"
    )
    numbers = connection.execute(query).scalars().all()
    return [one for number in numbers if (one := outbox.find(connection, number)) is not None]


def last_written(
    connection: Connection, kind: str, recipient: str, before: dt.datetime
) -> dt.datetime | None:
    """Return when the latest mail of a kind to somebody was written that was not withdrawn, before then."""
    query = (
        select(_outbox.c.created_at)
        .where(
            _outbox.c.recipient == recipient,
            _outbox.c.kind == kind,
            _outbox.c.created_at < before,
            _outbox.c.state != "cancelled",
        )
        .order_by(_outbox.c.created_at.desc())
    )
    found: dt.datetime | None = connection.execute(query.limit(1)).scalar_one_or_none()
    return found


def is_acknowledged(connection: Connection, ticket_number: int, besides: int) -> bool:
    """Return whether another acknowledgement on the ticket stands."""
    query = select(_outbox.c.id).where(
        _outbox.c.ticket_number == ticket_number,
        _outbox.c.kind == "acknowledgement",
        _outbox.c.id != besides,
        _outbox.c.state.in_(("queued", "sent")),
    )
    return connection.execute(query.limit(1)).first() is not None
