"""How a ticket of another desk stands here."""

import datetime as dt
from dataclasses import replace

import pytest

from inboxd.core.past_standing import as_it_stood
from inboxd.core.ticket import Ticket

THEN = dt.datetime(2015, 3, 3, tzinfo=dt.UTC)
CLOSED = Ticket(
    1, "Export", 7, THEN, THEN, status="closed", closed_at=THEN, tags=("mine",), first_response_due=THEN
)


def test_tags_are_added_in_our_form() -> None:
    """Beside those that are there, each once, in lower case and without blanks and commas."""
    assert as_it_stood(CLOSED, "closed", ("How  To", "a,b", "mine", " ")).tags == ("mine", "how-to", "a-b")


@pytest.mark.parametrize("status", ["open", "pending"])
def test_what_was_open_is_open_without_a_clock(status: str) -> None:
    """Nobody here promised when it would be answered."""
    ticket = as_it_stood(CLOSED, status, ())
    assert (ticket.status, ticket.closed_at, ticket.first_response_due, ticket.idle_at) == (
        status,
        None,
        None,
        None,
    )


def test_what_was_done_here_stands() -> None:
    """A ticket somebody works on, or opened and closed again, keeps its state."""
    solved = replace(CLOSED, status="solved")
    again = replace(CLOSED, reopened=1)
    assert as_it_stood(solved, "open", ()) == solved
    assert as_it_stood(again, "open", ()) == again
    assert as_it_stood(CLOSED, "whatever", ()) == CLOSED
