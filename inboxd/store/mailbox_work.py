"""Changes to be made in mailboxes: queued with the decision, claimed by compare-and-swap, tried again until done."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from inboxd.store.core_tables import mailbox_work as _work
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.prepared import Prepared

APPEND_SENT = "append_sent"
APPEND_DRAFT = "append_draft"
DELETE_DRAFT = "delete_draft"
ERASE_COPY = "erase_copy"

# Some providers put into Sent what they are given by SMTP: they are given the time to, so that it lies there once.
SETTLING = dt.timedelta(seconds=20)
# Asked by every look of a job: made once.
_FORGET_DONE = Prepared(
    delete(_work).where(_work.c.state.in_(("done", "cancelled")), _work.c.created_at < bindparam("before"))
)


@dataclass(frozen=True, slots=True)
class NewWork:
    """A change about to be queued. ``account`` is a mailbox (``user@host``); ``once_key`` forbids a second one.

    With ``outbox_id`` it waits until that mail was sent. ``detail`` is what the kind needs beyond the ids.
    """

    kind: str
    account: str
    once_key: str | None = None
    ticket_number: int | None = None
    outbox_id: int | None = None
    draft_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """A change taken for one attempt, which is already booked."""

    work_id: int
    kind: str
    account: str
    attempts: int
    ticket_number: int | None
    outbox_id: int | None
    draft_id: int | None
    detail: Mapping[str, Any]


def enqueue(connection: Connection, work: NewWork, now: dt.datetime) -> bool:
    """Queue a change in the deciding transaction; return False when the same one (``once_key``) was queued before."""
    if work.once_key is not None:
        known = select(_work.c.id).where(_work.c.once_key == work.once_key)
        if connection.execute(known).first() is not None:
            return False
    connection.execute(
        insert(_work).values(
            kind=work.kind,
            account=work.account,
            state="queued",
            once_key=work.once_key,
            ticket_number=work.ticket_number,
            outbox_id=work.outbox_id,
            draft_id=work.draft_id,
            detail=dict(work.detail),
            attempts=0,
            created_at=now,
            next_attempt_at=now,
            last_reply="",
        )
    )
    return True


def find_due(
    connection: Connection, account: str, kinds: tuple[str, ...], now: dt.datetime
) -> tuple[int, int] | None:
    """Return (id, attempts so far) of the change of these kinds that has been due longest in a mailbox, or None."""
    sent = select(_outbox.c.id).where(
        _outbox.c.id == _work.c.outbox_id, _outbox.c.state == "sent", _outbox.c.sent_at <= now - SETTLING
    )
    row = connection.execute(
        select(_work.c.id, _work.c.attempts)
        .where(
            _work.c.state == "queued",
            _work.c.account == account,
            _work.c.kind.in_(kinds),
            _work.c.next_attempt_at <= now,
            or_(_work.c.outbox_id.is_(None), sent.exists()),
        )
        .order_by(_work.c.next_attempt_at, _work.c.id)
        .limit(1)
    ).first()
    return (row.id, row.attempts) if row else None


def claim(connection: Connection, work_id: int, attempts: int, next_attempt_at: dt.datetime) -> Work | None:
    """Book the attempt before it begins; None when somebody else has it or it was cancelled meanwhile."""
    result = connection.execute(
        update(_work)
        .where(_work.c.id == work_id, _work.c.state == "queued", _work.c.attempts == attempts)
        .values(attempts=attempts + 1, next_attempt_at=next_attempt_at)
    )
    if result.rowcount != 1:
        return None
    row = connection.execute(select(_work).where(_work.c.id == work_id)).mappings().one()
    names = ("kind", "account", "attempts", "ticket_number", "outbox_id", "draft_id", "detail")
    return Work(work_id=work_id, **{name: row[name] for name in names})


def finish(connection: Connection, work_id: int, reply: str, now: dt.datetime) -> None:
    """Write down that a change was made, and what the server said."""
    _end(connection, work_id, "done", reply, now)


def give_up(connection: Connection, work_id: int, reply: str, now: dt.datetime) -> None:
    """Write down that a change will not be tried again, and what the server said last."""
    _end(connection, work_id, "failed", reply, now)


def note_failure(connection: Connection, work_id: int, reply: str) -> None:
    """Keep what the server said to an attempt that failed; when the next one is due was booked before."""
    connection.execute(update(_work).where(_work.c.id == work_id).values(last_reply=reply))


def forget_detail(connection: Connection, work_id: int) -> None:
    """Keep nothing of what a change was about: it was about somebody who is erased."""
    connection.execute(update(_work).where(_work.c.id == work_id).values(detail={}))


def cancel_for_draft(connection: Connection, draft_id: int, kind: str) -> None:
    """Withdraw a change about a draft that was not made yet."""
    connection.execute(
        update(_work)
        .where(_work.c.draft_id == draft_id, _work.c.kind == kind, _work.c.state == "queued")
        .values(state="cancelled")
    )


def forget_done(connection: Connection, before: dt.datetime) -> int:
    """Keep nothing of changes that were made, or not wanted any more, before then; return how many there were."""
    return _FORGET_DONE.run(connection, before=before)


def _end(connection: Connection, work_id: int, state: str, reply: str, now: dt.datetime) -> None:
    connection.execute(
        update(_work)
        .where(_work.c.id == work_id, _work.c.state == "queued")
        .values(state=state, last_reply=reply, done_at=now)
    )
