"""What was sent to whom before: the limits are counted on these figures, so each of them is one indexed query."""

import datetime as dt

from sqlalchemy import Connection, bindparam, func, select

from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.flags import is_set
from inboxd.store.prepared import Prepared

_TO_CUSTOMERS = ("acknowledgement", "answer", "survey")
_TO = _outbox.c.recipient == bindparam("to")
_AUTOMATIC = is_set(_outbox.c.automatic)
_KEPT = (_outbox.c.created_at >= bindparam("since"), _outbox.c.state != "cancelled")
_NEWEST = _outbox.c.created_at.desc()
_ENDING = bindparam("ending", type_=_outbox.c.recipient.type)
# Asked for every mail: made once.
_TIMES = select(_outbox.c.created_at).where(_AUTOMATIC, *_KEPT).order_by(_NEWEST).limit(500)
_TIMES_TO = Prepared(_TIMES.where(_TO))
_TIMES_ON = Prepared(_TIMES.where(_outbox.c.ticket_number == bindparam("ticket")))
_TIMES_TO_ON = Prepared(_TIMES.where(_TO, _outbox.c.ticket_number == bindparam("ticket")))
_TIMES_OF_ALL = Prepared(_TIMES)
_OF_DOMAIN = Prepared(
    select(_outbox.c.recipient, _outbox.c.created_at)
    .where(
        _AUTOMATIC,
        _outbox.c.kind.in_(_TO_CUSTOMERS),
        *_KEPT,
        # Not LIKE: for a pattern it did not know before, SQLite makes the statement anew.
        func.substr(_outbox.c.recipient, func.length(_outbox.c.recipient) - func.length(_ENDING) + 1)
        == _ENDING,
    )
    .order_by(_NEWEST)
)
_OF_KIND = Prepared(
    select(_outbox.c.created_at)
    .where(_TO, _outbox.c.kind == bindparam("of_kind"), *_KEPT)
    .order_by(_NEWEST)
    .limit(500)
)
_LAST_ACKNOWLEDGED = Prepared(
    select(func.max(_outbox.c.created_at)).where(
        _TO, _outbox.c.kind == "acknowledgement", _outbox.c.state != "cancelled"
    )
)
_TO_ALL_CUSTOMERS = Prepared(
    select(_outbox.c.created_at)
    .where(_AUTOMATIC, _outbox.c.kind.in_(_TO_CUSTOMERS), *_KEPT)
    .order_by(_NEWEST)
    .limit(1000)
)
_LAST_RELAYED = Prepared(select(func.max(_outbox.c.created_at)).where(_TO, _outbox.c.kind == "relay"))


def automatic_times(
    connection: Connection, *, recipient: str | None, ticket_number: int | None, since: dt.datetime
) -> tuple[dt.datetime, ...]:
    """Return when automatic mails were enqueued, newest first: to one address, on one ticket, or (both None) at all."""
    if recipient is None and ticket_number is None:
        found = _TIMES_OF_ALL.column(connection, since=since)
    elif recipient is None:
        found = _TIMES_ON.column(connection, ticket=ticket_number, since=since)
    elif ticket_number is None:
        found = _TIMES_TO.column(connection, to=recipient, since=since)
    else:
        found = _TIMES_TO_ON.column(connection, to=recipient, ticket=ticket_number, since=since)
    return tuple(found)


def automatic_to_domain(
    connection: Connection, domain: str, since: dt.datetime
) -> tuple[tuple[str, dt.datetime], ...]:
    """Return recipient and time of the automatic mails to customers of a domain since then, newest first."""
    rows = _OF_DOMAIN.rows(connection, ending=f"@{domain}", since=since)
    return tuple((recipient, at) for recipient, at in rows)


def kind_times(
    connection: Connection, recipient: str, kind: str, since: dt.datetime
) -> tuple[dt.datetime, ...]:
    """Return when mails of one kind to this address were enqueued, newest first."""
    return tuple(_OF_KIND.column(connection, to=recipient, of_kind=kind, since=since))


def last_acknowledged(connection: Connection, recipient: str) -> dt.datetime | None:
    """Return when this address last got an acknowledgement."""
    last: dt.datetime | None = _LAST_ACKNOWLEDGED.value(connection, to=recipient)
    return last


def automatic_to_customers(connection: Connection, since: dt.datetime) -> tuple[dt.datetime, ...]:
    """Return when automatic mails to customers were enqueued, newest first: what the brake counts."""
    return tuple(_TO_ALL_CUSTOMERS.column(connection, since=since))


def last_relayed(connection: Connection, recipient: str) -> dt.datetime | None:
    """Return when a person of the desk last wrote to this address."""
    last: dt.datetime | None = _LAST_RELAYED.value(connection, to=recipient)
    return last
