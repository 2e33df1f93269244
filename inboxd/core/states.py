"""Every legal change of a ticket's status, in one table; whatever is not in it raises and changes nothing.

Mails and letters have states as well, and none called "processing" or "sending": a worker that dies would leave rows in it. What is being worked on
shows in ``attempts`` and ``next_attempt_at``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from inboxd.errors import InboxdError


class IllegalTransition(InboxdError):  # noqa: N818  named as the table is read: what happened, not whose fault
    """A change of state that the table does not allow. Nothing was changed."""

    def __init__(self, current: StrEnum, wanted: StrEnum) -> None:
        super().__init__(f"{type(current).__name__} {current.value!r} does not allow {wanted.value!r}")
        self.current = current
        self.wanted = wanted


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


def ticket_after(status: TicketStatus, event: TicketEvent) -> TicketStatus:
    """Return the status after ``event`` (it may be the same one); raise ``IllegalTransition`` when it may not happen."""
    after = TICKET_EVENTS[status].get(event)
    if after is None:
        raise IllegalTransition(status, event)
    return after
