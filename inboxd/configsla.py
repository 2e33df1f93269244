"""``[sla]``: when the desk works, how soon it answers, and when a quiet ticket is looked at again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inboxd.configescalation import Person, read_escalation
from inboxd.configholidays import read_holidays
from inboxd.configslamodel import PolicyModel, SlaModel, TargetsModel
from inboxd.core.escalation import EscalationStep
from inboxd.core.rule_fields import WEEKDAYS
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.working_time import WorkingHours


@dataclass(frozen=True, slots=True)
class Sla:
    """Working hours and targets in working time.

    ``warn_at`` is the fraction of a target after which to warn, ``warn_before`` the working time before it is due:
    whichever comes first. ``remind_every``: no operator gets two reminders within so much time. ``idle_after``: after
    so long without a mail rules on ``ticket.idle`` are asked, then every working day; ``close_after``: solved becomes
    closed. ``escalation`` is who else is told of a late ticket.
    """

    hours: WorkingHours
    targets: SlaTargets
    policies: tuple[SlaPolicy, ...]
    warn_at: float
    warn_before: dt.timedelta
    remind_every: dt.timedelta
    idle_after: dt.timedelta
    close_after: dt.timedelta
    escalation: tuple[EscalationStep, ...] = ()


def read_sla(model: SlaModel, timezone: str, folder: Path, operators: Iterable[Person] = ()) -> Sla:
    """Return ``[sla]`` as the core needs it, working hours in the desk's time zone, files relative to ``folder``."""
    targets = _targets(model, SlaTargets())
    return Sla(
        hours=WorkingHours(
            timezone,
            tuple(tuple(getattr(model.hours, day)) for day in WEEKDAYS),
            read_holidays(model, folder),
            {date: tuple(day) for date, day in model.half_days.items()},
        ),
        targets=targets,
        policies=tuple(_policy(policy, targets) for policy in model.policy),
        warn_at=model.warn_at,
        warn_before=model.warn_before,
        remind_every=model.remind_every,
        idle_after=model.idle_after,
        close_after=model.close_after,
        escalation=read_escalation(model.escalate, operators),
    )


def _targets(model: TargetsModel, fallback: SlaTargets) -> SlaTargets:
    return SlaTargets(
        model.first_response or fallback.first_response,
        model.next_response or fallback.next_response,
        model.resolution or fallback.resolution,
        fallback.pauses if model.pauses is None else frozenset(model.pauses),
    )


def _policy(model: PolicyModel, fallback: SlaTargets) -> SlaPolicy:
    return SlaPolicy(
        model.name,
        _targets(model, fallback),
        frozenset(model.priority),
        frozenset(model.tags),
        frozenset(model.customer_tags),
    )
