"""All customers with their figures, in as many queries as there are tables, however many customers there are."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from inboxd.core.customer_view import CustomerView
from inboxd.store.tables import CustomerAddressRow, CustomerRow, SurveyRow, TicketRow, table_of

_customer = table_of(CustomerRow)
_address = table_of(CustomerAddressRow)
_survey = table_of(SurveyRow)
_ticket = table_of(TicketRow)
_OPEN = ("new", "open", "pending")


def list_customers(connection: Connection) -> Sequence[CustomerView]:
    """Return all customers, the latest contact first; a record without name and address (erased) is nobody's."""
    views = _views(connection)
    return sorted(
        views, key=lambda one: (one.last_contact_at or one.created_at, one.customer_id), reverse=True
    )


def view_customer(connection: Connection, customer_id: int) -> CustomerView | None:
    """Return one customer with his figures."""
    return next(iter(_views(connection, customer_id)), None)


def _views(connection: Connection, customer_id: int | None = None) -> list[CustomerView]:
    rows = connection.execute(_of(select(_customer), _customer.c.id, customer_id)).mappings().all()
    addresses, marked = _addresses(connection, customer_id)
    scores = _scores(connection, customer_id)
    tickets, still_open = _tickets(connection, customer_id)
    return [
        CustomerView(
            customer_id=(key := row["id"]),
            name=row["name"],
            language=row["language"],
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
        )
        for row in rows
        if row["name"] or addresses[row["id"]]
    ]


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
