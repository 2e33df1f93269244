"""When a draft is offered, and when it has no use any more."""

import datetime as dt

import pytest

from inboxd.core.drafts import is_likely, withdrawn_by
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.ticket import Message, Ticket

MONDAY = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_likely_is_more_likely_than_not() -> None:
    """An article is offered from even odds on; without a confidence it is not."""
    assert [is_likely(one) for one in (0.5, 0.49, None)] == [True, False, False]


def _ticket(status: str = "open") -> Ticket:
    return Ticket(1, "Export", 1, MONDAY, MONDAY, status=status)


def _message(direction: str, kind: str = "mail") -> Message:
    return Message(direction, kind, "carla@customer.test", "", MONDAY, "text")


def _letter(kind: Kind) -> Letter:
    return Letter(kind, "relay", ("carla@customer.test",), "key")


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome(_ticket(), messages=(_message("in"),)), "the customer wrote again"),
        (Outcome(_ticket(), letters=(_letter(Kind.RELAY),)), "somebody answered"),
        (Outcome(_ticket(), letters=(_letter(Kind.ANSWER),)), "somebody answered"),
        (Outcome(_ticket()).with_event("answered"), "somebody answered"),
        (Outcome(_ticket("solved")), "the ticket is solved"),
        (Outcome(_ticket("merged")), "the ticket is merged"),
        (Outcome(_ticket(), messages=(_message("in", "auto_reply"),)), ""),
        (Outcome(_ticket(), messages=(_message("note"),)), ""),
        (Outcome(_ticket(), letters=(_letter(Kind.ACKNOWLEDGEMENT), _letter(Kind.CHASE))), ""),
        (Outcome(), ""),
    ],
)
def test_a_draft_goes_when_it_has_no_use(outcome: Outcome, why: str) -> None:
    """It goes with a new mail of the customer, any answer, and the end of the ticket; with nothing else."""
    assert withdrawn_by(outcome) == why
