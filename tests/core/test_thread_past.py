"""Which ticket a mail of the past belongs to: an archive is filed as its mails say."""

import base64
from dataclasses import replace

import pytest
from threaded_mails import CASEY, QUOTES_STORED, ROOT, STORED, STRANGER, TICKET, choose_for, knowing, written

from inboxd.core.facts import Threading
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.mail import Mail

CLOSED = replace(TICKET, status="closed")


def _choose(mail: Mail, known: KnownTickets, *, is_history: bool = True) -> Threading:
    return choose_for(mail, known, is_machine=True, is_history=is_history)


@pytest.mark.parametrize(
    ("joined", "waiting", "linked"),
    [("closed", "closed", 13), ("closed", "open", None), ("open", "closed", None), ("open", "open", None)],
)
def test_the_past_links_what_is_past(joined: str, waiting: str, linked: int | None) -> None:
    """An old mail that came late brings together closed tickets of an archive, and none that somebody works on."""
    known = knowing(
        replace(TICKET, status=joined),
        KnownTicket(13, waiting, CASEY, frozenset({CASEY})),
        references={**STORED, "<new@customer.example>": ((13, "named"),)},
    )

    found = _choose(written(QUOTES_STORED), known)

    assert (found.ticket, found.linked) == (12, linked)


@pytest.mark.parametrize(
    ("other", "is_history", "linked"), [("closed", True, 13), ("open", True, None), ("closed", False, None)]
)
def test_an_old_mail_brings_together_what_it_refers_to(
    other: str, linked: int | None, *, is_history: bool
) -> None:
    """Two closed tickets that one mail of an archive refers to are one conversation, also by a mail that never came."""
    known = knowing(
        CLOSED,
        KnownTicket(13, other, CASEY, frozenset({CASEY})),
        references={**STORED, "<gone@customer.example>": ((13, "named"),)},
    )
    mail = written(QUOTES_STORED, "In-Reply-To: <gone@customer.example>")

    found = _choose(mail, known, is_history=is_history)

    assert (found.ticket or found.linked, found.linked if found.ticket else None) == (12, linked)


@pytest.mark.parametrize(("subject", "ticket"), [("RE: Broken chair", 12), ("Lunch", None)])
def test_an_old_outlook_conversation(subject: str, ticket: int | None) -> None:
    """In an archive anybody's mail with the Thread-Index and the subject of a conversation stands there; another does not."""
    index = base64.b64encode(ROOT).decode()
    mail = written(f"Thread-Index: {index}", sender=STRANGER, subject=subject)
    known = knowing(CLOSED, conversations={ROOT.hex(): (12,)})

    found = _choose(mail, known)

    assert (found.ticket, found.role) == (ticket, "bystander" if ticket else "customer")
