"""Every legal change of state, in tables; whatever is not in them raises and changes nothing.

There is no "processing" and no "sending": a worker that dies would leave rows in it. What is being worked on
shows in ``attempts`` and ``next_attempt_at``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from inboxd.errors import InboxdError

State = TypeVar("State", bound=StrEnum)


class IllegalTransition(InboxdError):  # noqa: N818  named as the tables are read: what happened, not whose fault
    """A change of state that no table allows. Nothing was changed."""

    def __init__(self, current: StrEnum, wanted: StrEnum) -> None:
        super().__init__(f"{type(current).__name__} {current.value!r} does not allow {wanted.value!r}")
        self.current = current
        self.wanted = wanted


class MailState(StrEnum):
    """What became of an accepted mail."""

    ACCEPTED = "accepted"
    PROCESSED = "processed"
    HELD = "held"
    DROPPED = "dropped"


class OutboxState(StrEnum):
    """What became of a mail to be sent."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TicketStatus(StrEnum):
    """Where a customer's question stands. Pending waits for the customer; closed was solved long ago."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"
    MERGED = "merged"


class TicketEvent(StrEnum):
    """What may change a ticket's status."""

    CUSTOMER_REPLIED = "customer replied"
    OPERATOR_REPLIED = "operator replied"
    ANSWERED_ITSELF = "answered by itself"
    ANSWER_BOUNCED = "answer bounced"
    SNOOZE_ENDED = "snooze ended"
    SET_OPEN = "set open"  # a command of the operator, or a rule
    SET_PENDING = "set pending"
    SET_SOLVED = "set solved"
    SOLVED_LONG_AGO = "solved long ago"
    MARKED_SPAM = "marked spam"
    MERGED = "merged"


class Priority(StrEnum):
    """How soon, most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


MAIL: Mapping[MailState, frozenset[MailState]] = MappingProxyType(
    {
        MailState.ACCEPTED: frozenset({MailState.PROCESSED, MailState.HELD}),
        MailState.PROCESSED: frozenset(),
        MailState.HELD: frozenset({MailState.ACCEPTED, MailState.DROPPED}),
        MailState.DROPPED: frozenset(),
    }
)

OUTBOX: Mapping[OutboxState, frozenset[OutboxState]] = MappingProxyType(
    {
        OutboxState.QUEUED: frozenset({OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED}),
        OutboxState.SENT: frozenset(),
        OutboxState.FAILED: frozenset({OutboxState.QUEUED}),
        OutboxState.CANCELLED: frozenset(),
    }
)

_BY_THE_DESK = {
    TicketEvent.SET_OPEN: TicketStatus.OPEN,
    TicketEvent.SET_PENDING: TicketStatus.PENDING,
    TicketEvent.SET_SOLVED: TicketStatus.SOLVED,
    TicketEvent.MARKED_SPAM: TicketStatus.CLOSED,
    TicketEvent.MERGED: TicketStatus.MERGED,
}

TICKET_EVENTS: Mapping[TicketStatus, Mapping[TicketEvent, TicketStatus]] = MappingProxyType(
    {
        TicketStatus.NEW: {
            **_BY_THE_DESK,
            TicketEvent.CUSTOMER_REPLIED: TicketStatus.NEW,
            TicketEvent.OPERATOR_REPLIED: TicketStatus.PENDING,
            TicketEvent.ANSWERED_ITSELF: TicketStatus.PENDING,
            TicketEvent.ANSWER_BOUNCED: TicketStatus.NEW,
            TicketEvent.SNOOZE_ENDED: TicketStatus.OPEN,
        },
        TicketStatus.OPEN: {
            **_BY_THE_DESK,
            TicketEvent.CUSTOMER_REPLIED: TicketStatus.OPEN,
            TicketEvent.OPERATOR_REPLIED: TicketStatus.PENDING,
            TicketEvent.ANSWERED_ITSELF: TicketStatus.PENDING,
            TicketEvent.ANSWER_BOUNCED: TicketStatus.OPEN,
            TicketEvent.SNOOZE_ENDED: TicketStatus.OPEN,
        },
        TicketStatus.PENDING: {
            **_BY_THE_DESK,
            TicketEvent.CUSTOMER_REPLIED: TicketStatus.OPEN,
            TicketEvent.OPERATOR_REPLIED: TicketStatus.PENDING,
            TicketEvent.ANSWERED_ITSELF: TicketStatus.PENDING,
            TicketEvent.ANSWER_BOUNCED: TicketStatus.OPEN,
            TicketEvent.SNOOZE_ENDED: TicketStatus.OPEN,
        },
        TicketStatus.SOLVED: {
            **_BY_THE_DESK,
            TicketEvent.CUSTOMER_REPLIED: TicketStatus.OPEN,
            TicketEvent.OPERATOR_REPLIED: TicketStatus.SOLVED,  # an afterword, not a question
            TicketEvent.ANSWER_BOUNCED: TicketStatus.OPEN,
            TicketEvent.SOLVED_LONG_AGO: TicketStatus.CLOSED,
        },
        # A customer's reply to a closed ticket is not here: it opens a linked new one.
        TicketStatus.CLOSED: {
            TicketEvent.OPERATOR_REPLIED: TicketStatus.CLOSED,
            TicketEvent.ANSWER_BOUNCED: TicketStatus.OPEN,
            TicketEvent.SET_OPEN: TicketStatus.OPEN,
            TicketEvent.MERGED: TicketStatus.MERGED,
        },
        # Mail to a merged ticket belongs to the one it was merged into.
        TicketStatus.MERGED: {},
    }
)

TICKET: Mapping[TicketStatus, frozenset[TicketStatus]] = MappingProxyType(
    {
        status: frozenset(after for after in events.values() if after is not status)
        for status, events in TICKET_EVENTS.items()
    }
)


def move(table: Mapping[State, frozenset[State]], current: State, wanted: State) -> State:
    """Return ``wanted`` when the table allows the change; raise ``IllegalTransition`` otherwise.

    Staying where one is is no change and not in the tables.
    """
    if wanted not in table[current]:
        raise IllegalTransition(current, wanted)
    return wanted


def ticket_after(status: TicketStatus, event: TicketEvent) -> TicketStatus:
    """Return the status after ``event`` (it may be the same one); raise ``IllegalTransition`` when it may not happen."""
    after = TICKET_EVENTS[status].get(event)
    if after is None:
        raise IllegalTransition(status, event)
    return after
