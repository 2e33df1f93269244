"""What was sent to whom before: the limits are counted on these figures, so each of them is one indexed query."""

import datetime as dt

from sqlalchemy import Connection, func, select

from inboxd.store.tables import OutboxRow, table_of

_outbox = table_of(OutboxRow)


def automatic_times(
    connection: Connection, *, recipient: str | None, ticket_number: int | None, since: dt.datetime
) -> tuple[dt.datetime, ...]:
    """Return when automatic mails were enqueued, newest first: to one address, on one ticket, or (both None) at all."""
    query = select(_outbox.c.created_at).where(
        _outbox.c.automatic, _outbox.c.created_at >= since, _outbox.c.state != "cancelled"
    )
    if recipient is not None:
        query = query.where(_outbox.c.recipient == recipient)
    if ticket_number is not None:
        query = query.where(_outbox.c.ticket_number == ticket_number)
    return tuple(connection.execute(query.order_by(_outbox.c.created_at.desc()).limit(500)).scalars())


def automatic_to_domain(
    connection: Connection, domain: str, since: dt.datetime
) -> tuple[tuple[str, dt.datetime], ...]:
    """Return recipient and time of the automatic mails to customers of a domain since then, newest first."""
    query = select(_outbox.c.recipient, _outbox.c.created_at).where(
        _outbox.c.automatic,
        _outbox.c.kind.in_(("acknowledgement", "answer", "survey")),
        _outbox.c.created_at >= since,
        _outbox.c.state != "cancelled",
        _outbox.c.recipient.endswith(f"@{domain}", autoescape=True),
    )
    rows = connection.execute(query.order_by(_outbox.c.created_at.desc()))
    return tuple((row.recipient, row.created_at) for row in rows)


def kind_times(
    connection: Connection, recipient: str, kind: str, since: dt.datetime
) -> tuple[dt.datetime, ...]:
    """Return when mails of one kind to this address were enqueued, newest first."""
    query = select(_outbox.c.created_at).where(
        _outbox.c.recipient == recipient,
        _outbox.c.kind == kind,
        _outbox.c.created_at >= since,
        _outbox.c.state != "cancelled",
    )
    return tuple(connection.execute(query.order_by(_outbox.c.created_at.desc()).limit(500)).scalars())


def last_acknowledged(connection: Connection, recipient: str) -> dt.datetime | None:
    """Return when this address last got an acknowledgement."""
    query = select(func.max(_outbox.c.created_at)).where(
        _outbox.c.recipient == recipient, _outbox.c.kind == "acknowledgement", _outbox.c.state != "cancelled"
    )
    return connection.execute(query).scalar_one_or_none()


def automatic_to_customers(connection: Connection, since: dt.datetime) -> tuple[dt.datetime, ...]:
    """Return when automatic mails to customers were enqueued, newest first: what the brake counts."""
    query = select(_outbox.c.created_at).where(
        _outbox.c.automatic,
        _outbox.c.created_at >= since,
        _outbox.c.kind.in_(("acknowledgement", "answer", "survey")),
        _outbox.c.state != "cancelled",
    )
    return tuple(connection.execute(query.order_by(_outbox.c.created_at.desc()).limit(1000)).scalars())


def last_relayed(connection: Connection, recipient: str) -> dt.datetime | None:
    """Return when a person of the desk last wrote to this address."""
    query = select(func.max(_outbox.c.created_at)).where(
        _outbox.c.recipient == recipient, _outbox.c.kind == "relay"
    )
    return connection.execute(query).scalar_one_or_none()
