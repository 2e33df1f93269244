"""Snooze, idle and closing: tickets that wake up, lie about, or are long done."""

import datetime as dt

from inboxd.core.facts import EventKind
from inboxd.core.outcome import Outcome, change_status
from inboxd.core.rule_actions import notify
from inboxd.core.states import TicketEvent, TicketStatus
from inboxd.desk import Desk
from inboxd.jobs.occasions import (
    CalendarCase,
    apply_case,
    due_cases,
    each,
    open_case,
    surroundings,
    with_rules,
)
from inboxd.store import tickets
from inboxd.store.engine import read

# A snooze set after the ticket was solved ends without a word: nobody waits.
_DONE = frozenset({TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.MERGED})


def wake_up(desk: Desk, now: dt.datetime) -> int:
    """Open every ticket whose snooze is over and tell its operator; return how many there were."""
    return each(due_cases(desk, "snoozed_until", now), lambda case: _wake_one(desk, case, now))


def note_idle(desk: Desk, now: dt.datetime) -> int:
    """Raise ``ticket.idle`` once for every ticket without a mail for long; return how many there were."""
    return each(due_cases(desk, "idle_at", now), lambda case: _idle_one(desk, case, now))


def close_old(desk: Desk, now: dt.datetime) -> int:
    """Close what was solved long ago: a reply to it opens a linked new ticket; return how many there were."""
    with read(desk.engine) as connection:
        numbers = tickets.list_solved_before(connection, now - desk.config.sla.close_after)
        cases = [case for number in numbers if (case := open_case(desk, connection, number, now)) is not None]
    return each(cases, lambda case: _close_one(desk, case, now))


def _wake_one(desk: Desk, case: CalendarCase, now: dt.datetime) -> None:
    until = case.ticket.snoozed_until
    outcome = Outcome(ticket=case.ticket).with_ticket(snoozed_until=None).with_event("snooze_ended")
    if case.ticket.status not in _DONE:
        outcome = change_status(outcome, TicketEvent.SNOOZE_ENDED, now, actor="snooze", by="snooze ended")
        around = surroundings(case, EventKind.TICKET_IDLE, f"snooze:{case.ticket.number}:{until}", now)
        outcome = notify(outcome, (), around, {"rule": "(snooze ended)"})
    apply_case(desk, case, outcome, now)


def _idle_one(desk: Desk, case: CalendarCase, now: dt.datetime) -> None:
    since = case.ticket.idle_at
    outcome = Outcome(ticket=case.ticket).with_ticket(idle_at=None).with_event("ticket.idle")
    key = f"idle:{case.ticket.number}:{since.isoformat() if since else ''}"
    apply_case(desk, case, with_rules(desk, case, outcome, EventKind.TICKET_IDLE, key, now), now)


def _close_one(desk: Desk, case: CalendarCase, now: dt.datetime) -> None:
    outcome = change_status(
        Outcome(ticket=case.ticket), TicketEvent.SOLVED_LONG_AGO, now, actor="calendar", by="solved long ago"
    )
    apply_case(desk, case, outcome, now)
