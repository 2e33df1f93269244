import datetime as dt

import pytest
from sqlalchemy import Engine

from inboxd.core.sla import SlaEventKind
from inboxd.core.ticket import Event, Message, Participant, Ticket
from inboxd.store import conversations, customers, tickets
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def dossier(engine: Engine) -> Dossier:
    """The dossier of ticket #1: Carla asked, somebody in copy wrote too, we answered."""
    with write(engine) as connection:
        carla = customers.insert_customer(connection, "carla@customer.test", "Carla", "en", NOW)
        tickets.insert_ticket(connection, Ticket(1, "x", carla, NOW, NOW))
        for author, direction in (
            ("carla@customer.test", "in"),
            ("boss@customer.test", "in"),
            ("support@acme.test", "out"),
        ):
            tickets.add_message(connection, 1, Message(direction, "mail", author, "", NOW, "hi"))
        people = (
            Participant("carla@customer.test", "Carla", "customer"),
            Participant("boss@customer.test", "", "participant"),
            Participant("aide@customer.test", "", "participant"),
        )
        conversations.add_participants(connection, 1, people, NOW)
        for kind, detail in (
            ("asked", {}),
            ("answered", {"message_id": "<m@acme.test>"}),
            ("status", {"to": "pending"}),
            ("tagged", {}),
        ):
            tickets.add_event(connection, Event(kind, detail), NOW, ticket_number=1)
        found = read_dossier(connection, 1)
    assert found is not None
    return found


def test_everything_of_one_ticket(dossier: Dossier) -> None:
    """A dossier has the ticket, its customer, its lines, its people, and the history its clocks run on."""
    assert dossier.ticket is not None
    assert dossier.customer is not None
    assert (dossier.ticket.number, dossier.customer.name, len(dossier.messages)) == (1, "Carla", 3)
    assert [(one.kind, one.message_id) for one in dossier.history] == [
        (SlaEventKind.ASKED, ""),
        (SlaEventKind.ANSWERED, "<m@acme.test>"),
        (SlaEventKind.PENDING, ""),
    ]


def test_answers_go_to_the_customer(dossier: Dossier) -> None:
    """Whoever else wrote on the ticket, the customer's own last address is answered; the others are copied."""
    assert dossier.customer_address == "carla@customer.test"
    assert dossier.copied == ("aide@customer.test", "boss@customer.test")


def test_no_such_ticket(engine: Engine) -> None:
    """A number nobody has gives no dossier; a dossier of a stranger has no address."""
    with read(engine) as connection:
        assert read_dossier(connection, 99) is None
    assert Dossier(None, None).customer_address == ""
    assert Dossier(None, None).copied == ()
