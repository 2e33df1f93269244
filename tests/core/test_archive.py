"""Mail that was history when it came."""

import datetime as dt

from inboxd.core.archive import as_history
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


def test_history_sends_nothing_and_opens_nothing() -> None:
    """An old mail becomes a closed ticket, and no letter of any kind leaves because of it."""
    ticket = Ticket(1, "old", 1, NOW, NOW)
    outcome = Outcome(ticket=ticket, is_new=True).with_letter(
        Letter(Kind.NOTIFICATION, "notification", ("a@b",), "k")
    )

    filed = as_history(outcome, NOW)

    assert filed.letters == ()
    assert filed.ticket is not None
    assert filed.ticket.status == "closed"
