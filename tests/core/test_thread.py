import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def _mail(*fields: str, sender: str = CASEY, subject: str = "Re: Broken chair", body: str = "Thanks") -> Mail:
    head = (f"From: {sender}", f"Subject: {subject}", "Message-ID: <new@customer.example>", *fields)
    return parse("\n".join((*head, "", body)).encode())


def _known(
    *tickets: KnownTicket, references: dict[str, tuple[tuple[int, str], ...]] | None = None, **more: Any
) -> KnownTickets:
    by_number = {ticket.number: ticket for ticket in tickets or (TICKET,)}
    return KnownTickets(tickets=by_number, references=references or {}, **more)


def _choose(
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
    return choose(found, known or _known(), mail, sender=sender, own_addresses=own, operators=(ADA,))


STORED = {"<seen@customer.example>": ((12, "seen"),)}
QUOTES_STORED = "References: <a@x> <seen@customer.example>"


@pytest.mark.parametrize(
    ("mail", "to", "known", "by"),
    [
        (_mail(), REPLY_TO, None, "reply_address"),
        (_mail(f"In-Reply-To: {SIGNED}"), "support@acme.test", None, "signed_message_id"),
        (_mail(QUOTES_STORED), "support@acme.test", _known(references=STORED), "stored_message_id"),
        (_mail(subject="Re: [#12] Broken chair"), "support@acme.test", None, "subject_tag"),
        (_mail(subject="Another thing [#12]"), "support@acme.test", None, "subject_tag"),
        (
            _mail("References: <never@seen.example>"),
            "support@acme.test",
            _known(references={"<never@seen.example>": ((12, "named"),)}),
            "shared_reference",
        ),
        (
            _mail(),
            "support@acme.test",
            _known(references={"<new@customer.example>": ((12, "named"),)}),
            "early_reply",
        ),
        (
            _mail(f"Thread-Index: {base64.b64encode(ROOT + b'12345').decode()}"),
            "support@acme.test",
            _known(conversations={ROOT.hex(): (12,)}),
            "conversation_index",
        ),
    ],
)
def test_a_participant_joins_by_any_evidence(
    mail: Mail, to: str, known: KnownTickets | None, by: str
) -> None:
    """Each kind of evidence leads the customer back to his ticket, and is named."""
    assert _choose(mail, known, to=to) == Threading(12, by, role="customer")


def test_evidence_is_believed_in_order() -> None:
    """The signed address beats signed ids, these beat stored ids, the nearest reference comes first, tags last."""
    others = [KnownTicket(number, "open", CASEY, frozenset({CASEY})) for number in (1, 2, 3, 4)]
    known = _known(
        TICKET,
        *others,
        references={"<1@x>": ((1, "seen"),), "<2@x>": ((2, "own"),), "<3@x>": ((3, "named"),)},
    )
    references = "References: <1@x> <2@x> <3@x>"

    assert _choose(_mail(references, subject="[#4] x"), known).ticket == 2
    assert _choose(_mail("In-Reply-To: <1@x>", references, subject="[#4] x"), known).ticket == 2
    assert _choose(_mail("In-Reply-To: <3@x>", subject="[#4] x"), known).ticket == 3
    assert _choose(_mail(references.replace("<1@x>", SIGNED)), known).ticket == 12
    assert _choose(_mail(references), known, to=REPLY_TO).ticket == 12
    assert _choose(_mail(subject="[#4] x"), known).ticket == 4


def test_copied_people_are_participants() -> None:
    """Whoever was copied may join, and is told from the customer."""
    assert _choose(_mail(f"In-Reply-To: {SIGNED}", sender=PAT)) == Threading(
        12, "signed_message_id", role="participant"
    )


def test_a_stranger_who_quotes_our_ids_gets_a_linked_ticket() -> None:
    """Ids in headers anybody may copy: he stays outside, the operator sees where he came from."""
    known = _known(references=STORED)

    for mail, by in (
        (_mail(f"In-Reply-To: {SIGNED}", sender=STRANGER), "signed"),
        (_mail(QUOTES_STORED, sender=STRANGER), "stored"),
    ):
        assert _choose(mail, known) == Threading(None, f"{by}_message_id:stranger", linked=12)


def test_what_anybody_may_share_does_not_even_link_a_stranger() -> None:
    """An id never seen, an Outlook index and a tag on another subject mean nothing from a stranger."""
    known = _known(references={"<never@seen.example>": ((12, "named"),)}, conversations={ROOT.hex(): (12,)})
    index = base64.b64encode(ROOT).decode()
    mail = _mail(
        "References: <never@seen.example>", f"Thread-Index: {index}", sender=STRANGER, subject="[#12] Offer"
    )

    assert _choose(mail, known) == Threading(None, "new")
    assert _choose(_mail(sender=STRANGER, subject="[#12] Broken chair")) == Threading(
        None, "subject_tag:stranger", linked=12
    )


def test_the_reply_address_admits_whoever_was_given_it() -> None:
    """A colleague, or the customer's other address, holds the proof in his hands."""
    assert _choose(_mail(sender=STRANGER), to=REPLY_TO) == Threading(12, "reply_address", role="participant")


def test_without_plus_addresses_the_signed_id_does_that_work() -> None:
    """Where no address can carry a token the signed Message-ID is the proof (DESIGN 4.6)."""
    mail = _mail(f"In-Reply-To: {SIGNED}", sender=STRANGER)

    assert _choose(mail, own=PLAIN) == Threading(12, "signed_message_id", role="participant")


def test_closed_tickets_get_a_linked_successor() -> None:
    """A reply long after the end opens a new ticket; machines and operators do not."""
    closed = _known(KnownTicket(12, "closed", CASEY, frozenset({CASEY})))
    mail = _mail(f"In-Reply-To: {SIGNED}")

    assert _choose(mail, closed) == Threading(None, "signed_message_id:closed", linked=12)
    assert _choose(mail, closed, is_machine=True).ticket == 12
    assert (
        _choose(_mail(f"In-Reply-To: {SIGNED}", sender=ADA), closed, proof=OperatorProof(ADA, "dmarc")).ticket
        == 12
    )


def test_an_old_mail_used_as_address_book_starts_something_new() -> None:
    """New subject and nothing of ours quoted: a new ticket. Either the subject or a quote keeps the thread."""
    other = "Question about invoice 7"

    assert _choose(_mail(subject=other), to=REPLY_TO) == Threading(
        None, "reply_address:new_subject", linked=12
    )
    assert (
        _choose(_mail(subject=other, body=f"No.\n\n> {ANSWER[:40]}\n> {ANSWER[40:]}"), to=REPLY_TO).ticket
        == 12
    )
    assert _choose(_mail(subject=""), to=REPLY_TO).ticket == 12
    assert _choose(_mail(subject=f"{other} [#12]"), to=REPLY_TO).ticket == 12
    assert _choose(_mail(subject=other), to=REPLY_TO, is_machine=True).ticket == 12
    unanswered = _known(KnownTicket(12, "new", CASEY, frozenset({CASEY}), ("Broken chair",)))
    assert _choose(_mail(subject=other), unanswered, to=REPLY_TO).ticket == 12


def test_a_copied_outlook_index_proves_no_reply() -> None:
    """Applications reuse a Thread-Index; without the subject it joins nothing."""
    known = _known(conversations={ROOT.hex(): (12,)})
    index = f"Thread-Index: {base64.b64encode(ROOT).decode()}"

    assert _choose(_mail(index, subject="Other"), known) == Threading(
        None, "conversation_index:new_subject", linked=12
    )


def test_merged_tickets_lead_on() -> None:
    """A reply to a merged ticket joins the one it went into, over several merges."""
    target = KnownTicket(3, "open", CASEY, frozenset({CASEY}))
    chain = _known(
        KnownTicket(12, "merged", CASEY, frozenset(), merged_into=2),
        KnownTicket(2, "merged", CASEY, frozenset(), merged_into=3),
        target,
    )

    assert _choose(_mail(f"In-Reply-To: {SIGNED}"), chain).ticket == 3


def test_the_missing_link_joins_and_links() -> None:
    """A mail that two tickets wait for joins the one it answers and names the other, to be merged."""
    waiting = KnownTicket(13, "new", CASEY, frozenset({CASEY}))
    known = _known(TICKET, waiting, references={**STORED, "<new@customer.example>": ((13, "named"),)})

    assert _choose(_mail(QUOTES_STORED), known) == Threading(
        12, "stored_message_id", linked=13, role="customer"
    )


def test_tickets_that_are_gone_lead_nowhere() -> None:
    """Evidence for an erased ticket is none."""
    assert _choose(_mail(f"In-Reply-To: {SIGNED}"), KnownTickets()) == Threading(None, "new")


def test_bounces_join_the_ticket_of_the_mail_they_return() -> None:
    """By the return path, or by the Message-ID of the returned mail, from whatever address."""
    daemon = _mail(sender="MAILER-DAEMON@mx.customer.example", subject="Undelivered Mail")
    known = _known(outbox_ticket=12)

    assert _choose(daemon, known, to=RETURN, is_machine=True) == Threading(
        12, "return_path", role="participant"
    )
    for returned in (SIGNED, NOTIFIED):
        found = _choose(daemon, is_machine=True, bounce=Bounce(True, (), returned))
        assert found == Threading(12, "returned_message_id", role="participant")


def test_a_proven_operator_joins_any_ticket_his_proof_covers() -> None:
    """Nothing keeps him out, and his mail never counts as the customer's."""
    everywhere = OperatorProof(ADA, "dmarc")
    here = OperatorProof(ADA, "token", frozenset({12}))
    elsewhere = OperatorProof(ADA, "token", frozenset({13}))
    mail = _mail(f"In-Reply-To: {NOTIFIED}", sender=ADA, subject="whatever")

    assert (
        _choose(mail, proof=everywhere)
        == _choose(mail, proof=here)
        == Threading(12, "signed_message_id", role="operator")
    )
    assert _choose(mail, proof=elsewhere) == Threading(
        None, "signed_message_id:other_ticket", linked=12, role="operator"
    )
    assert _choose(_mail(sender=ADA, subject="[#12]"), proof=everywhere).ticket == 12
    assert _choose(_mail(sender=ADA), proof=everywhere) == Threading(None, "new", role="operator")


def test_nothing_known_is_a_new_ticket() -> None:
    """A first mail joins nothing and is linked to nothing."""
    assert _choose(_mail()) == Threading(None, "new", role="customer")


def test_candidates_say_what_to_look_up() -> None:
    """The store is asked for the referenced ids, the mail's own, and the tickets it names; 0 is none."""
    digest = TOKENS.message_id(ticket=0, outbox=1, domain="acme.test", operator=ADA)
    mail = _mail(f"References: <A@x> {digest}", subject="[#7]", sender=ADA)
    found = candidates(mail, Envelope("", (REPLY_TO, RETURN)), TOKENS, own_addresses=OWN, operators=(ADA,))

    assert found.tickets == (12, 7)
    assert found.message_ids == (digest, "<a@x>", "<new@customer.example>")
    assert found.outbox == 34


_TRIES = st.sampled_from(
    [
        f"References: {SIGNED}",
        f"In-Reply-To: {NOTIFIED}",
        QUOTES_STORED,
        "References: <named@x>",
        f"Thread-Index: {base64.b64encode(ROOT).decode()}",
        f"Cc: {CASEY}",
        f"Reply-To: {CASEY}",
        f"Sender: {ADA}",
        f"To: {RETURN.replace('b34', 't12')}",
    ]
)


@given(
    sender=st.sampled_from([STRANGER, ADA, "support@acme.test", "", f'"{CASEY}" <{STRANGER}>']),
    tries=st.lists(_TRIES, max_size=5),
    subject=st.sampled_from(["[#12] Broken chair", "Re: Broken chair", "x"]),
    is_machine=st.booleans(),
)
def test_headers_alone_never_admit_anybody(
    sender: str, tries: list[str], subject: str, *, is_machine: bool
) -> None:
    """Whatever an outsider copies into a mail, without the address he was given he joins nothing."""
    known = _known(
        references={**STORED, "<named@x>": ((12, "named"),), "<new@customer.example>": ((12, "named"),)},
        conversations={ROOT.hex(): (12,)},
    )

    assert _choose(_mail(*tries, sender=sender, subject=subject), known, is_machine=is_machine).ticket is None
