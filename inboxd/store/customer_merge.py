"""One person with several addresses: what was kept as two customers becomes one."""

import datetime as dt

from sqlalchemy import Connection, delete, select, update

from inboxd.errors import PermanentError
from inboxd.store import customers
from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import customer_address as _address
from inboxd.store.core_tables import survey as _survey
from inboxd.store.core_tables import ticket as _ticket


def merge_customers(connection: Connection, kept: str, merged: str) -> int:
    """Let both addresses be one customer's; return his id.

    Tickets, surveys and addresses move to the first. His name and language hold where he has any, tags and notes are put
    together, and who of both wanted no mail gets none. Raises ``PermanentError`` when nobody has an address, or both are
    one customer's already.
    """
    first, second = (_known(connection, address) for address in (kept, merged))
    if first == second:
        raise PermanentError(f"{kept} and {merged} are one customer's already")
    _merge(connection, first, second)
    return first


def give_address(connection: Connection, customer_id: int, address: str) -> None:
    """Let an address be a customer's; whoever had it before becomes one with him."""
    query = select(_address.c.customer_id).where(_address.c.address == address.strip().lower())
    other: int | None = connection.execute(query).scalar_one_or_none()
    if other is None:
        customers.add_address(connection, customer_id, address)
    elif other != customer_id:
        _merge(connection, customer_id, other)


def _merge(connection: Connection, first: int, second: int) -> None:
    for column in (_ticket.c.customer_id, _survey.c.customer_id, _address.c.customer_id):
        moved = update(column.table).where(column == second).values(customer_id=first)
        connection.execute(moved)
    _join(connection, first, second)
    connection.execute(delete(_customer).where(_customer.c.id == second))


def _known(connection: Connection, address: str) -> int:
    found = customers.find_by_address(connection, address)
    if found is None:
        raise PermanentError(f"nobody writes from {address}")
    return found.customer_id


def _join(connection: Connection, first: int, second: int) -> None:
    query = select(_customer).where(_customer.c.id.in_((first, second)))
    rows = {row["id"]: row for row in connection.execute(query).mappings()}
    one, other = rows[first], rows[second]
    values = {
        "name": one["name"] or other["name"],
        "language": one["language"] or other["language"],
        "tags": list(dict.fromkeys((*one["tags"], *other["tags"]))),
        "note": "\n".join(filter(None, (one["note"], other["note"]))),
        "created_at": min(one["created_at"], other["created_at"]),
        "last_contact_at": _latest(one["last_contact_at"], other["last_contact_at"]),
        "surveyed_at": _latest(one["surveyed_at"], other["surveyed_at"]),
        "opted_out": one["opted_out"] or other["opted_out"],
    }
    connection.execute(update(_customer).where(_customer.c.id == first).values(values))


def _latest(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return max((when for when in (one, other) if when is not None), default=None)
