"""Mails in queue folders: where each was seen, where its ticket wants it, what the mailbox has moved."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, or_, select, text, update

from inboxd.core.queue_moves import MOST_MOVES, MOVES_WINDOW, Whereabouts
from inboxd.core.ticket import Event
from inboxd.store import tickets
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import folder_mail as _lies
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import queue_mail as _queue
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.cursors import Place
from inboxd.store.queue_conditions import DUE, NEWS

# One statement's parameters, well below the limits of both databases.
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LyingMail:
    """A customer's mail on a ticket as it lies in a folder; ``imported``: it was history when it came."""

    uid: int
    mail_id: int
    imported: bool


def last_event(connection: Connection) -> int:
    """Return the id of the newest event: while it is the same, no ticket has changed its queue."""
    newest: int = connection.execute(select(func.coalesce(func.max(_event.c.id), 0))).scalar_one()
    return newest


def lying_in(connection: Connection, place: Place, uids: Collection[int]) -> tuple[LyingMail, ...]:
    """Return those of the UIDs in a folder that are customers' mails on tickets, by UID."""
    query = (
        select(_lies.c.uid, _lies.c.mail_id, _mail.c.imported)
        .join(_mail, _mail.c.id == _lies.c.mail_id)
        .join(_message, (_message.c.mail_id == _lies.c.mail_id) & (_message.c.direction == "in"))
        .where(_in_folder(place))
        .order_by(_lies.c.uid)
    )
    found: list[LyingMail] = []
    for some in _parts(sorted(uids)):
        rows = connection.execute(query.where(_lies.c.uid.in_(some)))
        found += (LyingMail(row.uid, row.mail_id, row.imported) for row in rows)
    return tuple(found)


def first_live(connection: Connection, place: Place) -> int | None:
    """Return the lowest UID of a folder under which a mail came that was not history; None when there is none yet."""
    query = (
        select(_lies.c.uid)
        .join(_mail, _mail.c.id == _lies.c.mail_id)
        .where(_in_folder(place), _mail.c.imported.is_(False))
        .order_by(_lies.c.uid)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def load(
    connection: Connection, account: str, mail_ids: Collection[int] | None = None, *, lock: bool = False
) -> dict[int, Whereabouts]:
    """Return what is known of the mails of an account, of some or (None) of all, by mail id.

    With ``lock`` nobody else changes it in this transaction.
    """
    query = select(_queue).where(_queue.c.account == account)
    query = query.with_for_update() if lock else query
    parts = (
        [query]
        if mail_ids is None
        else [query.where(_queue.c.mail_id.in_(some)) for some in _parts(sorted(mail_ids))]
    )
    rows = (row for part in parts for row in connection.execute(part).mappings())
    return {row["mail_id"]: _whereabouts(row) for row in rows}


def due(connection: Connection, account: str, now: dt.datetime) -> dict[int, Whereabouts]:
    """Return the mails that lie elsewhere than their ticket wants them and may be moved, by mail id."""
    rows = connection.execute(select(_queue).where(_due(account, now))).mappings()
    return {row["mail_id"]: _whereabouts(row) for row in rows}


def is_due(connection: Connection, account: str, now: dt.datetime) -> bool:
    """Return whether any mail lies elsewhere than its ticket wants it, and may be moved."""
    query = select(_queue.c.mail_id).where(_due(account, now))
    return connection.execute(query.limit(1)).first() is not None


def of_tickets(
    connection: Connection, account: str, numbers: Collection[int]
) -> Mapping[int, tuple[Whereabouts, ...]]:
    """Return what is known of the mails of tickets, by ticket number."""
    found: dict[int, tuple[Whereabouts, ...]] = {}
    query = (
        select(_queue, _message.c.ticket_number)
        .join(_message, (_message.c.mail_id == _queue.c.mail_id) & (_message.c.direction == "in"))
        .where(_queue.c.account == account)
        .order_by(_queue.c.mail_id)
    )
    for some in _parts(sorted(numbers)):
        for row in connection.execute(query.where(_message.c.ticket_number.in_(some))).mappings():
            number = row["ticket_number"]
            found[number] = (*found.get(number, ()), _whereabouts(row))
    return found


def has_news(connection: Connection, account: str) -> bool:
    """Return whether anybody has moved a mail since the last agreement, or one was seen for the first time."""
    query = select(_queue.c.mail_id).where(_queue.c.account == account, text(f"({NEWS})"))
    return connection.execute(query.limit(1)).first() is not None


def unsettled(connection: Connection, account: str) -> tuple[int, ...]:
    """Return the tickets whose mails were moved, or which changed since it was worked out where they belong."""
    query = (
        select(_message.c.ticket_number)
        .distinct()
        .join(_queue, _queue.c.mail_id == _message.c.mail_id)
        .join(_ticket, _ticket.c.number == _message.c.ticket_number)
        .where(
            _queue.c.account == account,
            _message.c.direction == "in",
            or_(_queue.c.lies_in != _queue.c.agreed, _queue.c.version != _ticket.c.version),
        )
        .order_by(_message.c.ticket_number)
    )
    return tuple(connection.execute(query).scalars())


def save(connection: Connection, account: str, known: Iterable[Whereabouts]) -> None:
    """Keep what a look or a move of ours has changed; mails seen for the first time are added.

    Belongs into the transaction that ``load`` read it in.
    """
    for one in known:
        values = _values(one)
        changed = connection.execute(update(_queue).where(_here(account, one)).values(values))
        if changed.rowcount == 0:
            connection.execute(insert(_queue).values(account=account, mail_id=one.mail_id, **values))


def settle(connection: Connection, account: str, before: Whereabouts, after: Whereabouts) -> bool:
    """Keep where a ticket wants its mail; return False when the mail was seen elsewhere meanwhile."""
    changed = connection.execute(
        update(_queue)
        .where(_here(account, before), _queue.c.lies_in == before.lies_in, _queue.c.agreed == before.agreed)
        .values(
            agreed=after.agreed,
            wanted=after.wanted,
            version=after.version,
            asleep_until=after.asleep_until,
        )
    )
    return changed.rowcount == 1


def tickets_of(connection: Connection, mail_ids: Collection[int]) -> dict[int, int]:
    """Return the ticket each of these mails of customers is on."""
    found: dict[int, int] = {}
    query = select(_message.c.mail_id, _message.c.ticket_number).where(_message.c.direction == "in")
    for some in _parts(sorted(mail_ids)):
        rows = connection.execute(query.where(_message.c.mail_id.in_(some)))
        found |= {row.mail_id: row.ticket_number for row in rows}
    return found


def add_events(connection: Connection, events: Mapping[int, Event], now: dt.datetime) -> None:
    """Write down one event for each of these mails on the ticket it is on."""
    numbers = tickets_of(connection, events)
    for mail_id, event in events.items():
        if mail_id in numbers:
            tickets.add_event(connection, event, now, ticket_number=numbers[mail_id], mail_id=mail_id)


def received_at(connection: Connection, place: Place, uids: Collection[int]) -> dict[int, dt.datetime | None]:
    """Return INTERNALDATE by UID as noted for a folder."""
    found: dict[int, dt.datetime | None] = {}
    query = select(_lies.c.uid, _lies.c.received_at).where(_in_folder(place))
    for some in _parts(sorted(uids)):
        found |= {row.uid: row.received_at for row in connection.execute(query.where(_lies.c.uid.in_(some)))}
    return found


def _in_folder(place: Place) -> ColumnElement[bool]:
    return and_(
        _lies.c.account == place.account,
        _lies.c.folder == place.folder,
        _lies.c.uidvalidity == place.uidvalidity,
    )


def _due(account: str, now: dt.datetime) -> ColumnElement[bool]:
    return and_(
        _queue.c.account == account,
        text(DUE),
        _queue.c.wanted != "",
        _queue.c.lies_in == _queue.c.agreed,
        _queue.c.has_left.is_(False),
        or_(
            _queue.c.moves < MOST_MOVES,
            _queue.c.counted_from.is_(None),
            _queue.c.counted_from <= now - MOVES_WINDOW,
        ),
    )


def _here(account: str, one: Whereabouts) -> ColumnElement[bool]:
    return and_(_queue.c.account == account, _queue.c.mail_id == one.mail_id)


def _parts(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[at : at + _MOST_AT_ONCE] for at in range(0, len(numbers), _MOST_AT_ONCE))


def _values(one: Whereabouts) -> dict[str, Any]:
    values = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "mail_id"}
    return values | {"places": list(one.places)}


def _whereabouts(row: RowMapping) -> Whereabouts:
    values = {field.name: row[field.name] for field in fields(Whereabouts)}
    return Whereabouts(**(values | {"places": tuple(values["places"])}))
