"""Chase: what there is to say about a ticket's due times now, and to whom. Each due time is spoken of once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from inboxd.core.assign import Colleague, present
from inboxd.core.deadline import Deadline
from inboxd.core.escalation import Escalation, escalations
from inboxd.core.facts import EventKind
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.schedule import SlaTerms
from inboxd.core.ticket import Ticket
from inboxd.core.told import BREACHED, WARNED, is_told, with_told
from inboxd.core.working_time import is_working

ESCALATED = "sla.escalated"


@dataclass(frozen=True, slots=True)
class News:
    """What nobody was told yet: times that are over, times that are near, and steps of the escalation, earliest first.

    ``waits``: a warning is due, but nobody works now; it comes at the next opening, or the breach does.
    """

    late: tuple[Deadline, ...] = ()
    near: tuple[Deadline, ...] = ()
    steps: tuple[Escalation, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """One due time as one person is told of it; ``key`` names it once and for all."""

    to: str
    deadline: Deadline
    event: EventKind
    key: str
    escalated: bool = False


def find_news(ticket: Ticket, running: tuple[Deadline, ...], terms: SlaTerms, now: dt.datetime) -> News:
    """Return what is to be said about a ticket with these running times."""
    late = tuple(one for one in running if one.due <= now and not is_told(ticket, one, BREACHED))
    near = tuple(one for one in running if one.warn_at <= now < one.due and not is_told(ticket, one, WARNED))
    steps = escalations(terms.hours, terms.escalation, running, ticket)
    works = is_working(terms.hours, now)
    return News(
        late,
        near if works else (),
        tuple(one for one in steps if one.at <= now),
        waits=bool(near) and not works,
    )


def with_news(outcome: Outcome, news: News) -> Outcome:
    """Return the outcome with the events of what is told, and the ticket remembering that it was."""
    ticket = require_ticket(outcome)
    if news.late:
        outcome = _with_event(outcome, EventKind.SLA_BREACHED, news.late[0]).with_ticket(
            breached_due=max(one.due for one in news.late),
            breached_at=ticket.breached_at or news.late[0].due,
        )
    if news.near:
        outcome = _with_event(outcome, EventKind.SLA_WARNED, news.near[0])
    known = [] if ticket.warned_due is None else [ticket.warned_due]
    # What is late needs no warning any more.
    warned = [*(one.due for one in (*news.late, *news.near)), *known]
    told = with_told(ticket.told, BREACHED, news.late)
    told = with_told(told, WARNED, (*news.late, *news.near))
    for one in news.steps:
        told = with_told(told, one.step.key, (one.deadline,))
        due = one.deadline.due.isoformat()
        outcome = outcome.with_event(ESCALATED, target=one.deadline.target, due=due, to=list(one.step.to))
    return outcome.with_ticket(told=told, warned_due=max(warned, default=None))


def tellings(
    ticket: Ticket, news: News, colleagues: tuple[Colleague, ...], now: dt.datetime
) -> tuple[Telling, ...]:
    """Return who is told what: one due time per person, the one that matters most."""
    told: dict[str, Telling] = {}
    for deadline in (*news.late, *news.near)[:1]:
        event = EventKind.SLA_BREACHED if news.late else EventKind.SLA_WARNED
        key = occasion_key(event, ticket, deadline)
        for one in _operators(ticket, colleagues):
            told[one.address] = Telling(one.address, deadline, event, key)
    for step in news.steps:
        event = EventKind.SLA_BREACHED if step.deadline.due <= now else EventKind.SLA_WARNED
        key = f"{occasion_key(ESCALATED, ticket, step.deadline)}:{step.step.key}"
        for address in step.step.to:
            told.setdefault(address, Telling(address, step.deadline, event, key, escalated=True))
    return tuple(told.values())


def occasion_key(event: str, ticket: Ticket, deadline: Deadline) -> str:
    """Return what names a due time of a ticket once and for all."""
    return f"{event}:{ticket.number}:{deadline.target}:{deadline.due.isoformat()}"


def _with_event(outcome: Outcome, event: EventKind, deadline: Deadline) -> Outcome:
    return outcome.with_event(event.value, target=deadline.target, due=deadline.due.isoformat())


def _operators(ticket: Ticket, colleagues: tuple[Colleague, ...]) -> Iterable[Colleague]:
    there = present(colleagues)
    # An assignee who is away cannot help: those who are there must know.
    return [one for one in there if one.address == ticket.assignee] or there
