"""Tags that a customer has by what he did: ``new``, ``frequent``, ``unhappy``, ``left``.

They are worked out when they are asked for and kept nowhere: they are never out of date, and never mistaken for a tag
that a person gave.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEW, FREQUENT, UNHAPPY, LEFT = "new", "frequent", "unhappy", "left"
AUTOMATIC_TAGS = (NEW, FREQUENT, UNHAPPY, LEFT)
# So many of a customer's latest tickets are looked at; more are never asked for (``[customers] frequent_tickets``).
MOST_TICKETS = 100


@dataclass(frozen=True, slots=True)
class TagTerms:
    """When a customer has which tag (``[customers]``); ``automatic`` are those that are given at all.

    ``unhappy_score``: his last score is this or lower; ``unhappy_average``: the mean of his scores is lower.
    """

    automatic: tuple[str, ...] = AUTOMATIC_TAGS
    new_for: dt.timedelta = dt.timedelta(days=14)
    frequent_tickets: int = 5
    frequent_within: dt.timedelta = dt.timedelta(days=90)
    unhappy_score: int = 2
    unhappy_average: float = 2.5
    left_after: dt.timedelta = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Dealings:
    """What a customer did. ``first_at`` None: he has not written before. ``tickets`` are when his latest were made."""

    first_at: dt.datetime | None = None
    last_at: dt.datetime | None = None
    tickets: Sequence[dt.datetime] = ()
    scores: Sequence[int] = ()


def automatic_tags(done: Dealings, terms: TagTerms, now: dt.datetime) -> tuple[str, ...]:
    """Return the tags he has at ``now`` by what he did, in the order of ``AUTOMATIC_TAGS``.

    Whoever has just written for the first time is new.
    """
    has = {
        NEW: done.first_at is None or now - done.first_at < terms.new_for,
        FREQUENT: _lately(done.tickets, now - terms.frequent_within) >= terms.frequent_tickets,
        UNHAPPY: _is_unhappy(done.scores, terms),
        LEFT: done.last_at is not None and now - done.last_at > terms.left_after,
    }
    return tuple(tag for tag in AUTOMATIC_TAGS if has[tag] and tag in terms.automatic)


def together(*tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags of several origins, each once; the first way to write one holds."""
    found: dict[str, str] = {}
    for one in (tag for some in tags for tag in some):
        found.setdefault(one.casefold(), one)
    return tuple(found.values())


def _lately(tickets: Sequence[dt.datetime], since: dt.datetime) -> int:
    return sum(at >= since for at in tickets)


def _is_unhappy(scores: Sequence[int], terms: TagTerms) -> bool:
    if not scores:
        return False
    return scores[-1] <= terms.unhappy_score or sum(scores) / len(scores) < terms.unhappy_average
