"""Customers and their addresses."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from inboxd.core.customer_listing import Listing, join_listings
from inboxd.core.customer_tags import MOST_TICKETS, Dealings, TagTerms, automatic_tags, together
from inboxd.core.second_address import domains_of
from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import customer_address as _address
from inboxd.store.core_tables import listed_customer as _listed
from inboxd.store.core_tables import survey as _survey
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.customer_listing import find_known, listings_of
from inboxd.store.prepared import Prepared

_BARE = Listing(())

_MOMENT = bindparam("moment", type_=_customer.c.last_contact_at.type)
_HIS = _address.c.customer_id == bindparam("customer")
_AT = _address.c.address == bindparam("wanted")
# Asked or written for every mail: made once.
_BY_ADDRESS = Prepared(select(_address.c.customer_id).where(_AT))
_FIND = Prepared(select(_customer).where(_customer.c.id == bindparam("customer")))
_INSERT = Prepared(insert(_customer))
_ADD_ADDRESS = Prepared(insert(_address))
_NOTE_CONTACT = Prepared(
    update(_customer)
    .where(_customer.c.id == bindparam("customer"))
    .values(
        # What is filed from an archive does not set it back.
        last_contact_at=case(
            (_customer.c.last_contact_at > _MOMENT, _customer.c.last_contact_at), else_=_MOMENT
        ),
        name=func.coalesce(func.nullif(_customer.c.name, ""), bindparam("says_name", type_=String)),
        language=func.coalesce(
            func.nullif(bindparam("says_language", type_=String), ""), _customer.c.language
        ),
    )
)
_LIFT = Prepared(
    update(_address)
    .where(_AT, _address.c.undeliverable_at.is_not(None))
    .values(undeliverable_at=None, undeliverable_reason="")
)
_ADDRESSES = Prepared(
    select(_address.c.address.label("his"), _address.c.undeliverable_at, *_listed.c)
    .outerjoin(_listed, _listed.c.address == _address.c.address)
    .where(_HIS)
    # Without it PostgreSQL gives another order once one of them was changed.
    .order_by(_address.c.address)
)
_SCORES = Prepared(
    select(_survey.c.score)
    .where(_survey.c.customer_id == bindparam("customer"), _survey.c.score.is_not(None))
    .order_by(_survey.c.id)
)
_TICKETS = Prepared(
    select(_ticket.c.created_at, func.count().over().label("all"))
    .where(_ticket.c.customer_id == bindparam("customer"))
    .order_by(_ticket.c.created_at.desc())
    .limit(MOST_TICKETS)
)


@dataclass(frozen=True, slots=True)
class Customer:
    """One person who writes. ``satisfaction`` is the mean of his survey ``scores`` (1 to 5).

    ``tags`` are those somebody gave him: ``own_tags`` by hand, and those of his ``listing`` in ``customers.csv``, whose
    name and language hold before what his mails say. ``ticket_times``: when his latest tickets were made, newest first.
    """

    customer_id: int
    name: str
    language: str
    tags: tuple[str, ...]
    note: str
    addresses: tuple[str, ...]
    created_at: dt.datetime
    last_contact_at: dt.datetime | None
    surveyed_at: dt.datetime | None
    opted_out: bool
    undeliverable: bool
    tickets: int
    satisfaction: float | None
    last_score: int | None
    scores: tuple[int, ...] = ()
    own_tags: tuple[str, ...] = ()
    listing: Listing = _BARE
    ticket_times: tuple[dt.datetime, ...] = ()

    def tags_at(self, terms: TagTerms, now: dt.datetime, *, asks_anew: bool = False) -> tuple[str, ...]:
        """Return all his tags: those somebody gave him, and those he has at ``now`` by what he did.

        ``asks_anew``: a ticket of his is being made now; it counts.
        """
        times = (now, *self.ticket_times) if asks_anew else self.ticket_times
        done = Dealings(self.created_at, self.last_contact_at, times, self.scores)
        return together(self.tags, automatic_tags(done, terms, now))


def find_by_address(connection: Connection, address: str) -> Customer | None:
    """Return the customer an address belongs to; None for an empty one: mails without From share no writer.

    Nobody wrote from the address yet: ``customers.csv`` may know that it is the second one of somebody who did.
    """
    if not address.strip():
        return None
    customer_id: int | None = _BY_ADDRESS.value(connection, wanted=address.strip().lower())
    if customer_id is None:
        customer_id = find_known(connection, address)
    return None if customer_id is None else find(connection, customer_id)


def find_by_mailbox(connection: Connection, mailbox: str) -> Customer | None:
    """Return the customer who wrote from a mailbox under any name its provider gives it (``core/second_address.py``)."""
    local = mailbox.rpartition("@")[0]
    for domain in domains_of(mailbox):
        detailed = [
            _address.c.address.startswith(f"{local}+", autoescape=True),
            _address.c.address.endswith(f"@{domain}", autoescape=True),
        ]
        if connection.dialect.name == "sqlite":
            # "," is the character behind "+": found in the index, where text is ordered by its bytes.
            detailed += [_address.c.address > f"{local}+", _address.c.address < f"{local},"]
        query = (
            select(_address.c.customer_id)
            .where(
                or_(
                    _address.c.address == f"{local}@{domain}",
                    and_(*detailed),
                )
            )
            .order_by(_address.c.customer_id)
            .limit(1)
        )
        found = connection.execute(query).scalar_one_or_none()
        if found is not None:
            return find(connection, found)
    return None


def find(connection: Connection, customer_id: int) -> Customer | None:
    """Return a customer by id."""
    rows = _FIND.mappings(connection, customer=customer_id)
    return _to_customer(connection, rows[0]) if rows else None


def insert_customer(connection: Connection, address: str, name: str, language: str, now: dt.datetime) -> int:
    """Insert a customer known by one address, or by none; return the new id."""
    customer_id = _INSERT.insert(
        connection,
        tags=[],
        note="",
        name=name,
        language=language,
        created_at=now,
        last_contact_at=now,
        opted_out=False,
    )
    if address.strip():
        add_address(connection, customer_id, address)
    return customer_id


def add_address(connection: Connection, customer_id: int, address: str) -> None:
    """Remember that a customer wrote from an address that nobody has yet."""
    _ADD_ADDRESS.run(
        connection, address=address.strip().lower(), customer_id=customer_id, undeliverable_reason=""
    )


def note_contact(
    connection: Connection, customer_id: int, name: str, language: str, now: dt.datetime
) -> None:
    """Remember when a customer last wrote, and his name and language where nothing better is known."""
    _NOTE_CONTACT.run(connection, customer=customer_id, moment=now, says_name=name, says_language=language)


def set_tags(connection: Connection, customer_id: int, tags: Sequence[str]) -> None:
    """Replace a customer's tags."""
    connection.execute(update(_customer).where(_customer.c.id == customer_id).values(tags=list(tags)))


def set_note(connection: Connection, customer_id: int, note: str) -> None:
    """Replace what is noted about a customer."""
    connection.execute(update(_customer).where(_customer.c.id == customer_id).values(note=note))


def note_surveyed(connection: Connection, customer_id: int, now: dt.datetime) -> None:
    """Remember when a customer was last asked, so that he is not asked too often."""
    connection.execute(update(_customer).where(_customer.c.id == customer_id).values(surveyed_at=now))


def opt_out(connection: Connection, customer_id: int) -> None:
    """Note that a customer wants no mail he did not ask for: no survey, no reminder."""
    connection.execute(update(_customer).where(_customer.c.id == customer_id).values(opted_out=True))


def mark_undeliverable(connection: Connection, address: str, reason: str, now: dt.datetime) -> None:
    """Send nothing automatic to an address that hard-bounced, until a person lifts it."""
    connection.execute(
        update(_address)
        .where(_address.c.address == address.strip().lower())
        .values(undeliverable_at=now, undeliverable_reason=reason)
    )


def mark_deliverable(connection: Connection, address: str) -> None:
    """Lift the mark: a person said so, or the address wrote to us again."""
    _LIFT.run(connection, wanted=address.strip().lower())


def _to_customer(connection: Connection, row: RowMapping | Mapping[str, Any]) -> Customer:
    customer_id = row["id"]
    addresses = _ADDRESSES.mappings(connection, customer=customer_id)
    listing = join_listings(listings_of(one for one in addresses if one["person"] is not None)) or _BARE
    scores = _SCORES.column(connection, customer=customer_id)
    tickets = _TICKETS.rows(connection, customer=customer_id)
    own_tags = tuple(row["tags"])
    return Customer(
        customer_id=customer_id,
        name=listing.name or row["name"],
        language=listing.language or row["language"],
        tags=together(own_tags, listing.tags),
        note=row["note"],
        addresses=tuple(one["his"] for one in addresses),
        created_at=row["created_at"],
        last_contact_at=row["last_contact_at"],
        surveyed_at=row["surveyed_at"],
        opted_out=row["opted_out"],
        undeliverable=any(one["undeliverable_at"] is not None for one in addresses),
        tickets=tickets[0][1] if tickets else 0,
        satisfaction=sum(scores) / len(scores) if scores else None,
        last_score=scores[-1] if scores else None,
        scores=tuple(scores),
        own_tags=own_tags,
        listing=listing,
        ticket_times=tuple(at for at, _ in tickets),
    )
