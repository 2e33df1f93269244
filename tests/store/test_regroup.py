import datetime as dt

from sqlalchemy import Connection, Engine

from inboxd.core.outcome import Learnt
from inboxd.core.ticket import Event, Message, Reference, Ticket
from inboxd.store import conversations, customers, learnt, regroup, tickets
from inboxd.store.accepting import NewMail, insert_once
from inboxd.store.engine import write

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)


def _two_tickets(connection: Connection) -> int:
    """Insert tickets 1 and 2 of one customer, and on the first a mail with all that belongs to it; return its id."""
    customer = customers.insert_customer(connection, "carla@customer.test", "Carla", "en", NOW)
    for number in (1, 2):
        tickets.insert_ticket(connection, Ticket(number, "Export", customer, NOW, NOW))
    accepted = insert_once(connection, NewMail(b"x", "", (), "smtp", "<A@customer.test>", "hash"), NOW)
    line = Message(
        "in", "mail", "carla@customer.test", "", NOW, "Hi", "<A@customer.test>", mail_id=accepted.mail_id
    )
    tickets.add_message(connection, 1, line)
    conversations.add_references(
        connection, 1, [Reference("<a@customer.test>", "seen"), Reference("<o@x>", "own")]
    )
    tickets.add_event(connection, Event("asked"), NOW, ticket_number=1, mail_id=accepted.mail_id)
    return accepted.mail_id


def test_a_mail_moves_with_what_belongs_to_it(engine: Engine) -> None:
    """Its line, its id and what it asked are the other ticket's; our own ids stay where they were."""
    with write(engine) as connection:
        mail_id = _two_tickets(connection)
        regroup.move_mail(connection, mail_id, 1, 2)
        assert [len(tickets.list_messages(connection, number)) for number in (1, 2)] == [0, 1]
        assert [one.kind for one in tickets.list_events(connection, ticket_number=2)] == ["asked"]
        found = conversations.referenced(connection, ["<a@customer.test>", "<o@x>"])
        assert found == {"<a@customer.test>": ((2, "seen"),), "<o@x>": ((1, "own"),)}


def test_only_what_was_written_then_is_withdrawn(engine: Engine) -> None:
    """Notes and evidence of that moment go; those of other moments, people and tickets stay."""
    later = NOW + dt.timedelta(minutes=1)
    with write(engine) as connection:
        _two_tickets(connection)
        for author, at in (("ada", NOW), ("ada", later), ("grace", NOW)):
            tickets.add_message(connection, 1, Message("note", "note", author, "", at, f"{author} {at:%M}"))
        for number, at in ((1, NOW), (1, later), (2, NOW)):
            learnt.add(connection, Learnt("refund", f"{number} {at:%M}", "#kb"), at, number)
        regroup.withdraw(connection, 1, "ada", NOW)
        notes = [one.text for one in tickets.list_messages(connection, 1) if one.direction == "note"]
        assert notes == ["ada 01", "grace 00"]
        assert [one.learnt.text for one in learnt.list_stored(connection)] == ["1 01", "2 00"]


def test_every_open_ticket_is_looked_at_again(engine: Engine) -> None:
    """The chase comes to open tickets at once; whoever had read one before must read it again."""
    with write(engine) as connection:
        _two_tickets(connection)
        solved = Ticket(3, "Done", 1, NOW, NOW, status="solved")
        tickets.insert_ticket(connection, solved)
        regroup.look_again(connection, NOW)
        assert [one.number for one in tickets.list_due(connection, "chase_at", NOW)] == [1, 2]
        found = tickets.find(connection, 1)
        assert found is not None
        assert found.version == 1
