"""Which rows belong to a person who is to be erased."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from inboxd.core.erasure import Traces, names_of
from inboxd.store import customers
from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import participant as _participant
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.customer_listing import find_listing

# So many ids stand in one statement: SQLite takes 32,766 parameters, and some statements name them twice.
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """A person and what is his. ``customer_id`` None: he never became a customer. ``own`` are the desk's people."""

    traces: Traces
    customer_id: int | None
    mails: tuple[int, ...]
    outgoing: tuple[int, ...]
    own: frozenset[str]

    @property
    def tickets(self) -> tuple[int, ...]:
        """Return the numbers of his tickets."""
        return tuple(sorted(self.traces.tickets))


def find_scope(connection: Connection, address: str, own: frozenset[str]) -> Scope:
    """Return what belongs to whoever writes from an address: all of his addresses count."""
    known = customers.find_by_address(connection, address)
    listing = find_listing(connection, address) or (known.listing if known else None)
    his = {
        address.strip().lower(),
        *(known.addresses if known else ()),
        *(listing.addresses if listing else ()),
    }
    addresses = tuple(sorted(his))
    customer_id = known.customer_id if known else None
    numbers = _keys(connection, _ticket.c.number, _ticket.c.customer_id == customer_id) if known else ()
    names = _names(connection, addresses, customer_id, listing.name if listing else "")
    return Scope(
        traces=Traces(addresses, names, frozenset(numbers)),
        customer_id=customer_id,
        mails=_mails(connection, addresses, numbers),
        outgoing=_outgoing(connection, addresses, numbers),
        own=own,
    )


def chosen(column: Column[Any], keys: Collection[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that together hold for all rows with these keys, none with more parameters than a database takes."""
    wanted = list(keys)
    yield from (column.in_(wanted[start : start + CHUNK]) for start in range(0, len(wanted), CHUNK))


def _names(
    connection: Connection, addresses: Sequence[str], customer_id: int | None, listed: str
) -> tuple[str, ...]:
    kept = select(_customer.c.name).where(_customer.c.id == customer_id)
    wrote = select(_message.c.author_name).where(_message.c.author.in_(addresses)).distinct()
    joined = select(_participant.c.name).where(_participant.c.address.in_(addresses)).distinct()
    found = [
        listed,
        *connection.execute(kept).scalars(),
        *connection.execute(wrote).scalars(),
        *connection.execute(joined).scalars(),
    ]
    return names_of(found)


def _mails(connection: Connection, addresses: Sequence[str], numbers: Sequence[int]) -> tuple[int, ...]:
    found = set(_keys(connection, _mail.c.id, _mail.c.sender.in_(addresses)))
    found.update(_keys(connection, _mail.c.id, func.lower(_mail.c.reverse_path).in_(addresses)))
    found.update(_keys(connection, _message.c.mail_id, _message.c.author.in_(addresses)))
    for condition in chosen(_mail.c.ticket_number, numbers):
        found.update(_keys(connection, _mail.c.id, condition))
    for condition in chosen(_message.c.ticket_number, numbers):
        found.update(_keys(connection, _message.c.mail_id, condition))
    return tuple(sorted(found))


def _outgoing(connection: Connection, addresses: Sequence[str], numbers: Sequence[int]) -> tuple[int, ...]:
    found = set(_keys(connection, _outbox.c.id, _outbox.c.recipient.in_(addresses)))
    for condition in chosen(_outbox.c.ticket_number, numbers):
        found.update(_keys(connection, _outbox.c.id, condition))
    his = set(addresses)
    everyone = connection.execute(select(_outbox.c.id, _outbox.c.recipients))
    found.update(key for key, recipients in everyone if his & {str(one).lower() for one in recipients})
    return tuple(sorted(found))


def _keys(connection: Connection, column: Column[Any], *where: ColumnElement[bool]) -> tuple[int, ...]:
    query = select(column).where(column.is_not(None), or_(*where)).distinct()
    return tuple(connection.execute(query.order_by(column)).scalars())
