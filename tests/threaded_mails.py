"""A ticket about a broken chair, mails that may belong to it, and the choice made of them."""

from typing import Any

from inboxd.core.admission import Sender
from inboxd.core.authenticate import OperatorProof
from inboxd.core.facts import Threading
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.mail import Bounce, Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.thread import candidates, choose
from inboxd.core.tokens import Tokens

TOKENS = Tokens(b"a secret of the test")
OWN = OwnAddresses(frozenset({"support@acme.test"}))
PLAIN = OwnAddresses(frozenset({"support@acme.test"}), delimiter="")
ADA = "ada@acme.test"
CASEY, PAT, STRANGER = "casey@customer.example", "pat@customer.example", "mallory@evil.example"
ANSWER = "We will send a new one tomorrow, together with the missing screws."
TICKET = KnownTicket(
    12, "pending", CASEY, frozenset({CASEY, PAT, "support@acme.test"}), ("Broken chair",), (ANSWER,)
)
SIGNED = TOKENS.message_id(ticket=12, outbox=34, domain="acme.test")
REPLY_TO = TOKENS.customer_address("support@acme.test", 12)
RETURN = TOKENS.return_path("support@acme.test", 34)
NOTIFIED = TOKENS.message_id(ticket=12, outbox=35, domain="acme.test", operator=ADA)
ROOT = bytes([1, *range(21)])


def written(
    *fields: str, sender: str = CASEY, subject: str = "Re: Broken chair", body: str = "Thanks"
) -> Mail:
    head = (f"From: {sender}", f"Subject: {subject}", "Message-ID: <new@customer.example>", *fields)
    return parse("\n".join((*head, "", body)).encode())


def knowing(
    *tickets: KnownTicket, references: dict[str, tuple[tuple[int, str], ...]] | None = None, **more: Any
) -> KnownTickets:
    by_number = {ticket.number: ticket for ticket in tickets or (TICKET,)}
    return KnownTickets(tickets=by_number, references=references or {}, **more)


def choose_for(
    mail: Mail,
    known: KnownTickets | None = None,
    *,
    own: OwnAddresses = OWN,
    to: str = "support@acme.test",
    proof: OperatorProof | None = None,
    is_machine: bool = False,
    is_history: bool = False,
    bounce: Bounce | None = None,
) -> Threading:
    found = candidates(mail, Envelope("", (to,)), TOKENS, own_addresses=own, operators=(ADA,), bounce=bounce)
    sender = Sender(mail.from_.key, proof=proof, is_machine=is_machine, is_history=is_history)
    return choose(found, known or knowing(), mail, sender=sender, own_addresses=own, operators=(ADA,))


STORED = {"<seen@customer.example>": ((12, "seen"),)}
QUOTES_STORED = "References: <a@x> <seen@customer.example>"
