"""How a ticket of another desk stands here: its tags with ours, and still open if it was open there."""

from dataclasses import replace

from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket

_STILL = {"open": TicketStatus.OPEN, "pending": TicketStatus.PENDING}


def as_it_stood(ticket: Ticket, status: str, tags: tuple[str, ...]) -> Ticket:
    """Return the ticket with these tags, and in this state unless somebody works on it here.

    No clock runs for one that is still open: when its answer is due was promised by nobody here.
    """
    tagged = replace(ticket, tags=tuple(dict.fromkeys((*ticket.tags, *filter(None, map(_tag, tags))))))
    still = _STILL.get(status)
    if still is None or ticket.status != TicketStatus.CLOSED or ticket.reopened:
        return tagged
    return replace(
        tagged,
        status=still.value,
        closed_at=None,
        first_response_due=None,
        next_response_due=None,
        resolution_due=None,
        chase_at=None,
        idle_at=None,
    )


def _tag(written: str) -> str:
    """Return a tag in the form our own have: words in lower case, without the comma that parts them in commands."""
    return "-".join(written.lower().replace(",", " ").split())
