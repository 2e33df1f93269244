import datetime as dt
from dataclasses import replace

import pytest

from inboxd.core.schedule import SLA_EVENTS, SlaTerms, deadlines, sla_event, with_due_times
from inboxd.core.sla import SlaEvent, SlaEventKind, SlaPolicy, SlaTargets
from inboxd.core.ticket import Event, Ticket
from inboxd.core.working_time import Interval, WorkingHours

HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
ALWAYS = WorkingHours("UTC", ((Interval(0, 86_400),),) * 7)
TERMS = SlaTerms(
    ALWAYS,
    (
        SlaPolicy("vip", SlaTargets(first_response=HOUR), customer_tags=frozenset({"vip"})),
        SlaPolicy("all", SlaTargets(8 * HOUR, 4 * HOUR, 100 * HOUR)),
    ),
)
TICKET = Ticket(12, "Export", 1, NOW, NOW)
ASKED = SlaEvent(NOW, SlaEventKind.ASKED)


def at(hours: float, kind: SlaEventKind, message_id: str = "") -> SlaEvent:
    return SlaEvent(NOW + hours * HOUR, kind, message_id)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (Event("asked"), SlaEventKind.ASKED),
        (Event("answered", {"message_id": "<m>"}), SlaEventKind.ANSWERED),
        (Event("undelivered", {"message_id": "<m>"}), SlaEventKind.UNDELIVERED),
        (Event("snoozed"), SlaEventKind.SNOOZED),
        (Event("snooze_ended"), SlaEventKind.OPENED),
        (Event("status", {"to": "pending"}), SlaEventKind.PENDING),
        (Event("status", {"to": "solved"}), SlaEventKind.SOLVED),
        (Event("status", {"to": "closed"}), SlaEventKind.ENDED),
        (Event("status", {"to": "merged"}), SlaEventKind.ENDED),
        (Event("status", {"to": "open"}), SlaEventKind.OPENED),
    ],
)
def test_what_moves_a_clock(event: Event, kind: SlaEventKind) -> None:
    """Each event that moves a clock is read as what it means, and is among those the store is asked for."""
    found = sla_event(NOW, event)
    assert found == SlaEvent(NOW, kind, str(event.detail.get("message_id", "")))
    assert event.kind in SLA_EVENTS


def test_other_events_move_none() -> None:
    """A tag, a note or a suppressed mail moves no clock."""
    assert sla_event(NOW, Event("suppressed")) is None


def test_a_question_is_due() -> None:
    """A new question has its first answer and its solution due, and is looked at when the first warning comes."""
    ticket = with_due_times(TICKET, TERMS, (ASKED,), ())
    assert (ticket.first_response_due, ticket.resolution_due) == (NOW + 8 * HOUR, NOW + 100 * HOUR)
    assert ticket.chase_at == NOW + 6 * HOUR


def test_one_chase_for_the_first_question() -> None:
    """Until the first answer the first and the next response count the same question: only one of them is chased."""
    running = deadlines(TICKET, TERMS, (ASKED,), ())
    assert [one.target for one in running] == ["first_response", "resolution"]


def test_the_next_question_after_an_answer() -> None:
    """After the first answer the next question has the time of a next response."""
    history = (
        ASKED,
        at(1, SlaEventKind.ANSWERED),
        at(1, SlaEventKind.PENDING),
        at(10, SlaEventKind.ASKED),
        at(10, SlaEventKind.OPENED),
    )
    ticket = with_due_times(replace(TICKET, status="open"), TERMS, history, ())
    assert ticket.next_response_due == NOW + 14 * HOUR
    assert ticket.chase_at == NOW + 13 * HOUR


def test_waiting_for_the_customer_is_not_looked_at() -> None:
    """While we wait for the customer no time runs and nobody looks."""
    history = (ASKED, at(1, SlaEventKind.ANSWERED), at(1, SlaEventKind.PENDING))
    assert with_due_times(TICKET, TERMS, history, ()).chase_at is None
    assert deadlines(TICKET, TERMS, history, ()) == ()


def test_a_bounce_makes_it_due_again() -> None:
    """An answer that bounced is no answer: the first response runs again."""
    history = (ASKED, at(1, SlaEventKind.ANSWERED, "<m>"), at(2, SlaEventKind.UNDELIVERED, "<m>"))
    assert [one.target for one in deadlines(TICKET, TERMS, history, ())] == ["first_response", "resolution"]


def test_what_was_told_is_not_looked_at_again() -> None:
    """After a warning the next look is the due time, after a breach the next target; after both none."""
    warned = replace(TICKET, warned_due=NOW + 8 * HOUR)
    assert with_due_times(warned, TERMS, (ASKED,), ()).chase_at == NOW + 8 * HOUR
    told = replace(TICKET, warned_due=NOW + 8 * HOUR, breached_due=NOW + 8 * HOUR)
    assert with_due_times(told, TERMS, (ASKED,), ()).chase_at == NOW + 75 * HOUR
    both = replace(TICKET, warned_due=NOW + 100 * HOUR, breached_due=NOW + 100 * HOUR)
    assert with_due_times(both, TERMS, (ASKED,), ()).chase_at is None


def test_a_moved_due_time_is_chased_afresh() -> None:
    """A target that moved past what was told is looked at again."""
    told = replace(TICKET, warned_due=NOW + 2 * HOUR, breached_due=NOW + 2 * HOUR)
    assert with_due_times(told, TERMS, (ASKED,), ()).chase_at == NOW + 6 * HOUR


def test_the_policy_of_the_customer() -> None:
    """A customer with better terms has them; a desk without any policy promises nothing."""
    assert with_due_times(TICKET, TERMS, (ASKED,), ("vip",)).first_response_due == NOW + HOUR
    nothing = with_due_times(TICKET, SlaTerms(ALWAYS, ()), (ASKED,), ())
    assert (nothing.first_response_due, nothing.resolution_due, nothing.chase_at) == (None, None, None)
