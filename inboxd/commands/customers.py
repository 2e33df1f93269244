"""``inboxd customers`` and ``inboxd customer ADDR``."""

from typing import Any

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.commands.tickets import describe
from inboxd.config import Config
from inboxd.core.customer_view import CustomerFilter, CustomerView
from inboxd.store import tickets
from inboxd.store.customer_lists import list_customers, view_by_address
from inboxd.store.engine import open_store, read

_COLUMNS = ("name", "addresses", "organisation", "tags", "tickets", "open", "satisfaction", "last_contact")
_SHOWN_OTHERWISE = frozenset({"name", "addresses", "tickets", "own_tags", "file_tags", "plan"})
_OF_TICKETS = ("number", "status", "priority", "subject", "created_at")


def show_customers(config: Config, clock: Clock, wanted: CustomerFilter, *, as_json: bool) -> None:
    """Print the customers that pass every filter, the latest contact first."""
    engine = open_store(config.store_url)
    with read(engine) as connection:
        shown = [
            describe_customer(one)
            for one in list_customers(connection, config.customers.terms, clock())
            if wanted.passes(one) and not is_of_the_desk(config, one)
        ]
    engine.dispose()
    if as_json:
        print_json(shown)
    else:
        rows = ([_short(one[name]) for name in _COLUMNS] for one in shown)
        print_table(f"{len(shown)} customers", _COLUMNS, rows)


def show_customer(config: Config, clock: Clock, address: str, *, as_json: bool) -> int:
    """Print one customer with his tickets; return 1 when nobody has the address."""
    engine = open_store(config.store_url)
    with read(engine) as connection:
        view = view_by_address(connection, address, config.customers.terms, clock())
        if view is None:
            print_text(f"nobody writes from {address}")
            return 1
        own = tickets.list_tickets(connection, customer_ids=[view.customer_id])
        document = describe_customer(view) | {"tickets": [describe(connection, one, clock) for one in own]}
    engine.dispose()
    if as_json:
        print_json(document)
    else:
        _print(document)
    return 0


def is_of_the_desk(config: Config, one: CustomerView) -> bool:
    """Return whether one of the addresses is an operator's or the desk's own: whoever has it is no customer."""
    own = {address.lower() for each in config.operators for address in (each.address, *each.aliases)}
    return any(address in own or address in config.own_addresses for address in one.addresses)


def describe_customer(one: CustomerView) -> dict[str, Any]:
    """Return a customer as a document; ``tickets`` and ``open`` are counts, ``tags`` all he has, whoever gave them."""
    return {
        "addresses": list(one.addresses),
        "name": one.name,
        "language": one.language,
        "organisation": one.organisation,
        "plan": one.plan,
        "fields": dict(one.listing.fields),
        "tags": list(one.all_tags),
        "own_tags": list(one.tags),
        "file_tags": list(one.listing.tags),
        "automatic_tags": list(one.automatic_tags),
        "vip": one.vip,
        "note": one.note,
        "opted_out": one.opted_out,
        "undeliverable": one.undeliverable,
        "tickets": one.tickets,
        "open": one.open,
        "satisfaction": one.satisfaction,
        "scores": list(one.scores),
        "first_contact": one.created_at,
        "last_contact": one.last_contact_at,
    }


def _print(document: dict[str, Any]) -> None:
    print_text(" ".join(filter(None, (document["name"], *(f"<{one}>" for one in document["addresses"])))))
    for name, value in document.items():
        if name not in _SHOWN_OTHERWISE and value not in ("", None, False, [], {}):
            print_text(f"{name}: {_short(value)}")
    rows = ([one[name] for name in _OF_TICKETS] for one in document["tickets"])
    print_table(f"{len(document['tickets'])} tickets", _OF_TICKETS, rows)


def _short(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, dict):
        return ", ".join(f"{name}={said}" for name, said in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else value
