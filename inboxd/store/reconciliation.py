"""The store's side of reconciliation: what is written down with nothing behind it (``core/reconcile.py`` judges)."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Column, Connection, and_, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from inboxd.core.decision import Course, Disposition
from inboxd.core.reconcile import Books, Gap, GapKind, Waiting, balance, unprocessed
from inboxd.store import mails, settings
from inboxd.store.core_tables import attempt as _attempt
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import folder_mail as _lies
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_raw as _mail_raw
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _outbox_raw

# What the last nightly look into the mailboxes found, and could not be asked of the store.
_LOOKED = "reconciled"


def reconcile(connection: Connection, now: dt.datetime, since: dt.datetime | None = None) -> Books:
    """Return the books of the store: mails counted since then, gaps of all time. Reads only."""
    gaps = (
        *unprocessed(_waiting(connection), now),
        *(Gap(GapKind.UNFILED, f"mail {one}") for one in _unfiled(connection)),
        *(Gap(kind, f"{noun} {one}") for kind, noun, one in _dangling(connection)),
        *_places_without_mail(connection),
    )
    return balance(mails.count_by_state(connection, since), gaps)


def note_look(connection: Connection, gaps: int, now: dt.datetime) -> None:
    """Keep how many mails of the mailboxes were never taken, for the digest."""
    settings.save(connection, _LOOKED, {"untaken": gaps}, now)


def last_look(connection: Connection) -> int:
    """Return how many mails of the mailboxes were never taken when they were last looked at."""
    kept = settings.load(connection, _LOOKED)
    return int(kept["untaken"]) if kept else 0


def _waiting(connection: Connection) -> Iterator[Waiting]:
    columns = (
        _mail.c.id,
        _mail.c.accepted_at,
        _mail.c.next_attempt_at,
        _mail.c.imported,
        _mail.c.disposition,
    )
    for row in connection.execute(select(*columns).where(_mail.c.state == "accepted").order_by(_mail.c.id)):
        released = row.disposition == mails.RELEASED
        yield Waiting(row.id, row.accepted_at, row.next_attempt_at, row.imported, released)


def _unfiled(connection: Connection) -> Iterator[int]:
    """Yield the mails that are said to be filed and are on no ticket.

    A duplicate of our own mail is none, what lies in Sent for somebody who is no customer belongs to no ticket, and an
    operator's commands are carried out: what they did stands in events, what they relayed in the outbox.
    """
    on_ticket = exists().where(_message.c.mail_id == _mail.c.id)
    course = func.coalesce(_mail.c.decision["course"].as_string(), "")
    # As sets, each read once: neither column has an index, because nobody else asks this.
    carried_out = or_(
        *(
            _mail.c.id.in_(select(table.c.mail_id).where(table.c.mail_id.is_not(None)))
            for table in (_event, _outbox)
        )
    )
    query = select(_mail.c.id).where(
        _mail.c.state == "processed",
        _mail.c.disposition != Disposition.DISCARD.value,
        _mail.c.source.not_in(mails.BY_DESK),
        ~on_ticket,
        or_(course != Course.OPERATOR.value, ~carried_out),
    )
    yield from connection.execute(query.order_by(_mail.c.id)).scalars()


def _dangling(connection: Connection) -> Iterator[tuple[GapKind, str, int]]:
    """Yield what points at a row that is not there."""
    questions: tuple[tuple[GapKind, str, Column[int], ColumnElement[bool]], ...] = (
        (GapKind.MAIL_WITHOUT_BYTES, "mail", _mail.c.id, ~exists().where(_mail_raw.c.mail_id == _mail.c.id)),
        (
            GapKind.MESSAGE_WITHOUT_MAIL,
            "message",
            _message.c.id,
            and_(_message.c.mail_id.is_not(None), ~exists().where(_mail.c.id == _message.c.mail_id)),
        ),
        (
            GapKind.MESSAGE_WITHOUT_OUTGOING,
            "message",
            _message.c.id,
            and_(_message.c.outbox_id.is_not(None), ~exists().where(_outbox.c.id == _message.c.outbox_id)),
        ),
        (
            GapKind.OUTGOING_WITHOUT_BYTES,
            "outbox",
            _outbox.c.id,
            ~exists().where(_outbox_raw.c.outbox_id == _outbox.c.id),
        ),
        (
            GapKind.SENT_WITHOUT_ATTEMPT,
            "outbox",
            _outbox.c.id,
            and_(_outbox.c.state == "sent", ~exists().where(_attempt.c.outbox_id == _outbox.c.id)),
        ),
    )
    for kind, noun, key, missing in questions:
        for one in connection.execute(select(key).where(missing).order_by(key)).scalars():
            yield kind, noun, one


def _places_without_mail(connection: Connection) -> Iterator[Gap]:
    query = select(_lies.c.account, _lies.c.folder, _lies.c.uid).where(
        ~exists().where(_mail.c.id == _lies.c.mail_id)
    )
    for row in connection.execute(query.order_by(_lies.c.account, _lies.c.folder, _lies.c.uid)):
        yield Gap(GapKind.UID_WITHOUT_MAIL, f"UID {row.uid} of {row.folder} of {row.account}")
