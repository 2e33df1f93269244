"""Escalation: who else is told of a late ticket, and when. Each step once per ticket and due time.

Nothing is planned and nothing is taken back: the steps that are to come follow from the due times that run now, so an
answer, a pause, another priority or a merge moves or ends them by asking again.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.deadline import Deadline
from inboxd.core.ticket import Ticket
from inboxd.core.told import is_told
from inboxd.core.working_time import WorkingHours, add_working_time


class Since(StrEnum):
    """What a step counts from."""

    DUE = "due"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """``[[sla.escalate]]``: after so much working time these addresses are told. Empty conditions hold for all tickets."""

    after: dt.timedelta
    to: tuple[str, ...]
    since: Since = Since.DUE
    targets: frozenset[str] = frozenset()
    priorities: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Return what tells the step from others, wherever it stands in the file."""
        return f"{self.since}+{self.after.total_seconds():.0f} {','.join(sorted(self.to))}"


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step for one due time of one ticket, and the moment it is to be told."""

    step: EscalationStep
    deadline: Deadline
    at: dt.datetime


def escalations(
    hours: WorkingHours, steps: Iterable[EscalationStep], running: Iterable[Deadline], ticket: Ticket
) -> tuple[Escalation, ...]:
    """Return the steps that were not told yet for the times that run, the earliest first."""
    deadlines = tuple(running)
    found = [
        Escalation(step, deadline, _moment(hours, step, deadline))
        for step in steps
        if not step.priorities or ticket.priority in step.priorities
        for deadline in deadlines
        if not step.targets or deadline.target in step.targets
        if not is_told(ticket, deadline, step.key)
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.step.key)))


def _moment(hours: WorkingHours, step: EscalationStep, deadline: Deadline) -> dt.datetime:
    begin = deadline.due if step.since is Since.DUE else deadline.warn_at
    return add_working_time(hours, begin, step.after)
