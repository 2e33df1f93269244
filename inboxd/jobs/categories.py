"""Learning categories: what operators put right by ``#category`` counts once it makes other tickets come out better."""

import datetime as dt
from collections.abc import Sequence

from inboxd import maillog
from inboxd.desk import Desk
from inboxd.knowledge.categorizing import Sample, Samples
from inboxd.store import corrections
from inboxd.store.corrections import Correction
from inboxd.store.engine import read, write

# Fewer say nothing about those to come.
LEAST = 5
_UNDISPUTED = dt.timedelta(days=90)
# So many tickets are asked again: more take time and change no verdict.
_HELD_OUT = 200


def learn_categories(desk: Desk, now: dt.datetime) -> int:
    """Let fresh corrections count when held-out tickets come out better with them; return how many were adopted.

    Held out are the corrected tickets, each asked without its own correction, and those that were solved with the
    category they got by themselves: what is right already must stay right.
    """
    categories = desk.active.categories
    if not categories:
        return 0
    with read(desk.engine) as connection:
        found = _known(corrections.list_corrections(connection), {one.name for one in categories})
        counted = corrections.adopted(connection)
        numbers = frozenset(one.ticket for one in found)
        if len(numbers) < LEAST or not numbers - counted or corrections.tried(connection) == numbers:
            return 0
        undisputed = corrections.list_undisputed(connection, now - _UNDISPUTED)
    samples = Samples(categories, [_sample(one) for one in found], desk.knowledge.embedder)
    held_out = (*found, *undisputed)[-_HELD_OUT:]
    before = _right(samples, held_out, numbers - counted)
    after = _right(samples, held_out, frozenset())
    maillog.rehearsed(len(numbers - counted), before / len(held_out), after / len(held_out))
    better = after > before
    with write(desk.engine) as connection:
        # What made nothing better is tried again when there is more of it.
        corrections.adopt(connection, numbers if better else counted, numbers, now)
    return len(numbers - counted) if better else 0


def _known(found: Sequence[Correction], names: set[str]) -> tuple[Correction, ...]:
    """Return the corrections to categories that still are in the file."""
    return tuple(one for one in found if one.category in names)


def _sample(one: Correction) -> Sample:
    return Sample(one.category, f"{one.subject}\n{one.text}", one.ticket)


def _right(samples: Samples, held_out: Sequence[Correction], without: frozenset[int]) -> int:
    """Return how many come out right when the corrections of ``without`` and each ticket's own do not count."""
    found = (samples.classify(one.subject, one.text, without | {one.ticket}) for one in held_out)
    return sum(
        match is not None and match.name == one.category for match, one in zip(found, held_out, strict=True)
    )
