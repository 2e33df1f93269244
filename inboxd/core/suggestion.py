"""Whether an article is worth offering to the operator: how sure it must be, and when it is offered first of all."""

from inboxd.core.ticket import Ticket

# Below, it is wrong more than twice for once that it helps; it only takes his time.
OFFERED = 0.3
# An article that is more likely than not to answer stands first: one tap sends it.
LIKELY = 0.5


def is_offered(ticket: Ticket) -> bool:
    """Return whether the suggested article is shown to the operator; one that was named by hand is.

    What the customer got by itself is not: he has it, and writes all the same.
    """
    return _is_sure(ticket, OFFERED)


def is_likely(ticket: Ticket) -> bool:
    """Return whether the suggested article is more likely than not to answer, or was named by hand."""
    return _is_sure(ticket, LIKELY)


def _is_sure(ticket: Ticket, least: float) -> bool:
    confidence = ticket.suggested_confidence
    if confidence is None:
        return bool(ticket.suggested_article)
    return ticket.suggested_article not in {"", ticket.automatic_article} and confidence >= least
