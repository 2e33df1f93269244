"""Moving in from another desk: its tickets with all their lines, tags and states; nothing follows from any of them.

Each ticket is one commit: its mails, which ticket they stood on, and as of when it was read. One that has not changed
since is not read again.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.past_standing import as_it_stood
from inboxd.core.ticket import Event
from inboxd.errors import PermanentError
from inboxd.intake.history import Taken, accept_past
from inboxd.intake.mbox import PastMail
from inboxd.store import past, tickets
from inboxd.store.accepting import Accepted
from inboxd.store.engine import read, write
from inboxd.store.past import PastPlace, Standing

_PAGE = 100
_MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ListedTicket:
    """A ticket as a desk lists it; ``changed_at`` as the desk writes it, ``position`` of ``total`` (0: not known).

    ``document`` is what only that desk's reader understands.
    """

    number: str
    changed_at: str
    position: int = 0
    total: int = 0
    document: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A ticket of another desk: its state in our words (``open``, ``pending``, ``closed``), its tags and its lines."""

    status: str
    tags: tuple[str, ...]
    mails: tuple[PastMail, ...]


class OldDesk(Protocol):
    """Another desk. ``name`` is what its tickets are kept under; reading may raise as ``PastApi`` does."""

    @property
    def name(self) -> str:
        """Return the kind of desk and its host."""

    def list_tickets(self) -> Iterator[ListedTicket]:
        """Yield all its tickets, the oldest first."""

    def read_ticket(self, listed: ListedTicket) -> PastTicket:
        """Return one of them; raise ``UnreadableError`` when it makes no sense."""


class UnreadableError(PermanentError):
    """One ticket cannot be read; the others can."""


def take_in_desk(
    config: Config,
    engine: Engine,
    clock: Clock,
    desk: OldDesk,
    tell: Callable[[ListedTicket], None] = lambda _: None,
    complain: Callable[[str], None] = lambda _: None,
) -> Taken:
    """Accept every ticket that is new or was changed since it was read; broken off, it goes on where it was.

    ``tell`` hears of each ticket, ``complain`` of each that cannot be read. Raises ``TransientError`` when desk or store
    are away for longer, ``PermanentError`` when the desk refuses.
    """
    taken = Taken()
    listed = desk.list_tickets()
    while page := list(itertools.islice(listed, _PAGE)):
        with read(engine) as connection:
            known = past.changes(connection, desk.name, [one.number for one in page])
        for one in page:
            if known.get(one.number) != one.changed_at:
                try:
                    taken += _take_in(config, engine, clock, desk, one)
                except UnreadableError as error:
                    complain(f"ticket {one.number} cannot be read: {error}")
            tell(one)
    return taken


def settle_desk(engine: Engine, desk: OldDesk, now: dt.datetime) -> None:
    """Give the tickets here the tags and states they had there; whatever was done with one here meanwhile stands."""
    with read(engine) as connection:
        waiting = past.list_unsettled(connection, desk.name)
    for some in _parts(waiting):
        with write(engine) as connection:
            for one in some:
                _settle(connection, one, now)


def _take_in(config: Config, engine: Engine, clock: Clock, desk: OldDesk, listed: ListedTicket) -> Taken:
    ticket = desk.read_ticket(listed)

    def also(connection: Connection, receipts: tuple[Accepted, ...]) -> None:
        past.note(
            connection,
            PastPlace(desk.name, listed.number),
            changed_at=listed.changed_at,
            status=ticket.status,
            tags=ticket.tags,
            mail_ids=[one.mail_id for one in receipts],
        )

    return accept_past(config, engine, clock, ticket.mails, also)


def _settle(connection: Connection, one: Standing, now: dt.datetime) -> None:
    ticket = tickets.find(connection, one.ticket) if one.ticket is not None else None
    if ticket is None:
        return
    desk, _, host = one.place.desk.partition(" ")
    standing = as_it_stood(ticket, one.status, (*one.tags, desk))
    if standing != ticket:
        tickets.update_ticket(connection, replace(standing, updated_at=ticket.updated_at))
    detail = {"desk": desk, "host": host, "number": one.place.number, "status": one.status}
    tickets.add_event(connection, Event("moved_in", detail), now, ticket_number=ticket.number)
    past.mark_settled(connection, one.place)


def _parts(waiting: Iterable[Standing]) -> Iterator[list[Standing]]:
    """Yield few at a time, so that others get at the store in between."""
    rest = iter(waiting)
    while some := list(itertools.islice(rest, _MOST_AT_ONCE)):
        yield some
