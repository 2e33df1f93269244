"""The outbox: enqueue with the decision, claim by compare-and-swap, record what the peer said."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.exc import NoResultFound

from inboxd.store import outbox_statements as statements
from inboxd.store.core_tables import attempt as _attempt
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _raw


@dataclass(frozen=True, slots=True)
class NewOutgoing:
    """A composed mail about to be queued under an id that was reserved for it (the id is part of its Message-ID)."""

    outbox_id: int
    kind: str
    automatic: bool
    reverse_path: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    raw: bytes = field(repr=False)
    ticket_number: int | None = None
    mail_id: int | None = None
    once_key: str | None = None
    why: Mapping[str, Any] = field(default_factory=dict)
    stale_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail taken for one attempt, which is already booked."""

    outbox_id: int
    attempt_id: int
    attempts: int
    created_at: dt.datetime
    kind: str
    ticket_number: int | None
    reverse_path: str
    recipients: tuple[str, ...]
    message_id: str
    raw: bytes = field(repr=False)
    mail_id: int | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the outbox as people and programs look at it."""

    outbox_id: int
    kind: str
    state: str
    ticket_number: int | None
    mail_id: int | None
    automatic: bool
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    attempts: int
    created_at: dt.datetime
    next_attempt_at: dt.datetime
    sent_at: dt.datetime | None
    last_reply: str
    why: Mapping[str, Any]


def next_id(connection: Connection) -> int:
    """Return the id the next outgoing mail will have; the insert fails, and is redone, if somebody else took it."""
    highest, mark = statements.NEXT_ID.first(connection) or (0, None)
    # Nor is an id a restore lost: a bounce of that mail must not bind to another.
    return max(int(highest), mark["outbox"] if mark else 0) + 1


def enqueue(connection: Connection, mail: NewOutgoing, now: dt.datetime) -> bool:
    """Queue a mail in the deciding transaction; return False when the same thing (``once_key``) was queued before."""
    if mail.once_key and find_once_key(connection, mail.once_key) is not None:
        return False
    statements.ENQUEUE.run(
        connection,
        id=mail.outbox_id,
        kind=mail.kind,
        state="queued",
        once_key=mail.once_key,
        ticket_number=mail.ticket_number,
        mail_id=mail.mail_id,
        automatic=mail.automatic,
        created_at=now,
        reverse_path=mail.reverse_path,
        recipient=mail.recipients[0].lower(),
        recipients=list(mail.recipients),
        subject=mail.subject,
        message_id=mail.message_id,
        why=dict(mail.why),
        attempts=0,
        next_attempt_at=now,
        last_reply="",
        reported=False,
        stale_at=mail.stale_at,
    )
    statements.ENQUEUE_RAW.run(connection, outbox_id=mail.outbox_id, raw=mail.raw)
    return True


def find_once_key(connection: Connection, once_key: str) -> int | None:
    """Return the id of the mail queued under this key."""
    found: int | None = statements.FIND_ONCE_KEY.value(connection, key=once_key)
    return found


def find_due(connection: Connection, now: dt.datetime) -> tuple[int, int] | None:
    """Return (id, attempts so far) of the mail that has been due longest and is still worth sending, or None."""
    row = statements.FIND_DUE.first(connection, now=now)
    return (row[0], row[1]) if row else None


def claim(
    connection: Connection, outbox_id: int, attempts: int, now: dt.datetime, next_attempt_at: dt.datetime
) -> Claimed | None:
    """Book the attempt before its first byte; None when somebody else has it (compare-and-swap on ``attempts``).

    A crash during the attempt leaves the row due again at ``next_attempt_at``, so it cannot hammer the peer.
    """
    booked = {"attempts": attempts + 1, "next_attempt_at": next_attempt_at}
    if statements.BOOK.run(connection, outgoing=outbox_id, tried=attempts, **booked) != 1:
        return None
    attempt_id = statements.BEGIN_ATTEMPT.insert(
        connection, outbox_id=outbox_id, at=now, outcome="unknown", reply=""
    )
    found = statements.LOAD_CLAIMED.first(connection, outgoing=outbox_id)
    if found is None:
        raise NoResultFound(f"outgoing mail {outbox_id} has no bytes")
    created_at, kind, ticket_number, reverse_path, recipients, message_id, raw, mail_id = found
    return Claimed(
        outbox_id=outbox_id,
        attempt_id=attempt_id,
        attempts=attempts + 1,
        created_at=created_at,
        kind=kind,
        ticket_number=ticket_number,
        reverse_path=reverse_path,
        recipients=tuple(recipients),
        message_id=message_id,
        raw=bytes(raw),
        mail_id=mail_id,
    )


def record_reply(
    connection: Connection,
    claimed: Claimed,
    *,
    outcome: str,
    reply: str,
    now: dt.datetime,
    next_attempt_at: dt.datetime,
) -> None:
    """Write down the outcome of an attempt: ``sent``, ``later`` (with when) or ``failed``."""
    state = {"sent": "sent", "later": "queued", "failed": "failed"}[outcome]
    statements.END_ATTEMPT.run(connection, attempt=claimed.attempt_id, outcome=outcome, reply=reply)
    statements.RECORD.run(
        connection,
        outgoing=claimed.outbox_id,
        state=state,
        last_reply=reply,
        next_attempt_at=next_attempt_at,
        sent_at=now if outcome == "sent" else None,
    )


def retry(connection: Connection, outbox_id: int, now: dt.datetime) -> bool:
    """Make a failed or waiting mail due now; return False when there is none such. Who orders it wants it, however old."""
    result = connection.execute(
        update(_outbox)
        .where(_outbox.c.id == outbox_id, _outbox.c.state.in_(("queued", "failed")))
        .values(state="queued", next_attempt_at=now, reported=False, stale_at=None)
    )
    return result.rowcount == 1


def cancel_untried(connection: Connection, outbox_id: int) -> bool:
    """Withdraw a mail that surely nobody has seen: refused for now at most; return False when it may have left."""
    tried = select(_attempt.c.id).where(_attempt.c.outbox_id == outbox_id, _attempt.c.outcome != "later")
    found = connection.execute(
        select(_outbox.c.attempts).where(
            _outbox.c.id == outbox_id, _outbox.c.state == "queued", ~tried.exists()
        )
    ).scalar()
    if found is None:
        return False
    # Compare and swap, as claiming does: an attempt that is booked meanwhile goes first.
    result = connection.execute(
        update(_outbox)
        .where(_outbox.c.id == outbox_id, _outbox.c.state == "queued", _outbox.c.attempts == found)
        .values(state="cancelled")
    )
    return result.rowcount == 1


def find(connection: Connection, outbox_id: int) -> Queued | None:
    """Return one outgoing mail by its id."""
    row = connection.execute(select(_outbox).where(_outbox.c.id == outbox_id)).mappings().first()
    return _queued(row) if row else None


def find_by_message_id(connection: Connection, message_id: str) -> Queued | None:
    """Return the outgoing mail with that Message-ID."""
    row = connection.execute(select(_outbox).where(_outbox.c.message_id == message_id)).mappings().first()
    return _queued(row) if row else None


def list_waiting(connection: Connection) -> Sequence[Queued]:
    """Return what is queued or failed, oldest first."""
    return _list(connection, select(_outbox).where(_outbox.c.state.in_(("queued", "failed"))))


def list_of_ticket(connection: Connection, ticket_number: int) -> Sequence[Queued]:
    """Return everything written on one ticket, oldest first."""
    return _list(connection, select(_outbox).where(_outbox.c.ticket_number == ticket_number))


def list_sent_between(connection: Connection, since: dt.datetime, until: dt.datetime) -> Sequence[Queued]:
    """Return what was enqueued in a span of time, oldest first."""
    return _list(
        connection, select(_outbox).where(_outbox.c.created_at >= since, _outbox.c.created_at < until)
    )


def load_raw(connection: Connection, outbox_id: int) -> bytes:
    """Return the bytes of an outgoing mail."""
    raw: bytes = connection.execute(select(_raw.c.raw).where(_raw.c.outbox_id == outbox_id)).scalar_one()
    return bytes(raw)


def list_unreported_failures(connection: Connection) -> Sequence[Queued]:
    """Return the failed mails the operator was not told about, oldest first."""
    return [_queued(row) for row in statements.UNREPORTED.mappings(connection)]


def mark_reported(connection: Connection, outbox_id: int) -> None:
    """Note that the operator was told."""
    connection.execute(update(_outbox).where(_outbox.c.id == outbox_id).values(reported=True))


def _list(connection: Connection, query: Select[Any]) -> Sequence[Queued]:
    return [_queued(row) for row in connection.execute(query.order_by(_outbox.c.id)).mappings()]


def _queued(row: Mapping[Any, Any]) -> Queued:
    names = [name for name in Queued.__slots__ if name not in {"outbox_id", "recipients"}]
    return Queued(
        outbox_id=row["id"], recipients=tuple(row["recipients"]), **{name: row[name] for name in names}
    )
