"""``[sla]``: when the desk works, how soon it answers, and when a quiet ticket is looked at again."""

import datetime as dt
from dataclasses import dataclass

from inboxd.configmodel import PolicyModel, SlaModel, TargetsModel
from inboxd.core.rule_fields import WEEKDAYS
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.working_time import WorkingHours


@dataclass(frozen=True, slots=True)
class Sla:
    """Working hours and targets in working time; ``warn_at`` is the fraction of a target after which to warn.

    ``idle_after``: without a mail for so long a ticket raises ``ticket.idle``; ``close_after``: solved becomes closed.
    """

    hours: WorkingHours
    targets: SlaTargets
    policies: tuple[SlaPolicy, ...]
    warn_at: float
    idle_after: dt.timedelta
    close_after: dt.timedelta


def read_sla(model: SlaModel, timezone: str) -> Sla:
    """Return ``[sla]`` as the core needs it, with the working hours in the desk's time zone."""
    targets = _targets(model, SlaTargets())
    return Sla(
        hours=WorkingHours(
            timezone,
            tuple(tuple(getattr(model.hours, day)) for day in WEEKDAYS),
            frozenset(model.holidays),
            {date: tuple(day) for date, day in model.half_days.items()},
        ),
        targets=targets,
        policies=tuple(_policy(policy, targets) for policy in model.policy),
        warn_at=model.warn_at,
        idle_after=model.idle_after,
        close_after=model.close_after,
    )


def _targets(model: TargetsModel, fallback: SlaTargets) -> SlaTargets:
    return SlaTargets(
        model.first_response or fallback.first_response,
        model.next_response or fallback.next_response,
        model.resolution or fallback.resolution,
    )


def _policy(model: PolicyModel, fallback: SlaTargets) -> SlaPolicy:
    return SlaPolicy(
        model.name,
        _targets(model, fallback),
        frozenset(model.priority),
        frozenset(model.tags),
        frozenset(model.customer_tags),
    )
