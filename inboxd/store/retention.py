"""Removing by age what people wrote. Rows, times and states stay, so that every figure and balance is what it was.

What belongs to a ticket that is still worked on is never old.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, select, update

from inboxd.core.mail_stripping import strip_attachments
from inboxd.store import settings
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_facts as _facts
from inboxd.store.core_tables import mail_raw as _raw
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _outbox_raw
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.engine import read, write

# So many rows are changed in one transaction: nobody waits long for the store.
_AT_ONCE = 200
# Up to which mail the attachments are removed.
_STRIPPED = "retention.stripped"
_NO_BYTES = b""


def forget_raw(engine: Engine, before: dt.datetime) -> int:
    """Empty the bytes of mails that came or went before then; return how many there were."""
    came = select(_raw.c.mail_id).join(_mail, _mail.c.id == _raw.c.mail_id)
    came = came.where(func.length(_raw.c.raw) > 0, *_is_old_mail(before))
    went = select(_outbox_raw.c.outbox_id).join(_outbox, _outbox.c.id == _outbox_raw.c.outbox_id)
    went = went.where(func.length(_outbox_raw.c.raw) > 0, *_is_old_outgoing(before))
    received = _in_parts(engine, came.limit(_AT_ONCE), _setting(_raw, _raw.c.mail_id, {"raw": _NO_BYTES}))
    empty = _setting(_outbox_raw, _outbox_raw.c.outbox_id, {"raw": _NO_BYTES})
    return received + _in_parts(engine, went.limit(_AT_ONCE), empty)


def forget_words(engine: Engine, before: dt.datetime) -> int:
    """Empty the words of messages, subjects and pinned facts from before then; return how many messages there were."""
    old_facts = (
        select(_facts.c.mail_id).join(_mail, _mail.c.id == _facts.c.mail_id).where(*_is_old_mail(before))
    )
    old = select(_message.c.id).where(
        _message.c.at < before,
        _message.c.ticket_number.in_(_done_tickets()),
        (func.length(_message.c.text) > 0) | (func.length(_message.c.full_text) > 0),
    )
    words = {"text": "", "full_text": "", "author_name": ""}
    count = _in_parts(engine, old.limit(_AT_ONCE), _setting(_message, _message.c.id, words))
    _in_parts(engine, old_facts.limit(_AT_ONCE), _forget_facts)
    no_subject = {"subject": ""}
    for table, key, where in (
        (_mail, _mail.c.id, _is_old_mail(before)),
        (_outbox, _outbox.c.id, _is_old_outgoing(before)),
        (_ticket, _ticket.c.number, (_ticket.c.closed_at < before, _ticket.c.number.in_(_done_tickets()))),
    ):
        named = select(key).where(table.c.subject != "", *where).limit(_AT_ONCE)
        _in_parts(engine, named, _setting(table, key, no_subject))
    return count


def forget_attachments(engine: Engine, before: dt.datetime, now: dt.datetime) -> int:
    """Take the attachments out of mails that came before then; return how many mails had any."""
    changed, last = 0, _first_kept(engine)
    query = select(_raw.c.mail_id, _raw.c.raw).join(_mail, _mail.c.id == _raw.c.mail_id)
    query = query.where(*_is_old_mail(before)).order_by(_raw.c.mail_id).limit(_AT_ONCE)
    while True:
        with write(engine) as connection:
            _overwrite(connection)
            rows = connection.execute(query.where(_raw.c.mail_id > last)).all()
            if not rows:
                _note_stripped(connection, last, before, now)
                return changed
            changed += sum(_strip(connection, row.mail_id, bytes(row.raw)) for row in rows)
            last = rows[-1].mail_id


def _first_kept(engine: Engine) -> int:
    with read(engine) as connection:
        kept = settings.load(connection, _STRIPPED)
    return int(kept["mail"]) if kept else 0


def _note_stripped(connection: Connection, last: int, before: dt.datetime, now: dt.datetime) -> None:
    """Remember up to where no mail needs to be looked at again: the next time begins with what is still worked on."""
    arrived, _, is_done = _is_old_mail(before)
    waiting = select(func.min(_mail.c.id)).where(
        _mail.c.id <= last, arrived, ~is_done | _mail.c.state.in_(("accepted", "held"))
    )
    first = connection.execute(waiting).scalar_one_or_none()
    settings.save(connection, _STRIPPED, {"mail": last if first is None else min(last, first - 1)}, now)


def _strip(connection: Connection, mail_id: int, raw: bytes) -> bool:
    stripped = strip_attachments(raw)
    if stripped == raw:
        return False
    connection.execute(update(_raw).where(_raw.c.mail_id == mail_id).values(raw=stripped))
    return True


def _done_tickets() -> Any:
    return select(_ticket.c.number).where(_ticket.c.status.in_(("closed", "merged")))


def _is_old_mail(before: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    is_done = _mail.c.ticket_number.is_(None) | _mail.c.ticket_number.in_(_done_tickets())
    arrived = func.coalesce(_mail.c.received_at, _mail.c.accepted_at)
    return arrived < before, _mail.c.state.in_(("processed", "dropped")), is_done


def _is_old_outgoing(before: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    is_done = _outbox.c.ticket_number.is_(None) | _outbox.c.ticket_number.in_(_done_tickets())
    return _outbox.c.created_at < before, _outbox.c.state != "queued", is_done


Change = Callable[[Connection, list[int]], None]


def _in_parts(engine: Engine, query: Any, change: Change) -> int:
    """Change what the query finds until it finds nothing more; return how many rows there were."""
    count = 0
    while True:
        with write(engine) as connection:
            _overwrite(connection)
            keys = list(connection.execute(query).scalars())
            if not keys:
                return count
            change(connection, keys)
            count += len(keys)


def _setting(table: Table, key: Any, values: Mapping[str, Any]) -> Change:
    def change(connection: Connection, keys: list[int]) -> None:
        connection.execute(update(table).where(key.in_(keys)).values(values))

    return change


def _forget_facts(connection: Connection, keys: list[int]) -> None:
    connection.execute(_facts.delete().where(_facts.c.mail_id.in_(keys)))


def _overwrite(connection: Connection) -> None:
    """Let SQLite overwrite what it deletes: https://www.sqlite.org/pragma.html#pragma_secure_delete."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
