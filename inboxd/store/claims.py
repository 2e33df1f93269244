"""Claiming a mail for one worker of several: nobody else has it, nor any other mail of its conversation, nor a later one first.

On PostgreSQL a claim is two kinds of locks in one open transaction, which end with it, with the worker, or with its
machine; there is no row that a crash could leave behind. The row of the mail's *bytes* is locked, ``FOR UPDATE SKIP
LOCKED``, because the mail's own row is changed by the transaction that applies what was decided. And advisory locks are
taken on everything by which another mail may belong to the same conversation (``core/conversation_keys.py``).

One claim is made at a time: between seeing which mail is next and having its conversation nobody may overtake.
On SQLite there is one worker, and a claim is a look.
"""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, false, func, select, text, true

from inboxd.core.conversation_keys import HEADER_BYTES, ConversationKeys, conversation_keys
from inboxd.store import mails, past
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_raw as _raw
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import reference as _reference
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.engine import read
from inboxd.store.mails import SENT, StoredMail

# Any constant does.
_CLAIM_LOCK = 0x1B0C62
# More of one conversation in a row are looked at again when one of them is done.
_MOST_PASSED_BY = 200
# A worker that stands still for longer is restarted (DESIGN 3.1); when even its front does, the server ends the claim.
_LONGEST_CLAIM = "100s"


@dataclass(slots=True)
class _PassedBy:
    """The mails that wait for another of their conversation; those that share a key with one of them wait, too."""

    mail_ids: list[int] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


@contextlib.contextmanager
def claimed(engine: Engine, now: dt.datetime, *, history_only: bool = False) -> Iterator[StoredMail | None]:
    """Yield the accepted mail whose turn it is, claimed until the end of the block; None when there is none.

    ``history_only``: none but those of an archive. Raises ``TransientError`` when the store is away.
    """
    if engine.dialect.name != "postgresql":
        with read(engine) as connection:
            stored = mails.next_accepted(connection, now, history_only=history_only)
        yield stored
        return
    with read(engine) as connection:
        yield _claim(connection, now, history_only=history_only)


def _claim(connection: Connection, now: dt.datetime, *, history_only: bool) -> StoredMail | None:
    patience = func.set_config("idle_in_transaction_session_timeout", _LONGEST_CLAIM, True)
    connection.execute(select(func.pg_advisory_lock(_CLAIM_LOCK), patience))
    try:
        news = None if history_only else _next(connection, false(), now)
        stored = news or _next(connection, true(), now)
        connection.execute(select(func.pg_advisory_unlock(_CLAIM_LOCK)))
    except BaseException:
        # A lock of the session would stay with a connection that goes back into the pool.
        connection.invalidate()
        raise
    return stored


def _next(connection: Connection, imported: ColumnElement[bool], now: dt.datetime) -> StoredMail | None:
    """Return the mail that has been due longest of those whose conversation nobody has, locked with it."""
    passed_by = _PassedBy()
    while len(passed_by.mail_ids) < _MOST_PASSED_BY:
        attempt = connection.begin_nested()
        row = connection.execute(_due(imported, passed_by.mail_ids, now)).first()
        if row is None:
            return None
        keys = _keys_of(connection, row)
        if passed_by.keys.isdisjoint(keys) and _take(connection, keys):
            # Looked at again, now that it is ours: its worker may have finished it in this very moment.
            stored = mails.find_due(connection, row.id, now)
            if stored is not None:
                attempt.commit()
                return stored
        else:
            passed_by.keys |= keys
        passed_by.mail_ids.append(row.id)
        # Lets go of the row and of those keys that were free.
        attempt.rollback()
    return None


def _due(imported: ColumnElement[bool], without: Collection[int], now: dt.datetime) -> Select[Any]:
    due = and_(_mail.c.state == "accepted", _mail.c.imported == imported, _mail.c.next_attempt_at <= now)
    columns = (_mail.c.id, _mail.c.source, _mail.c.reverse_path, _mail.c.forward_paths)
    query = (
        select(*columns, func.substr(_raw.c.raw, 1, HEADER_BYTES).label("header"))
        .join(_raw, _raw.c.mail_id == _mail.c.id)
        .where(due, _mail.c.id.not_in(without))
        .order_by(_mail.c.next_attempt_at, _mail.c.id)
        .limit(1)
    )
    return query.with_for_update(of=_raw, skip_locked=True)


def _keys_of(connection: Connection, row: Row[Any]) -> frozenset[str]:
    keys = conversation_keys(
        bytes(row.header), row.reverse_path, tuple(row.forward_paths), is_sent_copy=row.source == SENT
    )
    words = keys.with_tickets(_tickets_of(connection, keys))
    place = past.place_of(connection, row.id)
    return words if place is None else words | {f"past {place.desk} {place.number}"}


def _tickets_of(connection: Connection, keys: ConversationKeys) -> frozenset[int]:
    """Return the tickets these ids lead to, and those they were merged into."""
    by_id = select(_reference.c.ticket_number).where(_reference.c.message_id.in_(keys.message_ids))
    by_mail = select(_outbox.c.ticket_number).where(_outbox.c.id.in_(keys.outgoing))
    found = (
        set(connection.execute(by_id.union(by_mail)).scalars())
        if keys.message_ids or keys.outgoing
        else set()
    )
    numbers = {one for one in found | keys.tickets if one is not None}
    if not numbers:
        return frozenset()
    merged = select(_ticket.c.merged_into).where(
        _ticket.c.number.in_(numbers), _ticket.c.merged_into.is_not(None)
    )
    return frozenset(numbers | set(connection.execute(merged).scalars()))


def _take(connection: Connection, keys: Collection[str]) -> bool:
    """Lock everything by which another mail may belong to the same conversation; return False if somebody has part of it."""
    if not keys:
        return True
    taken = text(
        "select bool_and(pg_try_advisory_xact_lock(one)) from unnest(cast(:keys as bigint[])) as one"
    )
    return bool(connection.execute(taken, {"keys": [_number(key) for key in sorted(keys)]}).scalar_one())


def _number(key: str) -> int:
    """Return 64 bits with a sign, as PostgreSQL names its advisory locks."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
