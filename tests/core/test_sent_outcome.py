"""What follows from a mail in Sent, without a store."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from inboxd.core.archive import as_history
from inboxd.core.decision import Course, Decision, Disposition
from inboxd.core.drafts import OfferedDraft
from inboxd.core.facts import Facts
from inboxd.core.mail import Address
from inboxd.core.outcome import DraftSent
from inboxd.core.rule_actions import Surroundings
from inboxd.core.sent_copy import SentCopy
from inboxd.core.sent_outcome import work_out_sent
from inboxd.core.ticket import Ticket

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
CARLA = Address("Carla", "carla@customer.test")
COPY = SentCopy("ada@acme.test", NOW, to=(CARLA,))
AROUND = Surroundings(NOW, "mail:7", "operator.replied", CARLA.key, (), mail_id=7)
DECISION = Decision(Disposition.FILE, Course.SENT, "")
TICKET = Ticket(1, "Export", 1, NOW, NOW, status="open", waiting_since=NOW, suggested_article="export")


@pytest.mark.parametrize("status", ["new", "open", "pending", "solved", "closed"])
def test_an_answer_suits_every_status(facts: Callable[..., Facts], status: str) -> None:
    """Whatever the ticket's status, the answer is filed, met, and breaks no rule of the states."""
    ticket = replace(TICKET, status=status)
    outcome = work_out_sent(facts(sent=COPY), DECISION, ticket, 2, AROUND)

    assert outcome.ticket is not None
    assert outcome.ticket.first_response_at == NOW
    assert outcome.ticket.status == ("pending" if status in {"new", "open"} else status)
    assert (outcome.ticket.suggested_article, outcome.ticket.waiting_since) == ("", None)
    assert [(one.direction, one.kind, one.mail_id) for one in outcome.messages] == [("out", "relay", 7)]
    assert outcome.letters == ()


def test_the_draft_he_had_is_matched(facts: Callable[..., Facts]) -> None:
    """What he sent is compared with what lay ready."""
    told = facts(sent=replace(COPY, offered=OfferedDraft(5, "export", "How do I import my data?")))
    outcome = work_out_sent(told, DECISION, TICKET, 2, AROUND)

    assert outcome.draft_sent == DraftSent(5, 0.1667)
    assert [one.detail["distance"] for one in outcome.events if one.kind == "draft.sent"] == [0.1667]


def test_history_moves_nothing(facts: Callable[..., Facts]) -> None:
    """A mail that was history is a line of the ticket, and that is all."""
    told = facts(sent=COPY, imported=True)
    outcome = as_history(work_out_sent(told, DECISION, TICKET, 2, AROUND), NOW)

    assert outcome.ticket == TICKET
    assert (len(outcome.messages), outcome.events) == (1, ())


def test_a_mail_from_elsewhere_is_a_mistake(facts: Callable[..., Facts]) -> None:
    """Only what lay in Sent comes here."""
    with pytest.raises(ValueError, match="Sent"):
        work_out_sent(facts(), DECISION, TICKET, 2, AROUND)
