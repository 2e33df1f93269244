"""Customers and their addresses."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, case, func, insert, select, update

from inboxd.store.tables import CustomerAddressRow, CustomerRow, SurveyRow, TicketRow, table_of

_customer = table_of(CustomerRow)
_address = table_of(CustomerAddressRow)
_survey = table_of(SurveyRow)
_ticket = table_of(TicketRow)


@dataclass(frozen=True, slots=True)
class Customer:
    """One person who writes. ``satisfaction`` is the mean of his survey ``scores`` (1 to 5)."""

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


def find_by_address(connection: Connection, address: str) -> Customer | None:
    """Return the customer an address belongs to; None for an empty one: mails without From share no writer."""
    if not address.strip():
        return None
    query = select(_address.c.customer_id).where(_address.c.address == address.strip().lower())
    customer_id = connection.execute(query).scalar_one_or_none()
    return None if customer_id is None else find(connection, customer_id)


def find(connection: Connection, customer_id: int) -> Customer | None:
    """Return a customer by id."""
    row = connection.execute(select(_customer).where(_customer.c.id == customer_id)).mappings().first()
    return _to_customer(connection, row) if row else None


def list_customers(connection: Connection) -> Sequence[Customer]:
    """Return all customers, the latest contact first."""
    rows = connection.execute(select(_customer).order_by(_customer.c.last_contact_at.desc())).mappings().all()
    return [_to_customer(connection, row) for row in rows]


def insert_customer(connection: Connection, address: str, name: str, language: str, now: dt.datetime) -> int:
    """Insert a customer known by one address, or by none; return the new id."""
    values = {
        "name": name,
        "language": language,
        "created_at": now,
        "last_contact_at": now,
        "opted_out": False,
    }
    result = connection.execute(insert(_customer), {"tags": [], "note": "", **values})
    customer_id: int = result.inserted_primary_key[0]  # type: ignore[index]  # an insert with one integer key has one
    if address.strip():
        connection.execute(
            insert(_address),
            {"address": address.strip().lower(), "customer_id": customer_id, "undeliverable_reason": ""},
        )
    return customer_id


def note_contact(
    connection: Connection, customer_id: int, name: str, language: str, now: dt.datetime
) -> None:
    """Remember when a customer last wrote, and his name and language where nothing better is known."""
    known = _customer.c
    connection.execute(
        update(_customer)
        .where(known.id == customer_id)
        .values(
            # What is filed from an archive does not set it back.
            last_contact_at=case((known.last_contact_at > now, known.last_contact_at), else_=now),
            name=func.coalesce(func.nullif(known.name, ""), name),
            language=language or known.language,
        )
    )


def set_tags(connection: Connection, customer_id: int, tags: Sequence[str]) -> None:
    """Replace a customer's tags."""
    connection.execute(update(_customer).where(_customer.c.id == customer_id).values(tags=list(tags)))


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
    connection.execute(
        update(_address)
        .where(_address.c.address == address.strip().lower(), _address.c.undeliverable_at.is_not(None))
        .values(undeliverable_at=None, undeliverable_reason="")
    )


def is_undeliverable(connection: Connection, address: str) -> bool:
    """Return True when the address hard-bounced and nobody lifted it."""
    query = select(_address.c.undeliverable_at).where(_address.c.address == address.strip().lower())
    return connection.execute(query).scalar_one_or_none() is not None


def _to_customer(connection: Connection, row: RowMapping) -> Customer:
    customer_id = row["id"]
    addresses = connection.execute(
        select(_address.c.address, _address.c.undeliverable_at).where(_address.c.customer_id == customer_id)
    ).all()
    scores = (
        connection.execute(
            select(_survey.c.score)
            .where(_survey.c.customer_id == customer_id, _survey.c.score.is_not(None))
            .order_by(_survey.c.id)
        )
        .scalars()
        .all()
    )
    tickets: int = connection.execute(
        select(func.count()).select_from(_ticket).where(_ticket.c.customer_id == customer_id)
    ).scalar_one()
    return Customer(
        customer_id=customer_id,
        name=row["name"],
        language=row["language"],
        tags=tuple(row["tags"]),
        note=row["note"],
        addresses=tuple(address for address, _ in addresses),
        created_at=row["created_at"],
        last_contact_at=row["last_contact_at"],
        surveyed_at=row["surveyed_at"],
        opted_out=row["opted_out"],
        undeliverable=any(since is not None for _, since in addresses),
        tickets=tickets,
        satisfaction=sum(scores) / len(scores) if scores else None,
        last_score=scores[-1] if scores else None,
        scores=tuple(scores),
    )
