"""Chase: remind the operators before a promised time is over, and tell them when it is. Once per due time."""

import datetime as dt
from dataclasses import replace

from inboxd.core.assign import present
from inboxd.core.compose import Kind
from inboxd.core.facts import EventKind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.schedule import Deadline, deadlines
from inboxd.desk import Desk
from inboxd.jobs.occasions import CalendarCase, apply_case, due_cases, each, with_rules


def chase(desk: Desk, now: dt.datetime) -> int:
    """Remind of every ticket whose warning or due time has come; return how many there were."""
    return each(due_cases(desk, "chase_at", now), lambda case: _chase_one(desk, case, now))


def _chase_one(desk: Desk, case: CalendarCase, now: dt.datetime) -> None:
    ticket, customer = case.ticket, case.dossier.customer
    tags = customer.tags if customer else ()
    running = deadlines(ticket, desk.sla_terms, case.dossier.history, tags)
    late = [one for one in running if one.due <= now and not _told(ticket.breached_due, one)]
    near = [one for one in running if one.warn_at <= now < one.due and not _told(ticket.warned_due, one)]
    outcome = Outcome(ticket=ticket)
    if late:
        outcome = outcome.with_ticket(
            breached_due=max(one.due for one in late),
            # Never earlier than before: what was warned of must not be warned of again.
            warned_due=max(*(one.due for one in late), ticket.warned_due or late[0].due),
            breached_at=ticket.breached_at or late[0].due,
        )
        outcome = _remind(desk, case, outcome, late[0], EventKind.SLA_BREACHED, now)
    elif near:
        outcome = outcome.with_ticket(warned_due=max(one.due for one in near))
        outcome = _remind(desk, case, outcome, near[0], EventKind.SLA_WARNED, now)
    # Nothing to tell: writing the ticket recomputes when to look again.
    apply_case(desk, case, outcome, now)


def _told(until: dt.datetime | None, deadline: Deadline) -> bool:
    return until is not None and deadline.due <= until


def _remind(
    desk: Desk, case: CalendarCase, outcome: Outcome, deadline: Deadline, event: EventKind, now: dt.datetime
) -> Outcome:
    key = f"{event}:{case.ticket.number}:{deadline.target}:{deadline.due.isoformat()}"
    outcome = outcome.with_event(event.value, target=deadline.target, due=deadline.due.isoformat())
    there = present(case.colleagues)
    # An assignee who is away cannot help: those who are there must know.
    assigned = [one for one in there if one.address == case.ticket.assignee]
    for colleague in assigned or there:
        letter = Letter(
            Kind.CHASE,
            "chase",
            (colleague.address,),
            f"chase:{key}:{colleague.address}",
            {"rule": f"(sla {deadline.target})"},
            article=case.ticket.suggested_article,
            event=event.value,
        )
        outcome = outcome.with_letter(letter)
    return with_rules(desk, case, replace(outcome), event, key, now)
