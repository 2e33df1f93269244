"""Health: is the desk doing its work at this moment? The freshness rules of ``/healthz``, over what the watch observes."""

from collections.abc import Iterable
from dataclasses import dataclass

from inboxd.core.alarms import Health, Observation

# What makes a desk sick is what no longer moves: folders, queues, disks. What waits for a person does not.
_VITAL = frozenset({"disk", "intake", "outbox", "work"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``detail`` is a sentence where it is not well."""

    name: str
    ok: bool
    detail: str = ""


def health(
    observations: Iterable[Observation], *, worker_lives: bool, store_says: str = ""
) -> tuple[Check, ...]:
    """Return what was looked at; the desk is well when all of it is.

    ``store_says`` is why the store cannot be reached, empty when it can. What cannot be told yet counts as well: a
    desk that has just been started has a quarter of an hour.
    """
    found = [_check(one) for one in observations if one.key.partition(":")[0] in _VITAL]
    return (
        Check("store", not store_says, store_says),
        Check("worker", worker_lives, "" if worker_lives else "The worker does not run."),
        *found,
    )


def is_well(checks: Iterable[Check]) -> bool:
    """Return whether nothing is wrong."""
    return all(check.ok for check in checks)


def _check(one: Observation) -> Check:
    return Check(one.key, one.health is not Health.FAILING, one.detail)
