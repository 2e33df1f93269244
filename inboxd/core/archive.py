"""Mail that was history when it came: filed where it belongs, and nothing follows from it (DESIGN 2.9)."""

import datetime as dt
from dataclasses import replace

from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.states import TicketStatus


def as_history(outcome: Outcome, now: dt.datetime) -> Outcome:
    """Return the outcome without anything that would be sent or chased; a ticket it opens is closed at once."""
    outcome = replace(
        outcome,
        letters=(),
        calls=(),
        survey_due_at=None,
        undeliverable=(),
        deliverable=(),
        learnt=(),
        draft=None,
    )
    if outcome.ticket is None:
        return outcome
    if not outcome.is_new:
        return _with_last_word(outcome, now)
    closed = outcome.with_ticket(
        status=TicketStatus.CLOSED.value,
        closed_at=now,
        waiting_since=None,
        assignee="",
        answered_automatically=False,
    )
    return closed.with_event("status", "archive", **{"from": "new", "to": "closed", "by": "history"})


def _with_last_word(outcome: Outcome, now: dt.datetime) -> Outcome:
    """Return a conversation of the past as closed with its last mail, in whatever order its mails are filed."""
    ticket = require_ticket(outcome)
    if ticket.status != TicketStatus.CLOSED:
        return outcome
    ended = max(ticket.closed_at or now, now)
    return outcome.with_ticket(closed_at=ended, updated_at=ended)
