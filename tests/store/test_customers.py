import datetime as dt

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from inboxd.core.outcome import SurveyAnswered
from inboxd.core.ticket import Ticket
from inboxd.store import core_tables, customers, surveys, tickets
from inboxd.store.customers import Customer
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def add(
    engine: Engine, address: str = "Carla@Customer.test", name: str = "Carla", language: str = "en"
) -> int:
    with write(engine) as connection:
        return customers.insert_customer(connection, address, name, language, NOW)


def load(engine: Engine, address: str = "carla@customer.test") -> Customer:
    with read(engine) as connection:
        found = customers.find_by_address(connection, address)
    assert found is not None
    return found


def test_found_by_address(engine: Engine) -> None:
    """A customer is found by his address however it is written; an unknown address is nobody's."""
    customer_id = add(engine)
    found = load(engine, " CARLA@customer.test ")
    assert (found.customer_id, found.name, found.addresses) == (
        customer_id,
        "Carla",
        ("carla@customer.test",),
    )
    assert (found.tickets, found.satisfaction, found.undeliverable, found.opted_out) == (
        0,
        None,
        False,
        False,
    )
    with read(engine) as connection:
        assert customers.find_by_address(connection, "nobody@customer.test") is None
        assert customers.find(connection, customer_id + 1) is None


def test_an_address_is_one_persons(engine: Engine) -> None:
    """Two customers cannot have the same address."""
    add(engine)
    with pytest.raises(IntegrityError):
        add(engine, "carla@customer.test")


def test_contact_keeps_the_better_name(engine: Engine) -> None:
    """A name once known stays; an unknown one is filled in; the language follows the last mail that had one."""
    carla, nameless = add(engine), add(engine, "x@customer.test", name="", language="")
    with write(engine) as connection:
        customers.note_contact(connection, carla, "C.", "", NOW + DAY)
        customers.note_contact(connection, nameless, "Xaver", "de", NOW + DAY)
    first, second = load(engine), load(engine, "x@customer.test")
    assert (first.name, first.language, first.last_contact_at) == ("Carla", "en", NOW + DAY)
    assert (second.name, second.language) == ("Xaver", "de")


def test_tags_are_replaced(engine: Engine) -> None:
    """Setting tags replaces all of them, in their order."""
    carla = add(engine)
    with write(engine) as connection:
        customers.set_tags(connection, carla, ["vip", "beta"])
    assert load(engine).tags == ("vip", "beta")


def test_undeliverable_until_lifted(engine: Engine) -> None:
    """A bounced address is marked until somebody lifts it; marking an unknown address does nothing."""
    add(engine)
    with write(engine) as connection:
        customers.mark_undeliverable(connection, "CARLA@customer.test", "no such user", NOW)
        customers.mark_undeliverable(connection, "nobody@customer.test", "no such user", NOW)
    assert load(engine).undeliverable
    with write(engine) as connection:
        customers.mark_deliverable(connection, "carla@customer.test")
    assert not load(engine).undeliverable


def test_satisfaction_is_the_mean(engine: Engine) -> None:
    """Satisfaction is the mean of all scores, unanswered surveys left out; the last one is known apart."""
    carla = add(engine)
    with write(engine) as connection:
        for number, score in ((1, 5), (2, None), (3, 2)):
            tickets.insert_ticket(connection, Ticket(number, "x", carla, NOW, NOW))
            surveys.plan(connection, number, carla, NOW)
            survey = surveys.list_due(connection, NOW)[-1]
            surveys.mark_sent(connection, survey.id, number, NOW)
            if score is not None:
                surveys.record_answer(connection, SurveyAnswered(survey.id, score, ""), NOW)
        customers.note_surveyed(connection, carla, NOW)
    found = load(engine)
    assert (found.satisfaction, found.last_score, found.tickets, found.surveyed_at) == (3.5, 2, 3, NOW)


def test_several_addresses(engine: Engine) -> None:
    """One person may write from several addresses and is found by each."""
    carla = add(engine)
    with write(engine) as connection:
        connection.execute(
            insert(core_tables.customer_address).values(
                address="carla@home.test", customer_id=carla, undeliverable_reason=""
            )
        )
    assert load(engine, "carla@home.test").customer_id == carla
    assert set(load(engine).addresses) == {"carla@customer.test", "carla@home.test"}


def test_nobody_shares_no_address(engine: Engine) -> None:
    """Mails without From come from customers without an address: each from one of his own, found by none."""
    with write(engine) as connection:
        first = customers.insert_customer(connection, "", "", "en", NOW)
        second = customers.insert_customer(connection, " ", "", "en", NOW)
        assert first != second
        assert customers.find_by_address(connection, "") is None
        assert [customers.find(connection, one).addresses for one in (first, second)] == [(), ()]
