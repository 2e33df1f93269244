"""Reminders in the outbox: those that have not left yet are taken back when they are not true any more."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from inboxd.store import outbox, sent_history
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import ticket as _ticket

_CHASE = "chase"


def withdraw(connection: Connection, ticket_number: int) -> None:
    """Take back the reminders of a ticket that surely nobody has seen.

    One that speaks of several tickets goes once none of the others waits for us.
    """
    waiting = select(_outbox.c.id, _outbox.c.ticket_number, _outbox.c.why).where(
        _outbox.c.state == "queued",
        _outbox.c.kind == _CHASE,
        # Only the index of what waits may find them: of no ticket are all digests there ever were.
        func.coalesce(_outbox.c.ticket_number, 0).in_((0, ticket_number)),
    )
    for outbox_id, alone, why in connection.execute(waiting).all():
        if alone is not None or _is_settled(connection, ticket_number, why):
            outbox.cancel_untried(connection, outbox_id)


def _is_settled(connection: Connection, ticket_number: int, why: Mapping[str, Any]) -> bool:
    """Return whether a gathered reminder names the ticket and no other that waits for us."""
    named = {int(word.lstrip("#")) for word in str(why.get("tickets", "")).split()}
    others = select(_ticket.c.number).where(
        _ticket.c.number.in_(named - {ticket_number}), _ticket.c.status.in_(("new", "open"))
    )
    return ticket_number in named and connection.execute(others.limit(1)).first() is None


def reminded(
    connection: Connection, addresses: Iterable[str], since: dt.datetime, now: dt.datetime
) -> frozenset[str]:
    """Return those of the addresses that got a reminder after ``since``, up to ``now``."""
    return frozenset(
        address
        for address in addresses
        if any(since < at <= now for at in sent_history.kind_times(connection, address, _CHASE, since))
    )
