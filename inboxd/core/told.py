"""What people were told of a ticket's due times: per target and way of telling, the latest due time it was told for.

A due time that moves forward is news and told afresh; one that moves backward is not: they know of it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from inboxd.core.deadline import Deadline
from inboxd.core.ticket import Ticket

WARNED = "warned"
BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reminder said: of which due time, and, where that was a step of the escalation, to whom."""

    target: str
    due: dt.datetime
    to: tuple[str, ...] = ()


def is_told(ticket: Ticket, deadline: Deadline, way: str) -> bool:
    """Return whether somebody was told so of this due time, or of a later one of the same target."""
    known = dict(map(_read, ticket.told))
    until = known.get((deadline.target, way))
    if all(other != way for _, other in known):
        # From before the targets were kept apart: all that was due by then was told.
        until = {WARNED: ticket.warned_due, BREACHED: ticket.breached_due}.get(way)
    return until is not None and deadline.due <= until


def with_told(told: Iterable[str], way: str, deadlines: Iterable[Deadline]) -> tuple[str, ...]:
    """Return the ticket's entries with these."""
    known = dict(map(_read, told))
    for one in deadlines:
        name = (one.target, way)
        known[name] = max(known.get(name, one.due), one.due)
    return tuple(f"{target} {due.isoformat()} {way}" for (target, way), due in known.items())


def unsaid(
    ticket: Ticket, said: Iterable[Said], reached: frozenset[str], operators: frozenset[str]
) -> Ticket:
    """Return the ticket as if that had not been said, but for what was ``reached`` somebody it was for."""
    told = ticket.told
    for one in said:
        if not reached & (frozenset(one.to) or operators):
            told = tuple(entry for entry in told if not _says(entry, one))
    return replace(ticket, told=told, warned_due=_latest(told, WARNED), breached_due=_latest(told, BREACHED))


def _says(entry: str, one: Said) -> bool:
    (target, way), due = _read(entry)
    if one.to:
        return (target, due) == (one.target, one.due) and way.endswith(f" {','.join(sorted(one.to))}")
    # What was late or near at the same time was told with it.
    return way in {WARNED, BREACHED} and due >= one.due


def _latest(told: Iterable[str], way: str) -> dt.datetime | None:
    return max((due for (_, other), due in map(_read, told) if other == way), default=None)


def _read(entry: str) -> tuple[tuple[str, str], dt.datetime]:
    target, due, way = entry.split(" ", 2)
    return (target, way), dt.datetime.fromisoformat(due)
