"""Two customers who turn out to be one person."""

import datetime as dt

import pytest
from sqlalchemy import Engine

from inboxd.core.customer_tags import TagTerms
from inboxd.core.ticket import Ticket
from inboxd.errors import PermanentError
from inboxd.store import customers, surveys, tickets
from inboxd.store.customer_lists import list_customers
from inboxd.store.customer_merge import merge_customers
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def two(engine: Engine) -> tuple[int, int]:
    """Carla under two addresses, each with a ticket; the second is the one with the tags, and wants no mail."""
    with write(engine) as connection:
        first = customers.insert_customer(connection, "carla@work.test", "", "", NOW)
        second = customers.insert_customer(connection, "carla@home.test", "Carla", "es", NOW + DAY)
        customers.set_tags(connection, first, ["vip"])
        customers.set_tags(connection, second, ["beta", "vip"])
        customers.opt_out(connection, second)
        for number, customer in ((1, first), (2, second)):
            tickets.insert_ticket(connection, Ticket(number, "Export", customer, NOW, NOW))
        surveys.plan(connection, 2, second, NOW)
    return first, second


def test_two_become_one(engine: Engine, two: tuple[int, int]) -> None:
    """Addresses, tickets, tags and what is known of either are the first one's; the second is gone."""
    with write(engine) as connection:
        assert merge_customers(connection, "Carla@work.test", "carla@home.test") == two[0]
    with read(engine) as connection:
        (one,) = list_customers(connection, TagTerms(), NOW)
    assert (one.customer_id, one.name, one.language) == (two[0], "Carla", "es")
    assert one.addresses == ("carla@home.test", "carla@work.test")
    assert (one.tags, one.tickets, one.opted_out) == (("vip", "beta"), 2, True)
    assert (one.created_at, one.last_contact_at) == (NOW, NOW + DAY)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("other", ["carla@work.test", "nobody@work.test", ""])
def test_what_cannot_be_merged(engine: Engine, other: str) -> None:
    """Oneself and nobody are refused, and nothing is changed."""
    with pytest.raises(PermanentError), write(engine) as connection:
        merge_customers(connection, "carla@work.test", other)
    with read(engine) as connection:
        assert len(list_customers(connection, TagTerms(), NOW)) == 2
