"""Which occasions are told to a program."""

import datetime as dt

from inboxd.core.hooks import is_hook, with_hooks
from inboxd.core.outcome import Outcome
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
OCCASIONS = (("ticket.created", "mail:1"), ("sla.warned", "sla:1:x"))


def test_only_what_has_a_program_is_told() -> None:
    """An occasion with a program becomes one call, under a key that forbids a second one for ever."""
    outcome = Outcome(ticket=Ticket(1, "Export", 1, NOW, NOW), occasions=OCCASIONS)

    (call,) = with_hooks(outcome, {"sla.warned", "survey.answered"}).calls

    assert is_hook(call.url)
    assert call.url == f"hook:{call.event}" == "hook:sla.warned"
    assert call.once_key == "hook:sla:1:x:sla.warned"
    assert with_hooks(outcome, ()).calls == ()


def test_what_is_about_no_ticket_is_told_to_nobody() -> None:
    """A held mail changes no ticket, and nobody hears of it."""
    assert with_hooks(Outcome(occasions=OCCASIONS), {"ticket.created"}).calls == ()
