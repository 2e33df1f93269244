"""``inboxd customer ADDR --tag NAME`` and ``--note TEXT``: what you say of a customer."""

import datetime as dt
from collections.abc import Sequence

from inboxd.clock import Clock
from inboxd.commands.customers import show_customer
from inboxd.commands.printing import print_text
from inboxd.config import Config
from inboxd.store import customers, regroup
from inboxd.store.customers import Customer
from inboxd.store.engine import open_store, write


def tag_customer(
    config: Config, clock: Clock, address: str, add: Sequence[str], remove: Sequence[str], *, as_json: bool
) -> int:
    """Give a customer tags, take others off, and print him; return 1 when nobody has the address.

    The due times of his open tickets are looked at anew at the next run of the calendar. A tag that ``customers.csv`` gives,
    or that he has by what he did, stays; then nothing is changed, and 1 is returned.
    """
    engine = open_store(config.store_url)
    with write(engine) as connection:
        known = customers.find_by_address(connection, address)
        refused = _refusal(config, known, remove, clock()) if known else f"nobody writes from {address}"
        if known is not None and not refused:
            kept = [tag for tag in known.own_tags if tag not in remove]
            customers.set_tags(connection, known.customer_id, list(dict.fromkeys((*kept, *add))))
            regroup.look_again(connection, clock())
    engine.dispose()
    if refused:
        print_text(refused)
        return 1
    return show_customer(config, clock, address, as_json=as_json)


def note_customer(config: Config, clock: Clock, address: str, note: str, *, as_json: bool) -> int:
    """Note something about a customer in place of what was noted, and print him; return 1 when nobody has the address."""
    engine = open_store(config.store_url)
    with write(engine) as connection:
        known = customers.find_by_address(connection, address)
        if known is not None:
            customers.set_note(connection, known.customer_id, note.strip())
    engine.dispose()
    if known is None:
        print_text(f"nobody writes from {address}")
        return 1
    return show_customer(config, clock, address, as_json=as_json)


def _refusal(config: Config, known: Customer, remove: Sequence[str], now: dt.datetime) -> str:
    """Return why a tag cannot be taken off; empty when all can. One nobody gave is no reason."""
    others = [tag for tag in remove if tag not in known.own_tags]
    for tag in others:
        if tag in known.listing.tags:
            return f"'{tag}' stands in {config.customers.file.name}: take it out there"
        if tag in known.tags_at(config.customers.terms, now):
            return f"'{tag}' is his by what he did, as long as that is so: [customers] automatic_tags says which there are"
    return ""
