"""What the store tells about the tickets a mail may belong to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_MERGES = 20


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """A ticket as far as joining it goes.

    ``participants`` are the addresses of From, To and Cc of all its mails in lower case (own ones do no harm),
    ``subjects`` its subject and those of its latest mails, ``sent_texts`` the answers people got on it.
    """

    number: int
    status: str
    customer: str
    participants: frozenset[str]
    subjects: tuple[str, ...] = ()
    sent_texts: tuple[str, ...] = ()
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class KnownTickets:
    """What the store knows about the candidates.

    ``references``: Message-ID key → (ticket, kind), kind ``own`` (we sent it), ``seen`` (it came) or ``named`` (only
    referred to so far). ``conversations``: conversation root → tickets. ``outbox_ticket``: the ticket of
    ``Candidates.outbox``. ``tickets``: all of these by number, with those they were merged into.
    """

    tickets: Mapping[int, KnownTicket] = field(default_factory=dict)
    references: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    conversations: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    outbox_ticket: int | None = None


def resolve(number: int, known: KnownTickets) -> KnownTicket | None:
    """Return the ticket, or the one it was merged into; a ring of merges ends where it was entered."""
    ticket = known.tickets.get(number)
    for _ in range(MAX_MERGES):
        if ticket is None or ticket.merged_into is None:
            return ticket
        ticket = known.tickets.get(ticket.merged_into)
    return known.tickets.get(number)
