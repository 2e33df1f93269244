"""What the store keeps of ``customers.csv``."""

import datetime as dt

import pytest
from sqlalchemy import Engine, func, select

from inboxd.core.customer_listing import Listing
from inboxd.core.customer_tags import TagTerms
from inboxd.store import core_tables, customers
from inboxd.store.customer_listing import (
    Taken,
    erase_listing,
    find_listing,
    list_listings,
    listed_tags,
    take_listings,
)
from inboxd.store.customer_lists import list_customers, view_by_address
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
SECRET = b"s" * 32
CARLA = Listing(
    ("carla@work.test", "carla@home.test"), "Carla Costa", "Acme", "de", ("vip",), {"plan": "pro"}, line=2
)
DORA = Listing(("dora@else.test",), name="Dora", line=3)


def take(engine: Engine, *listings: Listing) -> Taken:
    """Take a file over."""
    with write(engine) as connection:
        return take_listings(connection, listings, SECRET)


def write_from(engine: Engine, address: str, name: str = "", language: str = "en") -> int:
    """Let somebody be a customer."""
    with write(engine) as connection:
        return customers.insert_customer(connection, address, name, language, NOW)


def test_the_store_says_what_the_file_says(engine: Engine) -> None:
    """New rows come, changed ones change, others go; the same file changes nothing."""
    assert take(engine, CARLA, DORA).changed == 3
    assert take(engine, CARLA, DORA).changed == 0
    changed = Listing(CARLA.addresses, "Carla C.", fields={"plan": "free"})
    assert take(engine, changed).changed == 3
    with read(engine) as connection:
        assert [one.name for one in list_listings(connection)] == ["Carla C."]
        found = find_listing(connection, " CARLA@home.test ")
        assert found is not None
        assert (found.addresses, found.fields) == (CARLA.addresses, {"plan": "free"})
        assert find_listing(connection, "dora@else.test") is None
    assert take(engine).changed == 2


def test_a_customer_is_known_as_the_file_says(engine: Engine) -> None:
    """Name, language, tags and fields of the file hold before his own; without the row all his own is there again."""
    carla = write_from(engine, "carla@work.test", "carla", "en")
    with write(engine) as connection:
        customers.set_tags(connection, carla, ["beta"])
    take(engine, CARLA)
    with read(engine) as connection:
        known = customers.find(connection, carla)
        assert listed_tags(connection) == {carla: ("vip",)}
    assert known is not None
    assert (known.name, known.language, known.tags, known.own_tags) == (
        *("Carla Costa", "de", ("beta", "vip")),
        ("beta",),
    )
    assert known.listing.fields == {"plan": "pro"}
    take(engine)
    with read(engine) as connection:
        known = customers.find(connection, carla)
    assert known is not None
    assert (known.name, known.language, known.tags, known.listing.fields) == ("carla", "en", ("beta",), {})


def test_a_second_address_of_the_row_is_the_same_customer(engine: Engine) -> None:
    """Also when nobody wrote from it yet; one of another row is a stranger's."""
    carla = write_from(engine, "carla@home.test")
    take(engine, CARLA, DORA)
    with read(engine) as connection:
        found = customers.find_by_address(connection, "Carla@work.test")
        assert found is not None
        assert found.customer_id == carla
        assert customers.find_by_address(connection, "dora@else.test") is None


def test_two_customers_of_one_row_are_told(engine: Engine) -> None:
    """The one who was there first is named first."""
    write_from(engine, "carla@home.test")
    write_from(engine, "carla@work.test")
    assert take(engine, CARLA).same == (("carla@home.test", "carla@work.test"),)


def test_the_latest_contact_comes_first(engine: Engine) -> None:
    """The list begins with whoever wrote last, not with whoever is known last."""
    first, second = write_from(engine, "a@else.test"), write_from(engine, "b@else.test")
    with write(engine) as connection:
        customers.note_contact(connection, first, "", "", NOW + dt.timedelta(days=1))
    with read(engine) as connection:
        views = list_customers(connection, TagTerms(), NOW)
    assert [one.customer_id for one in views] == [first, second]


def test_who_has_not_written_is_listed_behind_the_others(engine: Engine) -> None:
    """With what the file says, without a ticket and without an automatic tag."""
    write_from(engine, "carla@home.test")
    take(engine, CARLA, DORA)
    with read(engine) as connection:
        views = list_customers(connection, TagTerms(), NOW)
        silent = view_by_address(connection, "dora@else.test", TagTerms(), NOW)
    assert [(one.name, one.customer_id > 0, one.all_tags) for one in views] == [
        ("Carla Costa", True, ("vip", "new")),
        ("Dora", False, ()),
    ]
    assert silent == views[1]


@pytest.mark.parametrize("named", [frozenset(CARLA.addresses), frozenset[str]()])
def test_who_was_erased_is_not_taken_over_again(engine: Engine, named: frozenset[str]) -> None:
    """As long as the file names him; once it does not, the mark goes, and a new row is a new word."""
    take(engine, CARLA, DORA)
    with write(engine) as connection:
        assert erase_listing(connection, CARLA.addresses, named, SECRET, NOW) == 2
        assert erase_listing(connection, CARLA.addresses, named, SECRET, NOW) == 0
    assert take(engine, CARLA, DORA).changed == 0
    with read(engine) as connection:
        marks = connection.execute(select(func.count()).select_from(core_tables.erased_listing)).scalar_one()
        assert (find_listing(connection, "carla@work.test"), marks) == (None, 2)
    assert take(engine, DORA).changed == 0
    assert take(engine, CARLA, DORA).changed == 2
