"""``inboxd customer ADDR --merge OTHER``."""

from inboxd.clock import Clock
from inboxd.commands.customers import describe_customer, is_of_the_desk
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.errors import PermanentError
from inboxd.store.customer_lists import view_customer
from inboxd.store.customer_merge import merge_customers
from inboxd.store.engine import open_store, write


def merge_customer(config: Config, clock: Clock, address: str, other: str, *, as_json: bool) -> None:
    """Let both addresses be one customer's, and print him.

    Raises ``PermanentError`` when nobody has one of them, they are one customer's already, or one is the desk's.
    """
    engine = open_store(config.store_url)
    with write(engine) as connection:
        merged = merge_customers(connection, address, other)
        view = view_customer(connection, merged, config.customers.terms, clock())
        if view is None or is_of_the_desk(config, view):
            raise PermanentError(f"{address} or {other} is the desk's or an operator's")
    engine.dispose()
    if as_json:
        print_json(describe_customer(view))
    else:
        print_text(f"{view.name} <{'>, <'.join(view.addresses)}>: {view.tickets} tickets")
