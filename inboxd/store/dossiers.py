"""A dossier: everything the store has on one ticket, read in one go."""

from dataclasses import dataclass

from sqlalchemy import Connection

from inboxd.core.customer_listing import Listing
from inboxd.core.schedule import SLA_EVENTS, sla_event
from inboxd.core.sla import SlaEvent
from inboxd.core.ticket import Event, Message, Participant, Ticket
from inboxd.store import conversations, customers, tickets
from inboxd.store.customers import Customer


@dataclass(frozen=True, slots=True)
class Dossier:
    """A ticket with its customer, its lines and the history its clocks run on; no ticket: a new question.

    ``listing`` is what ``customers.csv`` says of a writer who is no customer yet.
    """

    ticket: Ticket | None
    customer: Customer | None
    messages: tuple[Message, ...] = ()
    participants: tuple[Participant, ...] = ()
    history: tuple[SlaEvent, ...] = ()
    listing: Listing | None = None

    @property
    def customer_address(self) -> str:
        """Return the address the customer wrote from last: where answers to him go."""
        known = frozenset(self.customer.addresses) if self.customer else frozenset()
        wrote = [one.author for one in self.messages if one.direction == "in" and one.author in known]
        return wrote[-1] if wrote else next(iter(sorted(known)), "")

    @property
    def answer_address(self) -> str:
        """Return where the customer wants answers: the Reply-To of his last mail (RFC 5322 3.6.2), else his address."""
        own = {self.customer_address}
        wanted = [one.answer_to for one in self.messages if one.direction == "in" and one.author in own]
        return next((one for one in reversed(wanted) if one), "") or self.customer_address

    @property
    def copied(self) -> tuple[str, ...]:
        """Return the addresses of those who were copied into the conversation."""
        return tuple(sorted(one.address for one in self.participants if one.role == "participant"))


def read_dossier(connection: Connection, number: int) -> Dossier | None:
    """Return the dossier of a ticket, or None when there is no such ticket."""
    ticket = tickets.find(connection, number)
    if ticket is None:
        return None
    events = tickets.list_events(connection, ticket_number=number, kinds=SLA_EVENTS)
    history = (sla_event(event.at, Event(event.kind, event.detail)) for event in events)
    return Dossier(
        ticket=ticket,
        customer=customers.find(connection, ticket.customer_id),
        messages=tuple(tickets.list_messages(connection, number)),
        participants=tuple(conversations.list_participants(connection, number)),
        history=tuple(event for event in history if event is not None),
    )
