"""When a ticket must be looked at next: its due times as a pure function of its history."""

import datetime as dt
from dataclasses import dataclass, replace

from inboxd.core.deadline import Deadline
from inboxd.core.escalation import EscalationStep, escalations
from inboxd.core.sla import (
    ClockState,
    DueTimes,
    SlaClock,
    SlaEvent,
    SlaEventKind,
    SlaPolicy,
    SlaTargets,
    choose_policy,
    due_times,
    warning_at,
)
from inboxd.core.ticket import Event, Ticket
from inboxd.core.told import BREACHED, WARNED, is_told
from inboxd.core.working_time import WorkingHours

_STATUS = {
    "new": SlaEventKind.OPENED,
    "open": SlaEventKind.OPENED,
    "pending": SlaEventKind.PENDING,
    "solved": SlaEventKind.SOLVED,
    "closed": SlaEventKind.ENDED,
    "merged": SlaEventKind.ENDED,
}
_KINDS = {
    "asked": SlaEventKind.ASKED,
    "answered": SlaEventKind.ANSWERED,
    "undelivered": SlaEventKind.UNDELIVERED,
    "snoozed": SlaEventKind.SNOOZED,
    "snooze_ended": SlaEventKind.OPENED,
}
# The events of the store that move a clock.
SLA_EVENTS = ("status", *_KINDS)


@dataclass(frozen=True, slots=True)
class SlaTerms:
    """What the desk promises: its hours, its policies in order, when to warn, and whom else to tell when it is late."""

    hours: WorkingHours
    policies: tuple[SlaPolicy, ...]
    warn_fraction: float = 0.75
    warn_at_least: dt.timedelta = dt.timedelta(minutes=15)
    escalation: tuple[EscalationStep, ...] = ()


def sla_event(at: dt.datetime, event: Event) -> SlaEvent | None:
    """Return an event of the store as the clocks see it; None for one that moves no clock."""
    if event.kind == "status":
        return SlaEvent(at, _STATUS[str(event.detail["to"])])
    kind = _KINDS.get(event.kind)
    return SlaEvent(at, kind, str(event.detail.get("message_id", ""))) if kind else None


def with_due_times(
    ticket: Ticket, terms: SlaTerms, history: tuple[SlaEvent, ...], customer_tags: tuple[str, ...]
) -> Ticket:
    """Return the ticket with its due times, and the moment the chase must look at it next."""
    clocks = _clocks(ticket, terms, history, customer_tags)
    next_look = _next_look(ticket, terms, _deadlines(clocks, terms))
    return replace(
        ticket,
        first_response_due=clocks.first_response.due if clocks.first_response else None,
        next_response_due=_running_due(clocks.next_response),
        resolution_due=clocks.resolution.due if clocks.resolution else None,
        chase_at=next_look,
    )


def deadlines(
    ticket: Ticket, terms: SlaTerms, history: tuple[SlaEvent, ...], customer_tags: tuple[str, ...]
) -> tuple[Deadline, ...]:
    """Return the targets that run now, the earliest due first."""
    return _deadlines(_clocks(ticket, terms, history, customer_tags), terms)


def _clocks(
    ticket: Ticket, terms: SlaTerms, history: tuple[SlaEvent, ...], customer_tags: tuple[str, ...]
) -> DueTimes:
    policy = choose_policy(terms.policies, ticket.priority, ticket.tags, customer_tags)
    return due_times(terms.hours, policy.targets if policy else SlaTargets(), history)


def _deadlines(clocks: DueTimes, terms: SlaTerms) -> tuple[Deadline, ...]:
    found = []
    first_runs = clocks.first_response is not None and clocks.first_response.state is not ClockState.STOPPED
    for target, clock in (
        ("first_response", clocks.first_response),
        # Until the first answer both count the same question: one chase for it is enough.
        ("next_response", None if first_runs else clocks.next_response),
        ("resolution", clocks.resolution),
    ):
        due = _running_due(clock)
        if clock is not None and due is not None:
            warn_at = warning_at(terms.hours, due, clock.target, terms.warn_fraction, terms.warn_at_least)
            found.append(Deadline(target, due, warn_at))
    return tuple(sorted(found, key=lambda deadline: deadline.due))


def _running_due(clock: SlaClock | None) -> dt.datetime | None:
    return clock.due if clock is not None and clock.state is ClockState.RUNNING else None


def _next_look(ticket: Ticket, terms: SlaTerms, running: tuple[Deadline, ...]) -> dt.datetime | None:
    """Return the earliest warning, breach or step of the escalation nobody was told about yet."""
    looks = [
        deadline.due if is_told(ticket, deadline, WARNED) else min(deadline.warn_at, deadline.due)
        for deadline in running
        if not is_told(ticket, deadline, BREACHED)
    ]
    steps = escalations(terms.hours, terms.escalation, running, ticket)
    return min((*looks, *(one.at for one in steps)), default=None)
