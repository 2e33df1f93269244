"""All customers with their figures, in as many queries as there are tables, however many customers there are."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from inboxd.core.customer_listing import Listing, join_listings
from inboxd.core.customer_tags import Dealings, TagTerms, automatic_tags
from inboxd.core.customer_view import CustomerView
from inboxd.store import customers
from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import customer_address as _address
from inboxd.store.core_tables import listed_customer as _listed
from inboxd.store.core_tables import survey as _survey
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.customer_listing import find_listing, list_listings, listings_of

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_OPEN = ("new", "open", "pending")


def list_customers(connection: Connection, terms: TagTerms, now: dt.datetime) -> Sequence[CustomerView]:
    """Return all customers, the latest contact first; then whoever ``customers.csv`` names and has not written yet.

    ``terms`` say which tags they have at ``now``. A record without name and address (erased) is nobody's.
    """
    views = sorted(
        _views(connection, terms, now),
        key=lambda one: (one.last_contact_at or one.created_at or _LONG_AGO, one.customer_id),
        reverse=True,
    )
    known = {address for one in views for address in one.addresses}
    silent = (one for one in list_listings(connection) if known.isdisjoint(one.addresses))
    return [*views, *map(_silent, silent)]


def view_customer(
    connection: Connection, customer_id: int, terms: TagTerms, now: dt.datetime
) -> CustomerView | None:
    """Return one customer with his figures."""
    return next(iter(_views(connection, terms, now, customer_id)), None)


def view_by_address(
    connection: Connection, address: str, terms: TagTerms, now: dt.datetime
) -> CustomerView | None:
    """Return whoever has an address, also when he stands in ``customers.csv`` and has not written yet."""
    known = customers.find_by_address(connection, address)
    if known is not None:
        return view_customer(connection, known.customer_id, terms, now)
    listing = find_listing(connection, address)
    return None if listing is None else _silent(listing)


def _silent(listing: Listing) -> CustomerView:
    return CustomerView(
        customer_id=0,
        name=listing.name,
        language=listing.language,
        tags=(),
        note="",
        addresses=listing.addresses,
        created_at=None,
        last_contact_at=None,
        listing=listing,
    )


def _views(
    connection: Connection, terms: TagTerms, now: dt.datetime, customer_id: int | None = None
) -> list[CustomerView]:
    rows = connection.execute(_of(select(_customer), _customer.c.id, customer_id)).mappings().all()
    addresses, marked = _addresses(connection, customer_id)
    scores = _scores(connection, customer_id)
    tickets, still_open = _tickets(connection, customer_id)
    lately = _lately(connection, now - terms.frequent_within, customer_id)
    listed = _listings(connection, customer_id)
    found = []
    for row in rows:
        key = row["id"]
        listing = join_listings(listed.get(key, ())) or Listing(())
        if not (row["name"] or addresses[key]):
            continue
        done = Dealings(row["created_at"], row["last_contact_at"], lately[key], scores[key])
        view = CustomerView(
            customer_id=key,
            name=listing.name or row["name"],
            language=listing.language or row["language"],
            tags=tuple(row["tags"]),
            note=row["note"],
            addresses=tuple(addresses[key]),
            created_at=row["created_at"],
            last_contact_at=row["last_contact_at"],
            opted_out=row["opted_out"],
            undeliverable=key in marked,
            tickets=tickets[key],
            open=still_open[key],
            scores=tuple(scores[key]),
            automatic_tags=automatic_tags(done, terms, now),
            listing=listing,
        )
        found.append(view)
    return found


def _lately(
    connection: Connection, since: dt.datetime, customer_id: int | None
) -> Mapping[int, list[dt.datetime]]:
    query = select(_ticket.c.customer_id, _ticket.c.created_at).where(_ticket.c.created_at >= since)
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    for key, at in connection.execute(_of(query, _ticket.c.customer_id, customer_id)):
        found[key].append(at)
    return found


def _listings(connection: Connection, customer_id: int | None) -> Mapping[int, list[Listing]]:
    query = select(_address.c.customer_id, _listed).join(_listed, _listed.c.address == _address.c.address)
    rows: dict[int, list[Any]] = defaultdict(list)
    ordered = _of(query, _address.c.customer_id, customer_id).order_by(_listed.c.address)
    for row in connection.execute(ordered).mappings():
        rows[row["customer_id"]].append(row)
    return {key: listings_of(his) for key, his in rows.items()}


def _of(query: Any, column: Any, customer_id: int | None) -> Any:
    return query if customer_id is None else query.where(column == customer_id)


def _addresses(connection: Connection, customer_id: int | None) -> tuple[Mapping[int, list[str]], set[int]]:
    query = select(_address.c.customer_id, _address.c.address, _address.c.undeliverable_at)
    found: dict[int, list[str]] = defaultdict(list)
    marked: set[int] = set()
    ordered = _of(query, _address.c.customer_id, customer_id).order_by(_address.c.address)
    for key, address, undeliverable_at in connection.execute(ordered):
        found[key].append(address)
        if undeliverable_at is not None:
            marked.add(key)
    return found, marked


def _scores(connection: Connection, customer_id: int | None) -> Mapping[int, list[int]]:
    query = select(_survey.c.customer_id, _survey.c.score).where(_survey.c.score.is_not(None))
    found: dict[int, list[int]] = defaultdict(list)
    for key, score in connection.execute(
        _of(query, _survey.c.customer_id, customer_id).order_by(_survey.c.id)
    ):
        found[key].append(score)
    return found


def _tickets(connection: Connection, customer_id: int | None) -> tuple[Counter[int], Counter[int]]:
    query = select(_ticket.c.customer_id, _ticket.c.status, func.count()).group_by(
        _ticket.c.customer_id, _ticket.c.status
    )
    every: Counter[int] = Counter()
    still_open: Counter[int] = Counter()
    for key, status, number in connection.execute(_of(query, _ticket.c.customer_id, customer_id)):
        every[key] += number
        still_open[key] += number if status in _OPEN else 0
    return every, still_open
