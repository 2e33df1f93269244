"""How often each thing has happened since the desk began, counted from what is kept: a crash forgets none of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from inboxd.store.core_tables import attempt as _attempt
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import outbox as _outbox

BY_ITSELF, BY_OPERATOR = "desk", "operator"
# SQLite's JSON_EXTRACT turns true and false into numbers.
_TRUE_AND_FALSE = {"1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Tallies:
    """Numbers since the first day: ``accepted`` by the way mails came, ``processed`` by what became of them.

    ``held`` are those waiting for a person now, ``failed`` what could not be delivered; ``answered`` is by whom,
    ``suppressed`` by the limit that forbade it, ``attempts`` to deliver are by what came of them.
    """

    accepted: Mapping[str, int]
    duplicates: int
    processed: Mapping[str, int]
    held: int
    answered: Mapping[str, int]
    suppressed: Mapping[str, int]
    enqueued: Mapping[str, int]
    failed: int
    attempts: Mapping[str, int]


def count_all(connection: Connection) -> Tallies:
    """Return the figures as they are now; reads every mail's row, so it is not for every second."""
    accepted: Counter[str] = Counter()
    processed: Counter[str] = Counter()
    duplicates = held = 0
    mails = select(
        _mail.c.source, _mail.c.state, _mail.c.disposition, func.count(), func.sum(_mail.c.copies)
    ).group_by(_mail.c.source, _mail.c.state, _mail.c.disposition)
    for source, state, disposition, number, copies in connection.execute(mails):
        accepted[source] += number
        duplicates += copies
        held += number if state == "held" else 0
        if state != "accepted":
            processed[disposition] += number
    enqueued, failed = _outgoing(connection)
    answered = _events(connection, "answered", "automatic")
    return Tallies(
        accepted=accepted,
        duplicates=duplicates,
        processed=processed,
        held=held,
        answered={BY_ITSELF: answered["true"], BY_OPERATOR: answered["false"]},
        suppressed=_events(connection, "suppressed", "limit"),
        enqueued=enqueued,
        failed=failed,
        attempts=_attempts(connection),
    )


def _outgoing(connection: Connection) -> tuple[Counter[str], int]:
    enqueued: Counter[str] = Counter()
    failed = 0
    query = select(_outbox.c.kind, _outbox.c.state, func.count()).group_by(_outbox.c.kind, _outbox.c.state)
    for kind, state, number in connection.execute(query):
        enqueued[kind] += number
        failed += number if state == "failed" else 0
    return enqueued, failed


def _attempts(connection: Connection) -> Counter[str]:
    query = select(_attempt.c.outcome, func.count()).group_by(_attempt.c.outcome)
    return Counter({str(row[0]): row[1] for row in connection.execute(query)})


def _events(connection: Connection, kind: str, key: str) -> Counter[str]:
    """Return how many events of a kind there were, by one value of their detail."""
    value = func.coalesce(_event.c.detail[key].as_string(), "")
    rows = connection.execute(select(value, func.count()).where(_event.c.kind == kind).group_by(value))
    return Counter({_TRUE_AND_FALSE.get(str(name), str(name)): number for name, number in rows})
