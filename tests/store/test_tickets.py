import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from inboxd.core.ticket import Event, Message, Participant, Reference, Ticket
from inboxd.store import conversations, customers, tickets
from inboxd.store.engine import read, write
from inboxd.store.tickets import ConcurrentChangeError

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def carla(engine: Engine) -> int:
    """The id of a customer tickets can belong to."""
    with write(engine) as connection:
        return customers.insert_customer(connection, "carla@customer.test", "Carla", "en", NOW)


def insert(engine: Engine, customer_id: int, number: int = 1, **values: object) -> Ticket:
    ticket = Ticket(number, "Export", customer_id, NOW, NOW, **values)  # type: ignore[arg-type]
    with write(engine) as connection:
        tickets.insert_ticket(connection, ticket)
    return ticket


def line(text: str, mail_id: int | None = None, direction: str = "in") -> Message:
    return Message(direction, "mail", "carla@customer.test", "Carla", NOW, text, "<a@x>", text, mail_id)


def test_a_ticket_comes_back_whole(engine: Engine, carla: int) -> None:
    """Every field of a ticket survives the store, each instant in UTC, tags in their order."""
    ticket = insert(
        engine,
        carla,
        status="pending",
        priority="urgent",
        priority_score=0.7,
        category="billing",
        tags=("b", "a"),
        assignee="ada@acme.test",
        language="de",
        first_response_due=NOW + HOUR,
        first_response_at=NOW + HOUR / 2,
        chase_at=NOW + 2 * HOUR,
        answered_automatically=True,
        automatic_article="export-data",
        automatic_confidence=0.97,
        reopened=2,
        linked_to=7,
        conversation="c",
        survey="never",
    )
    with read(engine) as connection:
        assert tickets.find(connection, 1) == ticket
        assert tickets.find_many(connection, (1, 2)) == {1: ticket}
        assert tickets.find(connection, 2) is None
        assert tickets.find_many(connection, ()) == {}


def test_numbers_go_up(engine: Engine, carla: int) -> None:
    """The next ticket has the next number, and a number is given once."""
    with read(engine) as connection:
        assert tickets.next_number(connection) == 1
    insert(engine, carla)
    with read(engine) as connection:
        assert tickets.next_number(connection) == 2
    with pytest.raises(IntegrityError):
        insert(engine, carla)


def test_whoever_changes_must_have_seen_it(engine: Engine, carla: int) -> None:
    """Two who read the same ticket cannot both write it: the second reads again and decides again."""
    ticket = insert(engine, carla)
    with write(engine) as connection:
        tickets.update_ticket(connection, replace(ticket, priority="high"))
    with pytest.raises(ConcurrentChangeError, match="#1"), write(engine) as connection:
        tickets.update_ticket(connection, replace(ticket, priority="low"))
    with read(engine) as connection:
        found = tickets.find(connection, 1)
    assert found == replace(ticket, priority="high", version=1)


@pytest.mark.parametrize("change", [{"status": "lost"}, {"priority": "huge"}])
def test_unknown_states_are_refused(engine: Engine, carla: int, change: dict[str, str]) -> None:
    """The database itself knows which states and priorities there are."""
    with pytest.raises(IntegrityError):
        insert(engine, carla, **change)


def test_filters_hold_together(engine: Engine, carla: int) -> None:
    """A list of tickets passes every filter that was given, in the order of their numbers."""
    insert(engine, carla, 1, status="open", assignee="ada@acme.test")
    insert(engine, carla, 2, status="open")
    insert(engine, carla, 3, status="solved", assignee="ada@acme.test")
    with read(engine) as connection:

        def listed(**filters: object) -> list[int]:
            return [one.number for one in tickets.list_tickets(connection, **filters)]  # type: ignore[arg-type]

        assert listed() == [1, 2, 3]
        assert listed(statuses=("open", "solved"), assignee="ada@acme.test") == [1, 3]
        assert listed(customer_ids=[carla], statuses=("open",)) == [1, 2]
        assert listed(customer_ids=[]) == []
        assert listed(since=NOW) == [1, 2, 3]
        assert listed(since=NOW + HOUR) == []


@pytest.mark.parametrize("column", ["chase_at", "snoozed_until", "idle_at"])
def test_due_tickets(engine: Engine, carla: int, column: str) -> None:
    """Only tickets whose time has come are due, the most overdue first."""
    for number, moment in ((1, NOW), (2, NOW - HOUR), (3, NOW + HOUR), (4, None)):
        insert(engine, carla, number, **{column: moment})
    with read(engine) as connection:
        assert [one.number for one in tickets.list_due(connection, column, NOW)] == [2, 1]


def test_solved_long_ago(engine: Engine, carla: int) -> None:
    """Only what is still solved, and was before then, counts as solved long ago."""
    insert(engine, carla, 1, status="solved", solved_at=NOW)
    insert(engine, carla, 2, status="closed", solved_at=NOW)
    insert(engine, carla, 3, status="solved", solved_at=NOW + HOUR)
    with read(engine) as connection:
        assert tickets.list_solved_before(connection, NOW + HOUR) == [1]


def test_open_load(engine: Engine, carla: int) -> None:
    """What is open counts for whoever has it; what is solved counts for nobody."""
    insert(engine, carla, 1, status="open", priority="urgent", assignee="ada@acme.test")
    insert(engine, carla, 2, status="pending", assignee="ada@acme.test")
    insert(engine, carla, 3, status="solved", assignee="ada@acme.test")
    with read(engine) as connection:
        load = tickets.open_load(connection)
    assert load == {"ada@acme.test": [("normal", 1), ("urgent", 1)]}


def test_one_mail_one_message(engine: Engine, carla: int) -> None:
    """A mail becomes one line of one ticket, whatever crashes: the database refuses the second."""
    insert(engine, carla)
    with write(engine) as connection:
        connection.exec_driver_sql(
            "insert into mail (id, accepted_at, source, size, message_id, content_sha256, copies, imported, state,"
            " attempts, next_attempt_at, disposition, peer, helo, submitter) values (5, '2026-01-01', 'smtp', 1, '',"
            " '', 0, false, 'accepted', 0, '2026-01-01', '', '', '', '')"
        )
        tickets.add_message(connection, 1, line("hi", 5))
    with pytest.raises(IntegrityError), write(engine) as connection:
        tickets.add_message(connection, 1, line("hi", 5))
    with read(engine) as connection:
        assert tickets.list_messages(connection, 1) == [line("hi", 5)]


def test_references_lead_to_tickets(engine: Engine, carla: int) -> None:
    """A Message-ID leads to every ticket it was seen on, and keeps the kind it was first seen with."""
    insert(engine, carla, 1)
    insert(engine, carla, 2)
    with write(engine) as connection:
        conversations.add_references(connection, 1, (Reference("<a@x>", "own"), Reference("<b@x>", "seen")))
        conversations.add_references(connection, 1, (Reference("<a@x>", "named"),))
        conversations.add_references(connection, 2, (Reference("<a@x>", "named"),))
        conversations.add_references(connection, 2, ())
    with read(engine) as connection:
        assert conversations.referenced(connection, ["<a@x>", "<c@x>"]) == {
            "<a@x>": ((1, "own"), (2, "named"))
        }
        assert conversations.referenced(connection, []) == {}


def test_participants_keep_their_role(engine: Engine, carla: int) -> None:
    """Who may join a ticket keeps the role he came with."""
    insert(engine, carla)
    with write(engine) as connection:
        conversations.add_participants(connection, 1, (Participant("a@x", "A", "customer"),), NOW)
        conversations.add_participants(connection, 1, (Participant("a@x", "?", "participant"),), NOW)
        conversations.add_participants(connection, 1, (Participant("b@x", "B", "participant"),), NOW)
    with read(engine) as connection:
        found = conversations.list_participants(connection, 1)
        assert conversations.participants_of(connection, [1, 9]) == {1: frozenset({"a@x", "b@x"})}
        assert conversations.participants_of(connection, []) == {}
    assert sorted((one.address, one.role) for one in found) == [("a@x", "customer"), ("b@x", "participant")]


def test_events_by_ticket_kind_and_time(engine: Engine, carla: int) -> None:
    """Events come back in order with their details, narrowed by every filter that was given."""
    insert(engine, carla)
    with write(engine) as connection:
        tickets.add_event(connection, Event("asked", {"n": 1}, "carla"), NOW, ticket_number=1, mail_id=3)
        tickets.add_event(connection, Event("bounce"), NOW + HOUR)
    with read(engine) as connection:
        (asked,) = tickets.list_events(connection, ticket_number=1)
        assert [one.kind for one in tickets.list_events(connection)] == ["asked", "bounce"]
        assert [one.kind for one in tickets.list_events(connection, since=NOW + HOUR)] == ["bounce"]
        assert tickets.list_events(connection, kinds=("bounce",), ticket_number=1) == []
    assert (asked.detail, asked.actor, asked.mail_id, asked.at) == ({"n": 1}, "carla", 3, NOW)


def test_conversations(engine: Engine, carla: int) -> None:
    """The newest ticket of an Outlook conversation comes first; no conversation finds nothing."""
    insert(engine, carla, 1, conversation="abc")
    insert(engine, carla, 2, conversation="abc")
    insert(engine, carla, 3)
    with read(engine) as connection:
        assert conversations.find_conversation(connection, "abc") == (2, 1)
        assert conversations.find_conversation(connection, "") == ()


def test_merging_moves_everything(engine: Engine, carla: int) -> None:
    """After a merge the lines, ids and people of both stand on one ticket, and the other leads to it and is quiet."""
    insert(engine, carla, 1, chase_at=NOW, snoozed_until=NOW, idle_at=NOW)
    insert(engine, carla, 2)
    with write(engine) as connection:
        tickets.add_message(connection, 1, line("one"))
        tickets.add_message(connection, 2, line("two"))
        conversations.add_references(connection, 1, (Reference("<a@x>", "own"), Reference("<b@x>", "seen")))
        conversations.add_references(connection, 2, (Reference("<a@x>", "named"),))
        conversations.add_participants(connection, 1, (Participant("a@x", "A", "participant"),), NOW)
        tickets.merge(connection, 1, 2, NOW)
    with read(engine) as connection:
        old = tickets.find(connection, 1)
        assert [one.text for one in tickets.list_messages(connection, 2)] == ["one", "two"]
        assert conversations.referenced(connection, ["<a@x>", "<b@x>"]).keys() == {"<a@x>", "<b@x>"}
        assert {
            n for pairs in conversations.referenced(connection, ["<b@x>"]).values() for n, _ in pairs
        } == {2}
        assert conversations.participants_of(connection, [2]) == {2: frozenset({"a@x"})}
        for column in ("chase_at", "snoozed_until", "idle_at"):
            assert tickets.list_due(connection, column, NOW + HOUR) == []
    assert old is not None
    assert (old.status, old.merged_into, old.version) == ("merged", 2, 1)
