"""Snooze, idle and closing: tickets that wake up, lie about, or are long done."""

import datetime as dt

from inboxd.core.facts import EventKind
from inboxd.core.idle import acting_rules, next_idle
from inboxd.core.outcome import Outcome, change_status
from inboxd.core.rule_actions import notify
from inboxd.core.staleness import WITHDRAWN
from inboxd.core.states import TicketEvent, TicketStatus
from inboxd.desk import Desk
from inboxd.jobs.occasions import (
    CalendarCase,
    apply_case,
    carry_out,
    decide_case,
    due_cases,
    each,
    open_case,
    surroundings,
)
from inboxd.known_facts import silent_since
from inboxd.store import tickets
from inboxd.store.engine import read

# A snooze set after the ticket was solved ends without a word: nobody waits.
_DONE = frozenset({TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.MERGED})


def wake_up(desk: Desk, now: dt.datetime) -> int:
    """Open every ticket whose snooze is over and tell its operator; return how many there were."""
    return each(due_cases(desk, "snoozed_until", now), lambda case: _wake_one(desk, case, now))


def note_idle(desk: Desk, now: dt.datetime) -> int:
    """Ask the rules on ``ticket.idle`` about every ticket without a mail for so many working days; return how many."""
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
    ticket, since = case.ticket, silent_since(case.ticket)
    idle_at = next_idle(desk.sla_terms.hours, since, desk.config.sla.idle_after, now)
    outcome = Outcome(ticket=ticket).with_ticket(idle_at=idle_at, silent_since=since)
    # Who put it off knows why; while it sleeps nobody is reminded.
    if ticket.snoozed_until is None:
        outcome = _with_rules(desk, case, outcome, since, now)
    apply_case(desk, case, outcome, now)


def _with_rules(
    desk: Desk, case: CalendarCase, outcome: Outcome, since: dt.datetime, now: dt.datetime
) -> Outcome:
    """Return the outcome with what the rules want that have not acted in this silence."""
    event = EventKind.TICKET_IDLE
    decision = decide_case(desk, case, event, now, _acted(desk, case, since))
    acting = acting_rules(decision) if decision else ()
    if decision is None or not (acting or decision.suppressed):
        return outcome
    if acting:
        outcome = outcome.with_event(event.value, rules=list(acting))
    # A mail belongs to its silence and its rules: asked again after a crash, it is the same one.
    key = f"idle:{case.ticket.number}:{since.isoformat()}:{','.join(acting)}"
    return carry_out(case, outcome, decision, event, key, now)


def _acted(desk: Desk, case: CalendarCase, since: dt.datetime) -> frozenset[str]:
    with read(desk.engine) as connection:
        events = tickets.list_events(
            connection,
            ticket_number=case.ticket.number,
            kinds=(EventKind.TICKET_IDLE.value, WITHDRAWN),
            since=since,
        )
    acted: set[str] = set()
    for event in events:
        if event.kind == WITHDRAWN:
            # Its mail never left: it has its turn again.
            acted.discard(str(event.detail["rule"]))
        else:
            acted.update(map(str, event.detail.get("rules", ())))
    return frozenset(acted)


def _close_one(desk: Desk, case: CalendarCase, now: dt.datetime) -> None:
    outcome = change_status(
        Outcome(ticket=case.ticket), TicketEvent.SOLVED_LONG_AGO, now, actor="calendar", by="solved long ago"
    )
    apply_case(desk, case, outcome, now)
