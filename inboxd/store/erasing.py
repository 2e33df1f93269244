"""Erasing a person (GDPR article 17): one transaction, after which no row says who he was or what he wrote."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select

from inboxd.core.erasure import Traces
from inboxd.errors import PermanentError
from inboxd.store import erasing_copies, erasing_mentions, erasing_rows
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.customer_listing import erase_listing
from inboxd.store.engine import lock_accept, read, write
from inboxd.store.erasing_scope import Scope, chosen, find_scope


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed: how many of which kind. ``sent`` are Message-ID and recipients of mails that were written."""

    counts: dict[str, int]
    traces: Traces
    sent: tuple[tuple[str, tuple[str, ...]], ...] = ()


def would_erase(engine: Engine, address: str, own: frozenset[str]) -> dict[str, int]:
    """Return how much would be removed of whoever writes from an address. Reads only; raises as ``erase_person`` does."""
    with read(engine) as connection:
        scope = _scope(connection, address, own)
    return {"tickets": len(scope.tickets), "mails": len(scope.mails), "outgoing": len(scope.outgoing)}


def tickets_of(engine: Engine, address: str, own: frozenset[str]) -> frozenset[int]:
    """Return the numbers of the tickets of whoever writes from an address. Reads only; raises as ``erase_person`` does."""
    with read(engine) as connection:
        return _scope(connection, address, own).traces.tickets


@dataclass(frozen=True, slots=True)
class ListedIn:
    """The addresses that stand in ``customers.csv`` as it is now, and the desk's secret."""

    addresses: frozenset[str]
    secret: bytes = field(repr=False)


def erase_person(
    engine: Engine, address: str, own: frozenset[str], now: dt.datetime, file: ListedIn | None = None
) -> Removed:
    """Remove whoever writes from an address, with all his addresses; return what was removed.

    With ``file`` he is not taken over from it again, as long as it names him. Raises ``PermanentError`` for what is no address and for one of the desk's people, ``TransientError`` when the store
    cannot be written; then nothing was removed.
    """
    with write(engine) as connection:
        # A copy that is accepted meanwhile would find neither the mail nor its mark.
        lock_accept(connection)
        scope = _scope(connection, address, own)
        sent = _sent(connection, scope)
        counts = _erase(connection, scope, now, file)
    return Removed(counts, scope.traces, sent)


def _scope(connection: Connection, address: str, own: frozenset[str]) -> Scope:
    if address.count("@") != 1 or not all(address.strip().split("@")):
        raise PermanentError(f"{address!r} is no address")
    scope = find_scope(connection, address, own)
    if not own.isdisjoint(scope.traces.addresses):
        raise PermanentError(f"{address} is the desk's or an operator's: it cannot be erased")
    return scope


def _sent(connection: Connection, scope: Scope) -> tuple[tuple[str, tuple[str, ...]], ...]:
    query = select(_outbox.c.message_id, _outbox.c.recipients)
    found = []
    for condition in chosen(_outbox.c.id, scope.outgoing):
        found += [
            (row.message_id, tuple(row.recipients)) for row in connection.execute(query.where(condition))
        ]
    return tuple(found)


def _erase(connection: Connection, scope: Scope, now: dt.datetime, file: ListedIn | None) -> dict[str, int]:
    erasing_copies.bury_mails(connection, scope, now)
    listed = 0
    if file is not None:
        his = scope.traces.addresses
        listed = erase_listing(connection, his, file.addresses.intersection(his), file.secret, now)
    return {
        "listed": listed,
        **erasing_copies.remove_copies(connection, scope, now),
        **erasing_rows.erase_drafts(connection, scope, now),
        **erasing_rows.erase_events(connection, scope),
        **erasing_rows.erase_tickets(connection, scope, now),
        **erasing_rows.erase_mails(connection, scope),
        **erasing_rows.erase_outgoing(connection, scope),
        **erasing_rows.erase_learnt(connection, scope, now),
        **erasing_rows.erase_customer(connection, scope, now),
        **erasing_mentions.erase_letters(connection, scope),
        **erasing_mentions.redact_mails(connection, scope),
        **erasing_mentions.redact_texts(connection, scope),
    }
