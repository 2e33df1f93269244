"""Which ticket a mail of the past belongs to: an archive is filed as its mails say."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.admission import Sender
from inboxd.core.facts import Threading
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.mail import Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.thread import candidates, choose
from inboxd.core.tokens import Tokens

TOKENS = Tokens(b"a secret of the test")
OWN = OwnAddresses(frozenset({"support@acme.test"}))
CASEY, STRANGER = "casey@customer.example", "mallory@evil.example"
TICKET = KnownTicket(12, "closed", CASEY, frozenset({CASEY, "support@acme.test"}), ("Broken chair",))
ROOT = bytes([1, *range(21)])
SEEN = {"<seen@customer.example>": ((12, "seen"),)}
QUOTES_SEEN = "References: <a@x> <seen@customer.example>"


def _mail(*fields: str, sender: str = CASEY, subject: str = "Re: Broken chair") -> Mail:
    head = (f"From: {sender}", f"Subject: {subject}", "Message-ID: <new@customer.example>", *fields)
    return parse("\n".join((*head, "", "Thanks")).encode())


def _known(*tickets: KnownTicket, **more: Any) -> KnownTickets:
    return KnownTickets(tickets={one.number: one for one in tickets}, **more)


def _choose(mail: Mail, known: KnownTickets, *, is_history: bool = True) -> Threading:
    found = candidates(
        mail, Envelope("", ("support@acme.test",)), TOKENS, own_addresses=OWN, operators=("ada@acme.test",)
    )
    sender = Sender(mail.from_.key, is_machine=True, is_history=is_history)
    return choose(found, known, mail, sender=sender, own_addresses=OWN, operators=("ada@acme.test",))


@pytest.mark.parametrize(
    ("joined", "waiting", "linked"),
    [("closed", "closed", 13), ("closed", "open", None), ("open", "closed", None), ("open", "open", None)],
)
def test_the_past_links_what_is_past(joined: str, waiting: str, linked: int | None) -> None:
    """An old mail that came late brings together closed tickets of an archive, and none that somebody works on."""
    known = _known(
        replace(TICKET, status=joined),
        KnownTicket(13, waiting, CASEY, frozenset({CASEY})),
        references={**SEEN, "<new@customer.example>": ((13, "named"),)},
    )

    found = _choose(_mail(QUOTES_SEEN), known)

    assert (found.ticket, found.linked) == (12, linked)


@pytest.mark.parametrize(
    ("other", "is_history", "linked"), [("closed", True, 13), ("open", True, None), ("closed", False, None)]
)
def test_an_old_mail_brings_together_what_it_refers_to(
    other: str, linked: int | None, *, is_history: bool
) -> None:
    """Two closed tickets that one mail of an archive refers to are one conversation, also by a mail that never came."""
    known = _known(
        replace(TICKET, status="closed"),
        KnownTicket(13, other, CASEY, frozenset({CASEY})),
        references={**SEEN, "<gone@customer.example>": ((13, "named"),)},
    )
    mail = _mail(QUOTES_SEEN, "In-Reply-To: <gone@customer.example>")

    found = _choose(mail, known, is_history=is_history)

    assert (found.ticket or found.linked, found.linked if found.ticket else None) == (12, linked)


@pytest.mark.parametrize(("subject", "ticket"), [("RE: Broken chair", 12), ("Lunch", None)])
def test_an_old_outlook_conversation(subject: str, ticket: int | None) -> None:
    """In an archive anybody's mail with the Thread-Index and the subject of a conversation stands there; another does not."""
    index = base64.b64encode(ROOT).decode()
    mail = _mail(f"Thread-Index: {index}", sender=STRANGER, subject=subject)
    known = _known(replace(TICKET, status="closed"), conversations={ROOT.hex(): (12,)})

    found = _choose(mail, known)

    assert (found.ticket, found.role) == (ticket, "bystander" if ticket else "customer")
