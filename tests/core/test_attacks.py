"""What an outsider may try with tokens, headers and addresses, end to end through the core."""

from dataclasses import dataclass, field

import pytest

from inboxd.core.admission import Sender
from inboxd.core.authenticate import prove_operator, read_results
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.mail import Envelope
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.thread import candidates, choose
from inboxd.core.tokens import Tokens

TOKENS = Tokens(b"a secret of the test")
OWN = OwnAddresses(frozenset({"support@acme.test"}))
ADA, BOB = "ada@acme.test", "bob@acme.test"
CASEY, MALLORY = "casey@customer.example", "mallory@evil.example"
DESK = "support@acme.test"
KNOWN = KnownTickets(
    tickets={
        12: KnownTicket(12, "open", CASEY, frozenset({CASEY, ADA, DESK}), ("Chair",)),
        13: KnownTicket(13, "open", MALLORY, frozenset({MALLORY, DESK}), ("Offer",)),
    },
    references={"<first@customer.example>": ((12, "seen"),), "<own@acme.test>": ((12, "own"),)},
)

CUSTOMER_12 = TOKENS.customer_address(DESK, 12)
CUSTOMER_13 = TOKENS.customer_address(DESK, 13)
ADA_12 = TOKENS.operator_address(DESK, 12, ADA)
ADA_13 = TOKENS.operator_address(DESK, 13, ADA)
SENT_12 = TOKENS.message_id(ticket=12, outbox=1, domain="acme.test")
NOTIFIED_12 = TOKENS.message_id(ticket=12, outbox=2, domain="acme.test", operator=ADA)
NOTIFIED_13 = TOKENS.message_id(ticket=13, outbox=3, domain="acme.test", operator=ADA)


@dataclass(frozen=True, slots=True)
class Attack:
    """A mail that must join no ticket (or only ``joins``) and prove no operator for ticket 12."""

    about: str
    sender: str
    to: str = DESK
    subject: str = "Re: Chair"
    fields: tuple[str, ...] = field(default=())
    joins: int | None = None


def _forged(authserv_id: str) -> str:
    return f"Authentication-Results: {authserv_id}; dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test"


ATTACKS = (
    Attack("guessed customer token", MALLORY, to="support+t12.aaaaaaaaaaaaaaaa@acme.test"),
    Attack("guessed operator token", ADA, to="support+o12.aaaaaaaaaaaaaaaa@acme.test"),
    Attack("truncated token", MALLORY, to=CUSTOMER_12.replace("@", "")[:-12] + "@acme.test"),
    Attack("token without signature", MALLORY, to="support+t12@acme.test"),
    Attack("own token moved to another ticket", MALLORY, to=CUSTOMER_13.replace("t13", "t12")),
    Attack(
        "own token, other ticket in the subject", MALLORY, to=CUSTOMER_13, subject="[#12] Offer", joins=13
    ),
    Attack("customer token made an operator's", ADA, to=CUSTOMER_12.replace("t12", "o12")),
    Attack("customer token under an operator's name", ADA, to=CUSTOMER_12),
    Attack("stolen operator token, own name", MALLORY, to=ADA_12),
    Attack("stolen operator token, other operator's name", BOB, to=ADA_12),
    Attack("operator token of another ticket", ADA, to=ADA_13, subject="[#12] Chair", joins=13),
    Attack(
        "operator token of another ticket beside ids of this",
        ADA,
        to=ADA_13,
        fields=(f"References: {SENT_12}",),
        joins=13,
    ),
    Attack(
        "notification of another ticket quoted",
        ADA,
        fields=(f"References: {NOTIFIED_13} {SENT_12}",),
        joins=13,
    ),
    Attack("notification quoted by another operator", BOB, fields=(f"In-Reply-To: {NOTIFIED_12}",)),
    Attack("notification quoted by an outsider", MALLORY, fields=(f"In-Reply-To: {NOTIFIED_12}",)),
    Attack("replayed Message-ID of our answer", MALLORY, fields=(f"References: {SENT_12}",)),
    Attack(
        "replayed Message-ID, changed ticket",
        MALLORY,
        fields=(f"References: {SENT_12.replace('t12', 't13')}",),
    ),
    Attack("replayed Message-ID under an operator's name", ADA, fields=(f"References: {SENT_12}",)),
    Attack("stored id quoted by an outsider", MALLORY, fields=("References: <first@customer.example>",)),
    Attack("unsigned id of ours quoted by an outsider", MALLORY, fields=("References: <own@acme.test>",)),
    Attack("stored id under an operator's name", ADA, fields=("References: <first@customer.example>",)),
    Attack("stored id under the desk's own name", DESK, fields=("References: <first@customer.example>",)),
    Attack("stolen subject tag", MALLORY, subject="Re: [#12] Chair"),
    Attack("subject tag under an operator's name", ADA, subject="Re: [#12] Chair"),
    Attack("subject tag under the desk's own name", f"Desk <{DESK}>", subject="[#12] Chair"),
    Attack("customer's name as display name", f'"{CASEY}" <{MALLORY}>', subject="[#12] Chair"),
    Attack("operator's name as display name", f'"{ADA}" <{MALLORY}>', subject="[#12] Chair"),
    Attack("two authors", f"{ADA}, {MALLORY}", to=ADA_12),
    Attack("two From fields", ADA, to=ADA_12, fields=(f"From: {MALLORY}",)),
    Attack("results of a foreign server", ADA, subject="[#12] Chair", fields=(_forged("mx.evil.example"),)),
    Attack(
        "results of a look-alike server",
        ADA,
        subject="[#12] Chair",
        fields=(_forged("mx.acme.test.evil.example"),),
    ),
    Attack("results of nobody", ADA, subject="[#12] Chair", fields=(_forged("").replace(" ;", ""),)),
    Attack(
        "forged results below the real ones",
        ADA,
        subject="[#12] Chair",
        fields=(
            "Authentication-Results: mx.acme.test; dmarc=fail header.from=acme.test",
            _forged("mx.acme.test"),
        ),
    ),
    Attack(
        "customer's address disowned by its domain",
        CASEY,
        subject="[#12] Chair",
        fields=(
            "Authentication-Results: mx.acme.test; dmarc=fail header.from=customer.example",
            "References: <first@customer.example>",
        ),
    ),
    Attack(
        "operator token, address disowned by its domain",
        ADA,
        to=ADA_12,
        fields=("Authentication-Results: mx.acme.test; dmarc=fail header.from=acme.test",),
    ),
    Attack(
        "Reply-To of a participant",
        MALLORY,
        subject="[#12] Chair",
        fields=(f"Reply-To: {CASEY}", f"Sender: {ADA}"),
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.about)
def test_attack(attack: Attack) -> None:
    """None joins the ticket it aims at, none is proven for it, and none counts as its customer."""
    head = (f"From: {attack.sender}", f"To: {attack.to}", f"Subject: {attack.subject}", *attack.fields)
    mail = parse("\n".join((*head, "Message-ID: <x@evil.example>", "", "#solved")).encode())
    envelope = Envelope(mail.from_.key, (attack.to,))
    operators = (ADA, BOB)
    found = candidates(mail, envelope, TOKENS, own_addresses=OWN, operators=operators)
    auth = read_results(mail, ("mx.acme.test",))
    proof = prove_operator(mail, auth, operators, found.signed)
    sender = Sender(mail.from_.key, auth, proof)

    threading = choose(found, KNOWN, mail, sender=sender, own_addresses=OWN, operators=operators)

    assert threading.ticket == attack.joins
    assert proof is None or not proof.covers(12)


def test_the_rightful_ones_get_in() -> None:
    """The same desk admits its customer by tag and id, and its operator by token: the table above proves something."""
    for to, sender, subject in (
        (DESK, CASEY, "[#12] Chair"),
        (ADA_12, ADA, "x"),
        (CUSTOMER_12, CASEY, "Re: Chair"),
    ):
        mail = parse(f"From: {sender}\nTo: {to}\nSubject: {subject}\n\nText".encode())
        found = candidates(mail, Envelope(sender, (to,)), TOKENS, own_addresses=OWN, operators=(ADA, BOB))
        proof = prove_operator(mail, None, (ADA, BOB), found.signed)
        threading = choose(
            found, KNOWN, mail, sender=Sender(sender, None, proof), own_addresses=OWN, operators=(ADA, BOB)
        )
        assert threading.ticket == 12
        assert (proof is not None) is (sender == ADA)
