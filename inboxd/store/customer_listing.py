"""What ``customers.csv`` said when it was last good: taken over as a whole, and asked for by address."""

import datetime as dt
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from inboxd.core.customer_listing import Listing, join_listings
from inboxd.core.customer_tags import together
from inboxd.store.core_tables import customer_address as _address
from inboxd.store.core_tables import erased_listing as _erased
from inboxd.store.core_tables import listed_customer as _listed
from inboxd.store.prepared import Prepared

_MOST_AT_ONCE = 1_000
# Asked for every mail of somebody nobody knows: made once.
_ALIKE = _listed.alias("alike")
_OF_ADDRESS = Prepared(
    select(_ALIKE)
    .join(_listed, _listed.c.person == _ALIKE.c.person)
    .where(_listed.c.address == bindparam("wanted"))
    .order_by(_ALIKE.c.address)
)
_KNOWN_BY = Prepared(
    select(_address.c.customer_id)
    .join(_ALIKE, _ALIKE.c.address == _address.c.address)
    .join(_listed, _listed.c.person == _ALIKE.c.person)
    .where(_listed.c.address == bindparam("wanted"))
    .order_by(_address.c.customer_id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a file over changed: how many addresses, and which customers it says are one person."""

    changed: int
    same: tuple[tuple[str, str], ...] = ()


def take_listings(connection: Connection, listings: Iterable[Listing], secret: bytes) -> Taken:
    """Let the store say what the file says, no more and no less, but for people who were erased.

    The mark of somebody the file names no longer goes: if he is written into it anew, that is a new word of yours.
    """
    wanted: dict[str, dict[str, Any]] = {}
    marks = set(connection.execute(select(_erased.c.mark)).scalars())
    met: set[str] = set()
    for one in listings:
        his = {mark for address in one.addresses if marks and (mark := _mark(secret, address)) in marks}
        met |= his
        if not his:
            wanted |= {address: _row(one, address) for address in one.addresses}
    connection.execute(delete(_erased).where(_erased.c.mark.in_(marks - met)))
    return Taken(_replace(connection, wanted), tuple(_same(connection)))


def find_listing(connection: Connection, address: str) -> Listing | None:
    """Return what the file says of whoever has an address."""
    rows = _OF_ADDRESS.mappings(connection, wanted=address.strip().lower())
    return join_listings(listings_of(rows))


def find_known(connection: Connection, address: str) -> int | None:
    """Return the customer who has another address that stands in the same row of the file."""
    found: int | None = _KNOWN_BY.value(connection, wanted=address.strip().lower())
    return found


def list_listings(connection: Connection) -> Sequence[Listing]:
    """Return all that the file says, one per person."""
    rows = connection.execute(select(_listed).order_by(_listed.c.person, _listed.c.address)).mappings().all()
    return listings_of(rows)


def listings_of(rows: Iterable[RowMapping | Mapping[str, Any]]) -> list[Listing]:
    """Return rows of the table as listings, one per person, with all of his addresses that are among them."""
    people: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = people.setdefault(row["person"], {**row, "addresses": []})
        one["addresses"].append(row["address"])
    return [
        Listing(
            addresses=tuple(sorted(one["addresses"], key=lambda address: address != one["person"])),
            name=one["name"],
            organisation=one["organisation"],
            language=one["language"],
            tags=tuple(one["tags"]),
            fields=dict(one["fields"]),
        )
        for one in people.values()
    ]


def listed_tags(connection: Connection) -> Mapping[int, tuple[str, ...]]:
    """Return the tags the file gives, by customer."""
    query = select(_address.c.customer_id, _listed.c.tags).join(
        _listed, _listed.c.address == _address.c.address
    )
    found: dict[int, tuple[str, ...]] = {}
    for customer_id, tags in connection.execute(query.order_by(_listed.c.address)):
        if tags:
            found[customer_id] = together(found.get(customer_id, ()), tags)
    return found


def erase_listing(
    connection: Connection,
    addresses: Collection[str],
    named: Collection[str],
    secret: bytes,
    now: dt.datetime,
) -> int:
    """Forget what the file says of somebody, and do not take it over again; return how many addresses went.

    ``named`` are those of his addresses that stand in the file as it is now.
    """
    query = select(_listed.c.address).where(_listed.c.address.in_(sorted(addresses)))
    found = connection.execute(query).scalars().all()
    marks = {_mark(secret, address) for address in (*found, *named)}
    marks -= set(connection.execute(select(_erased.c.mark)).scalars())
    if marks:
        connection.execute(insert(_erased), [{"mark": one, "erased_at": now} for one in sorted(marks)])
    connection.execute(delete(_listed).where(_listed.c.address.in_(found)))
    return len(found)


def _mark(secret: bytes, address: str) -> str:
    """Return what stands for an address; without the desk's secret no address can be tried out against it."""
    return hmac.digest(secret, f"erased listing\0{address}".encode(), "sha256").hex()


def _row(one: Listing, address: str) -> dict[str, Any]:
    return {
        "address": address,
        "person": one.person,
        "name": one.name,
        "organisation": one.organisation,
        "language": one.language,
        "tags": list(one.tags),
        "fields": dict(one.fields),
    }


def _replace(connection: Connection, wanted: Mapping[str, dict[str, Any]]) -> int:
    there = {row["address"]: dict(row) for row in connection.execute(select(_listed)).mappings()}
    gone = [address for address in there if address not in wanted]
    fresh = [row for address, row in wanted.items() if address not in there]
    changed = [row for address, row in wanted.items() if address in there and there[address] != row]
    for start in range(0, len(gone), _MOST_AT_ONCE):
        some = gone[start : start + _MOST_AT_ONCE]
        connection.execute(delete(_listed).where(_listed.c.address.in_(some)))
    if changed:
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in _row(Listing(("",)), "") if name != "address"
        }
        query = update(_listed).where(_listed.c.address == bindparam("new_address")).values(values)
        connection.execute(query, [{f"new_{name}": value for name, value in row.items()} for row in changed])
    if fresh:
        connection.execute(insert(_listed), fresh)
    return len(gone) + len(fresh) + len(changed)


def _same(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield addresses that two customers have and one row of the file."""
    query = (
        select(_listed.c.person, _address.c.address, _address.c.customer_id)
        .join(_address, _address.c.address == _listed.c.address)
        .order_by(_listed.c.person, _address.c.customer_id, _address.c.address)
    )
    first: tuple[str, str, int] | None = None
    seen: set[int] = set()
    for person, address, customer_id in connection.execute(query):
        if first is None or person != first[0]:
            first, seen = (person, address, customer_id), {customer_id}
        elif customer_id not in seen:
            seen.add(customer_id)
            yield first[1], address
