import datetime as dt
from dataclasses import replace

import pytest
from quarter import END, START, Planned, at, make_quarter, past_of, sentiment_of
from sqlalchemy import Connection, Engine, event, insert

from inboxd.core.outcome import Learnt
from inboxd.core.report_facts import Past
from inboxd.core.ticket import Event, Ticket
from inboxd.store import core_tables, customers, learnt, reports, tickets
from inboxd.store.engine import read, write

DAY = dt.timedelta(days=1)


def write_quarter(connection: Connection, plans: list[Planned], left: frozenset[int] = frozenset()) -> None:
    """Write planned tickets as the pipeline would have left them."""
    rows = [
        {"id": number, "name": "", "language": "", "tags": ["left"] if number in left else [], "note": "",
         "created_at": START, "opted_out": False}
        for number in sorted({one.customer for one in plans})
    ]  # fmt: skip
    connection.execute(insert(core_tables.customer), rows)
    for plan in plans:
        answers = [second for second, kind, _ in plan.events if kind == "answered"]
        ticket = Ticket(
            plan.number, "x", plan.customer, at(plan.created), at(plan.created), status=plan.status,
            priority=plan.priority, category=plan.category, tags=plan.tags, assignee=plan.assignee,
            first_response_at=at(answers[0]) if answers else None,
            answered_automatically=any(detail.get("automatic") for _, _, detail in plan.events),
            promised_at=None if plan.promised is None else at(plan.promised),
        )  # fmt: skip
        tickets.insert_ticket(connection, ticket)
        if plan.complained:
            learnt.add(connection, Learnt("export", "?", "#wrong", right=False), END, plan.number)
    connection.execute(
        insert(core_tables.event),
        [
            {"at": at(second), "kind": kind, "ticket_number": plan.number, "actor": "", "detail": detail}
            for plan in plans
            for second, kind, detail in plan.events
        ],
    )
    scores = [
        {"ticket_number": plan.number, "customer_id": plan.customer, "due_at": at(second), "score": score,
         "answered_at": at(second), "withdrawn_why": "", "comment": "", "sentiment": sentiment_of(plan, score)}
        for plan in plans
        for second, score in plan.scores
    ]  # fmt: skip
    if scores:
        connection.execute(insert(core_tables.survey), scores)


def test_the_past_is_what_happened(engine: Engine) -> None:
    """Everything the figures need comes back as it was written: a seeded quarter of 150 tickets."""
    plans, left = make_quarter(3, 150), frozenset({5, 6})
    with write(engine) as connection:
        write_quarter(connection, plans, left)
    with read(engine) as connection:
        past = reports.load_past(connection, START, END)
    expected = past_of(plans, left)
    assert past.tickets == expected.tickets
    assert past.scores == expected.scores
    assert past.happenings == expected.happenings
    assert sorted(past.created) == sorted(expected.created)
    assert (past.began, past.marks_left) == (expected.began, any(one.customer in left for one in plans))


def test_an_empty_store_has_no_past(engine: Engine) -> None:
    """A new desk has nothing, and nothing raises."""
    with read(engine) as connection:
        assert reports.load_past(connection, START, END) == Past()
        assert reports.first_responses(connection) == []


def test_the_period_has_both_ends(engine: Engine) -> None:
    """What came or happened before the period or after now is left out; the forecast looks further back."""
    plans = make_quarter(3, 100)
    with write(engine) as connection:
        write_quarter(connection, plans)
    since, now = START + 30 * DAY, START + 40 * DAY
    with read(engine) as connection:
        past = reports.load_past(connection, since, now)
    assert [one.keys.number for one in past.tickets] == [
        one.number for one in plans if since <= at(one.created) <= now
    ]
    moments = [one.at for one in (*past.happenings, *past.scores)]
    moments += [moment.at for one in past.tickets for moment in one.history]
    assert moments
    assert max(moments) <= now
    assert min(one.at for one in past.happenings) >= since
    assert sorted(past.created) == sorted(at(one.created) for one in plans if at(one.created) <= now)


@pytest.mark.parametrize("state", ["merged", "closed"])
def test_what_is_no_ticket_of_this_desk_does_not_count(engine: Engine, state: str) -> None:
    """Merged tickets, and history that was imported, are in no figure."""
    with write(engine) as connection:
        customer = customers.insert_customer(connection, "carla@customer.test", "Carla", "en", START)
        tickets.insert_ticket(connection, Ticket(1, "x", customer, START + DAY, START + DAY, status=state))
        if state == "closed":
            closed = Event("status", {"from": "new", "to": "closed", "by": "history"}, "archive")
            tickets.add_event(connection, closed, START + DAY, ticket_number=1)
    with read(engine) as connection:
        past = reports.load_past(connection, START, END)
    assert (past.tickets, past.created) == ((), ())


def test_first_responses_are_those_of_people(engine: Engine) -> None:
    """Of the latest tickets: question and first answer; none where the desk answered, or the operator wrote first."""
    with write(engine) as connection:
        customer = customers.insert_customer(connection, "carla@customer.test", "Carla", "en", START)
        plain = Ticket(1, "x", customer, START, START, first_response_at=START + DAY)
        for ticket, asked in (
            (plain, START),
            (replace(plain, number=2, answered_automatically=True), START),
            (replace(plain, number=3, first_response_at=None), START),
            (replace(plain, number=4), START + 2 * DAY),
        ):
            tickets.insert_ticket(connection, ticket)
            tickets.add_event(connection, Event("asked"), asked, ticket_number=ticket.number)
            tickets.add_event(connection, Event("asked"), START + 3 * DAY, ticket_number=ticket.number)
    with read(engine) as connection:
        assert reports.first_responses(connection) == [(START, START + DAY)]


def test_no_query_reads_all_events(lite_engine: Engine) -> None:
    """Events are found by their indexes, however many there are; the number of queries does not grow."""
    with write(lite_engine) as connection:
        write_quarter(connection, make_quarter(3, 100))
    statements: list[tuple[str, object]] = []
    with read(lite_engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: statements.append((said[2], said[3])))
        reports.load_past(connection, START, END)
        reports.first_responses(connection)
        asked = [one for one in statements if one[0].startswith("SELECT")]
        plans = [
            str(row[3])
            for statement, parameters in asked
            for row in connection.connection.execute("explain query plan " + statement, parameters)  # type: ignore[attr-defined]
        ]
    assert len(asked) <= 11
    assert [plan for plan in plans if plan.startswith("SCAN event")] == []
    assert any("ix_event_kind_at" in plan for plan in plans)
    with read(lite_engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: statements.append((said[2], said[3])))
        reports.first_responses(connection)
        plan = connection.connection.execute("explain query plan " + statements[-1][0], statements[-1][1])  # type: ignore[attr-defined]
        assert any("ix_event_ticket_number" in row[3] for row in plan)
