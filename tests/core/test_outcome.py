import datetime as dt
from dataclasses import replace

import pytest

from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome, change_status, require_ticket
from inboxd.core.states import IllegalTransition, TicketEvent
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
TICKET = Ticket(12, "Export", 1, NOW, NOW, status="open", snoozed_until=NOW)


def change(ticket: Ticket, event: TicketEvent) -> Outcome:
    return change_status(Outcome(ticket=ticket), event, NOW, actor="ada@acme.test", by="#solved")


def test_an_outcome_is_a_value() -> None:
    """Each step returns a new outcome and leaves the old one as it was."""
    first = Outcome(ticket=TICKET)
    letter = Letter(Kind.ANSWER, "kb_answer", ("carla@customer.test",), "reply:mail:1")
    last = first.with_event("asked", "carla", by="nothing").with_letter(letter).with_ticket(priority="high")
    assert first == Outcome(ticket=TICKET)
    assert [(one.kind, one.actor, one.detail) for one in last.events] == [
        ("asked", "carla", {"by": "nothing"})
    ]
    assert last.letters == (letter,)
    assert require_ticket(last).priority == "high"


def test_no_ticket_is_a_bug_that_is_told() -> None:
    """Changing the ticket of an outcome without one raises, instead of losing the change."""
    with pytest.raises(ValueError, match="no ticket"):
        Outcome().with_ticket(priority="high")


def test_a_change_is_recorded_with_its_cause() -> None:
    """A new status comes with an event that says from where, to where, by whom and why; a snooze is over."""
    outcome = change(TICKET, TicketEvent.SET_SOLVED)
    ticket = require_ticket(outcome)
    assert (ticket.status, ticket.solved_at, ticket.snoozed_until) == ("solved", NOW, None)
    (event,) = outcome.events
    assert (event.kind, event.actor) == ("status", "ada@acme.test")
    assert event.detail == {"from": "open", "to": "solved", "by": "#solved"}


def test_no_change_is_no_event() -> None:
    """Staying where one is leaves everything as it is, a snooze included."""
    assert change(TICKET, TicketEvent.CUSTOMER_REPLIED) == Outcome(ticket=TICKET)


@pytest.mark.parametrize(
    ("status", "event"), [("solved", TicketEvent.CUSTOMER_REPLIED), ("closed", TicketEvent.SET_OPEN)]
)
def test_opening_again(status: str, event: TicketEvent) -> None:
    """A ticket that is opened again is counted, is not solved any more, and its planned survey is withdrawn."""
    outcome = change(replace(TICKET, status=status, solved_at=NOW, closed_at=NOW), event)
    ticket = require_ticket(outcome)
    assert (ticket.status, ticket.reopened, ticket.solved_at, ticket.closed_at) == ("open", 1, None, None)
    assert outcome.withdraw_survey == "reopened"


def test_closing() -> None:
    """A closed ticket knows since when."""
    closed = require_ticket(change(replace(TICKET, status="solved"), TicketEvent.SOLVED_LONG_AGO))
    assert (closed.status, closed.closed_at) == ("closed", NOW)


def test_the_illegal_changes_nothing() -> None:
    """What the table of states forbids raises."""
    with pytest.raises(IllegalTransition):
        change(replace(TICKET, status="merged"), TicketEvent.SET_OPEN)
