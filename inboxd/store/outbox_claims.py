"""Which outgoing mail a daemon takes next: none that another one has, and none before what the same person is to get first."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from inboxd.store.core_tables import attempt as _attempt
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.outbox import Claimed, claim
from inboxd.store.outbox_statements import DUE, FIND_DUE

# An attempt of which nothing was heard for longer is none any more: its daemon is gone.
IN_FLIGHT = dt.timedelta(minutes=10)

_earlier = _outbox.alias("earlier")


def claim_due(
    connection: Connection, now: dt.datetime, book: Callable[[int, int], dt.datetime]
) -> Claimed | None:
    """Claim the mail that has been due longest of those nobody else is about to claim; None when there is none.

    What is stale is left to the job that withdraws it (``jobs/stale.py``).

    ``book`` says of an id and a number of attempts when the attempt counts as failed without a word.
    """
    row: Any
    if connection.dialect.name == "postgresql":
        query = DUE.where(~_goes_first(now).exists()).with_for_update(skip_locked=True)
        row = connection.execute(query, {"now": now}).first()
    else:
        row = FIND_DUE.first(connection, now=now)
    if row is None:
        return None
    outbox_id, attempts = row
    return claim(connection, outbox_id, attempts, now, book(outbox_id, attempts + 1))


def being_sent_since(connection: Connection, outbox_id: int, now: dt.datetime) -> dt.datetime | None:
    """Return since when a daemon is sending a mail, None when none is; until the end of this transaction none begins to."""
    connection.execute(select(_outbox.c.id).where(_outbox.c.id == outbox_id).with_for_update())
    query = select(_attempt.c.at).where(
        _attempt.c.outbox_id == outbox_id, _attempt.c.outcome == "unknown", _attempt.c.at > now - IN_FLIGHT
    )
    since: dt.datetime | None = connection.execute(query.order_by(_attempt.c.id.desc()).limit(1)).scalar()
    return since


def _goes_first(now: dt.datetime) -> Select[Any]:
    """Select what was written to the same person on the same ticket before, and is due or being sent by another daemon."""
    sent_now = select(_attempt.c.id).where(
        _attempt.c.outbox_id == _earlier.c.id,
        _attempt.c.outcome == "unknown",
        _attempt.c.at > now - IN_FLIGHT,
    )
    return select(_earlier.c.id).where(
        _earlier.c.ticket_number == _outbox.c.ticket_number,
        _earlier.c.recipient == _outbox.c.recipient,
        _earlier.c.id < _outbox.c.id,
        _earlier.c.state == "queued",
        or_(_earlier.c.stale_at.is_(None), _earlier.c.stale_at > now),
        or_(_earlier.c.next_attempt_at <= now, sent_now.exists()),
    )
