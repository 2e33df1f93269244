"""``inboxd customer ADDR --tag NAME``: what rules and service targets may ask of a customer."""

from collections.abc import Sequence

from inboxd.clock import Clock
from inboxd.commands.customers import show_customer
from inboxd.commands.printing import print_text
from inboxd.config import Config
from inboxd.store import customers, regroup
from inboxd.store.engine import open_store, write


def tag_customer(
    config: Config, clock: Clock, address: str, add: Sequence[str], remove: Sequence[str], *, as_json: bool
) -> int:
    """Give a customer tags, take others off, and print him; return 1 when nobody has the address.

    The due times of his open tickets are looked at anew at the next run of the calendar.
    """
    engine = open_store(config.store_url)
    with write(engine) as connection:
        known = customers.find_by_address(connection, address)
        if known is not None:
            kept = [tag for tag in known.tags if tag not in remove]
            customers.set_tags(connection, known.customer_id, list(dict.fromkeys((*kept, *add))))
            regroup.look_again(connection, clock())
    engine.dispose()
    if known is None:
        print_text(f"nobody writes from {address}")
        return 1
    return show_customer(config, clock, address, as_json=as_json)
