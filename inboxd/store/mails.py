"""Accepted mails: inserting them once, taking the next due one, writing down what became of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, false, func, literal, select, true, update
from sqlalchemy.exc import NoResultFound

from inboxd.core.mail import Envelope
from inboxd.store import raw_mails
from inboxd.store.core_tables import mail as _mail
from inboxd.store.prepared import Prepared

# Databases know signed 64-bit integers only; a SimHash is unsigned.
_SIGN = 1 << 63
# A person looked at it: what held it the first time does not hold it again.
RELEASED = "released"
# The source of what was found in the desk's own Sent folder.
SENT = "sent"
# The source of what people of the desk wrote for themselves only, in the desk a ticket was moved from.
NOTE = "note"
BY_DESK = frozenset({SENT, NOTE})


@dataclass(frozen=True, slots=True)
class StoredMail:
    """An accepted mail as the pipeline takes it up."""

    mail_id: int
    accepted_at: dt.datetime
    source: str
    reverse_path: str | None
    forward_paths: tuple[str, ...]
    peer: str
    helo: str
    submitter: str
    imported: bool
    attempts: int
    state: str
    disposition: str
    reason: str
    detail: str
    ticket_number: int | None
    sender: str
    subject: str
    decision: Mapping[str, Any]
    received_at: dt.datetime | None = None

    @property
    def arrived_at(self) -> dt.datetime:
        """Return when the mail reached us or the mailbox we fetched it from, whichever was first."""
        return min(self.received_at or self.accepted_at, self.accepted_at)

    @property
    def happened_at(self) -> dt.datetime:
        """Return when the clocks of the desk start for it: its acceptance; of history, when it was news."""
        return self.arrived_at if self.imported else self.accepted_at

    @property
    def envelope(self) -> Envelope | None:
        """Return the envelope, or None when its reverse-path is unknown."""
        return None if self.reverse_path is None else Envelope(self.reverse_path, self.forward_paths)


_STORED = tuple(one.name for one in fields(StoredMail) if one.name != "mail_id")
_AS_STORED = (_mail.c.id, *(_mail.c[name] for name in _STORED))
_PATHS = 1 + _STORED.index("forward_paths")
# Asked for every mail: made once. Words and not parameters where a partial index is chosen by them.
_ACCEPTED = _mail.c.state == literal("accepted", literal_execute=True)
_DUE = (_ACCEPTED, _mail.c.next_attempt_at <= bindparam("now"))
_NEXT = select(*_AS_STORED).order_by(_mail.c.next_attempt_at, _mail.c.id).limit(1)
_NEXT_NEW = Prepared(_NEXT.where(*_DUE, _mail.c.imported == false()))
_NEXT_IMPORTED = Prepared(_NEXT.where(*_DUE, _mail.c.imported == true()))
_FIRST_ACCEPTED = Prepared(select(_mail.c.accepted_at).order_by(_mail.c.id).limit(1))
_RECENT_BODIES = Prepared(
    select(_mail.c.accepted_at, _mail.c.body_simhash)
    .where(
        _mail.c.sender_domain == bindparam("domain"),
        _mail.c.accepted_at >= bindparam("since"),
        _mail.c.body_simhash.is_not(None),
    )
    .order_by(_mail.c.accepted_at.desc())
    .limit(200)
)
_FINISH = Prepared(update(_mail).where(_mail.c.id == bindparam("of_mail"), _ACCEPTED))


def next_accepted(
    connection: Connection, now: dt.datetime, *, history_only: bool = False
) -> StoredMail | None:
    """Return the accepted mail that has been due longest, or None. Ordered by due time: one that waits blocks nobody.

    Mail from an archive comes last, however long it has been due: nobody waits for it. ``history_only``: no other.
    """
    for query in (_NEXT_IMPORTED,) if history_only else (_NEXT_NEW, _NEXT_IMPORTED):
        row = query.first(connection, now=now)
        if row is not None:
            values = list(row)
            values[_PATHS] = tuple(values[_PATHS])
            return StoredMail(*values)
    return None


def find_due(connection: Connection, mail_id: int, now: dt.datetime) -> StoredMail | None:
    """Return one mail if it is accepted and due, else None."""
    due = (_mail.c.id == mail_id, _mail.c.state == "accepted", _mail.c.next_attempt_at <= now)
    row = connection.execute(select(_mail).where(*due)).mappings().first()
    return _stored(row) if row else None


def list_untried(connection: Connection, now: dt.datetime, most: int, max_bytes: int) -> tuple[int, ...]:
    """Return the accepted mails that are due, were never tried and are no larger than that, in the order of their turn."""
    query = select(_mail.c.id).where(
        _mail.c.state == "accepted",
        _mail.c.imported == false(),
        _mail.c.next_attempt_at <= now,
        _mail.c.attempts == 0,
        _mail.c.size <= max_bytes,
    )
    query = query.order_by(_mail.c.next_attempt_at, _mail.c.id).limit(most)
    return tuple(connection.execute(query).scalars())


def find(connection: Connection, mail_id: int) -> StoredMail | None:
    """Return one mail by its id."""
    row = connection.execute(select(_mail).where(_mail.c.id == mail_id)).mappings().first()
    return _stored(row) if row else None


def load_raw(connection: Connection, mail_id: int) -> bytes:
    """Return the bytes of a mail exactly as they were accepted."""
    raw = find_raw(connection, mail_id)
    if raw is None:
        raise NoResultFound(f"mail {mail_id} has no bytes")
    return raw


def find_message_id(connection: Connection, message_id: str) -> int | None:
    """Return the first mail that came under a Message-ID, or None."""
    query = select(_mail.c.id).where(_mail.c.message_id == message_id).order_by(_mail.c.id).limit(1)
    return connection.execute(query).scalar_one_or_none()


def find_raw(connection: Connection, mail_id: int) -> bytes | None:
    """Return the bytes of a mail, or None when they are no longer kept."""
    return raw_mails.load_raw(connection, mail_id)


def mark_processed(
    connection: Connection,
    mail_id: int,
    *,
    disposition: str,
    reason: str,
    ticket_number: int | None,
    decision: Mapping[str, Any],
    now: dt.datetime,
    sender: str = "",
    subject: str = "",
    body_simhash: int | None = None,
) -> bool:
    """Write down what became of a mail; return False when somebody else already did."""
    changed = _FINISH.run(
        connection,
        of_mail=mail_id,
        state="held" if disposition == "hold" else "processed",
        disposition=disposition,
        reason=reason,
        ticket_number=ticket_number,
        decision=dict(decision),
        processed_at=now,
        sender=sender,
        sender_domain=sender.rpartition("@")[2],
        subject=subject,
        body_simhash=None if body_simhash is None else body_simhash - _SIGN,
    )
    return changed == 1


def postpone(connection: Connection, mail_id: int, until: dt.datetime) -> None:
    """Ask for this mail again later, without counting a failure."""
    connection.execute(update(_mail).where(_mail.c.id == mail_id).values(next_attempt_at=until))


def book_failure(connection: Connection, mail_id: int, until: dt.datetime) -> int:
    """Count a failed attempt and ask again at ``until``; return how many there were."""
    connection.execute(
        update(_mail)
        .where(_mail.c.id == mail_id)
        .values(attempts=_mail.c.attempts + 1, next_attempt_at=until)
    )
    attempts: int = connection.execute(select(_mail.c.attempts).where(_mail.c.id == mail_id)).scalar_one()
    return attempts


def hold(connection: Connection, mail_id: int, reason: str, detail: str, now: dt.datetime) -> None:
    """Keep a mail for a person to look at, with the reason and, if there was one, the traceback."""
    connection.execute(
        update(_mail)
        .where(_mail.c.id == mail_id, _mail.c.state == "accepted")
        .values(state="held", disposition="hold", reason=reason, detail=detail, processed_at=now)
    )


def release(connection: Connection, mail_id: int, now: dt.datetime) -> bool:
    """Hand a held mail to the pipeline again, marked as looked at; return False when it is not held."""
    values = {
        "state": "accepted",
        "disposition": RELEASED,
        "attempts": 0,
        "next_attempt_at": now,
        "reason": "",
        "detail": "",
    }
    result = connection.execute(
        update(_mail).where(_mail.c.id == mail_id, _mail.c.state == "held").values(values)
    )
    return result.rowcount == 1


def drop(connection: Connection, mail_id: int) -> bool:
    """Put a held mail aside for good (its bytes stay); return False when it is not held."""
    result = connection.execute(
        update(_mail).where(_mail.c.id == mail_id, _mail.c.state == "held").values(state="dropped")
    )
    return result.rowcount == 1


def list_held(connection: Connection) -> Sequence[StoredMail]:
    """Return all held mails, oldest first."""
    rows = connection.execute(select(_mail).where(_mail.c.state == "held").order_by(_mail.c.id)).mappings()
    return [_stored(row) for row in rows]


def count_by_state(connection: Connection, since: dt.datetime | None = None) -> dict[str, int]:
    """Return how many mails are in each state (``copies`` counts the duplicates that were recognised)."""
    query = select(_mail.c.state, func.count(), func.sum(_mail.c.copies)).group_by(_mail.c.state)
    if since is not None:
        query = query.where(_mail.c.accepted_at >= since)
    counts: dict[str, int] = {"copies": 0}
    for state, number, copies in connection.execute(query):
        counts[state] = number
        counts["copies"] += copies or 0
    return counts


def first_accepted(connection: Connection) -> dt.datetime | None:
    """Return when the very first mail was accepted; None on a desk without mail."""
    first: dt.datetime | None = _FIRST_ACCEPTED.value(connection)
    return first


def recent_bodies(
    connection: Connection, sender_domain: str, since: dt.datetime
) -> tuple[tuple[dt.datetime, int], ...]:
    """Return (accepted at, SimHash) of the mails that domain sent lately, newest first."""
    rows = _RECENT_BODIES.rows(connection, domain=sender_domain, since=since)
    return tuple((accepted_at, body + _SIGN) for accepted_at, body in rows)


def _stored(row: RowMapping) -> StoredMail:
    values = {field.name: row[field.name] for field in fields(StoredMail) if field.name in row}
    return StoredMail(**(values | {"mail_id": row["id"], "forward_paths": tuple(row["forward_paths"])}))
