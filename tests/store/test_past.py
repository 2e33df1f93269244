"""What came from another desk."""

import datetime as dt

from sqlalchemy import Connection, Engine, update

from inboxd.core.ticket import Ticket
from inboxd.store import core_tables, past, tickets
from inboxd.store.accepting import NewMail, insert_once
from inboxd.store.engine import read, write
from inboxd.store.past import PastPlace, Standing

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
PLACE = PastPlace("zammad help.test", "22001")


def accepted(connection: Connection, name: str) -> int:
    mail = NewMail(name.encode(), None, (), "import", f"<{name}@x>", name, imported=True)
    return insert_once(connection, mail, NOW).mail_id


def note(
    connection: Connection, mail_ids: list[int], place: PastPlace = PLACE, changed_at: str = "1"
) -> None:
    past.note(connection, place, changed_at=changed_at, status="open", tags=("a",), mail_ids=mail_ids)


def file(connection: Connection, mail_id: int, number: int, merged_into: int | None = None) -> None:
    """Let a mail stand on a ticket of ours."""
    customer = core_tables.customer
    if connection.execute(customer.select()).first() is None:
        connection.execute(customer.insert().values(id=1, name="", created_at=NOW))
    tickets.insert_ticket(connection, Ticket(number, "", 1, NOW, NOW, merged_into=merged_into))
    mail = core_tables.mail
    connection.execute(update(mail).where(mail.c.id == mail_id).values(ticket_number=number))


def test_what_was_read_is_known(engine: Engine) -> None:
    """As of when, by number; a ticket that was read again is known as of then."""
    with write(engine) as connection:
        note(connection, [accepted(connection, "one")])
        note(connection, [], changed_at="2")
    with read(engine) as connection:
        assert past.changes(connection, PLACE.desk, ["22001", "22002"]) == {"22001": "2"}
        assert past.changes(connection, "zammad other.test", ["22001"]) == {}


def test_a_mail_stands_where_it_stood(engine: Engine) -> None:
    """On the ticket that others of its old ticket are on, wherever that was merged into; before that on none."""
    with write(engine) as connection:
        first, second, other = (accepted(connection, name) for name in ("one", "two", "three"))
        note(connection, [first, second, first])
        assert past.place_of(connection, second) == PLACE
        assert past.place_of(connection, other) is None
        assert past.ticket_at(connection, PLACE) is None
        file(connection, other, 9)
        file(connection, first, 4, merged_into=9)
        assert past.ticket_at(connection, PLACE) == 9
        assert past.tickets_once(connection, "22001") == {9}


def test_a_mail_on_two_tickets_is_on_the_last(engine: Engine) -> None:
    """There is one line of it here."""
    with write(engine) as connection:
        mail_id = accepted(connection, "one")
        note(connection, [mail_id])
        note(connection, [mail_id], PastPlace(PLACE.desk, "22002"))
        assert past.place_of(connection, mail_id) == PastPlace(PLACE.desk, "22002")


def test_what_stands_here_is_not_set_again(engine: Engine) -> None:
    """Until the ticket is read again there; its tags are kept no longer than they are needed."""
    with write(engine) as connection:
        mail_id = accepted(connection, "one")
        note(connection, [])
        assert past.list_unsettled(connection, PLACE.desk) == ()
        note(connection, [mail_id])
        assert past.list_unsettled(connection, PLACE.desk) == (Standing(PLACE, "open", ("a",), None),)
        past.mark_settled(connection, PLACE)
        assert past.list_unsettled(connection, PLACE.desk) == ()
        note(connection, [mail_id], changed_at="2")
        assert len(past.list_unsettled(connection, PLACE.desk)) == 1
