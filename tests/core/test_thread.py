"""Which ticket a mail joins: by what evidence, and who is let in."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threaded_mails import (
    ADA,
    CASEY,
    NOTIFIED,
    OWN,
    PAT,
    PLAIN,
    QUOTES_STORED,
    REPLY_TO,
    RETURN,
    ROOT,
    SIGNED,
    STORED,
    STRANGER,
    TICKET,
    TOKENS,
    choose_for,
    knowing,
    written,
)

from inboxd.core.authenticate import OperatorProof
from inboxd.core.facts import Threading
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.mail import Bounce, Envelope, Mail
from inboxd.core.thread import candidates


@pytest.mark.parametrize(
    ("mail", "to", "known", "by"),
    [
        (written(), REPLY_TO, None, "reply_address"),
        (written(f"In-Reply-To: {SIGNED}"), "support@acme.test", None, "signed_message_id"),
        (written(QUOTES_STORED), "support@acme.test", knowing(references=STORED), "stored_message_id"),
        (written(subject="Re: [#12] Broken chair"), "support@acme.test", None, "subject_tag"),
        (written(subject="Another thing [#12]"), "support@acme.test", None, "subject_tag"),
        (
            written("References: <never@seen.example>"),
            "support@acme.test",
            knowing(references={"<never@seen.example>": ((12, "named"),)}),
            "shared_reference",
        ),
        (
            written(),
            "support@acme.test",
            knowing(references={"<new@customer.example>": ((12, "named"),)}),
            "early_reply",
        ),
        (
            written(f"Thread-Index: {base64.b64encode(ROOT + b'12345').decode()}"),
            "support@acme.test",
            knowing(conversations={ROOT.hex(): (12,)}),
            "conversation_index",
        ),
    ],
)
def test_a_participant_joins_by_any_evidence(
    mail: Mail, to: str, known: KnownTickets | None, by: str
) -> None:
    """Each kind of evidence leads the customer back to his ticket, and is named."""
    assert choose_for(mail, known, to=to) == Threading(12, by, role="customer")


def test_evidence_is_believed_in_order() -> None:
    """The signed address beats signed ids, these beat stored ids, the nearest reference comes first, tags last."""
    others = [KnownTicket(number, "open", CASEY, frozenset({CASEY})) for number in (1, 2, 3, 4)]
    known = knowing(
        TICKET,
        *others,
        references={"<1@x>": ((1, "seen"),), "<2@x>": ((2, "own"),), "<3@x>": ((3, "named"),)},
    )
    references = "References: <1@x> <2@x> <3@x>"

    assert choose_for(written(references, subject="[#4] x"), known).ticket == 2
    assert choose_for(written("In-Reply-To: <1@x>", references, subject="[#4] x"), known).ticket == 2
    assert choose_for(written("In-Reply-To: <3@x>", subject="[#4] x"), known).ticket == 3
    assert choose_for(written(references.replace("<1@x>", SIGNED)), known).ticket == 12
    assert choose_for(written(references), known, to=REPLY_TO).ticket == 12
    assert choose_for(written(subject="[#4] x"), known).ticket == 4


def test_copied_people_are_participants() -> None:
    """Whoever was copied may join, and is told from the customer."""
    assert choose_for(written(f"In-Reply-To: {SIGNED}", sender=PAT)) == Threading(
        12, "signed_message_id", role="participant"
    )


def test_a_stranger_who_quotes_our_ids_gets_a_linked_ticket() -> None:
    """Ids in headers anybody may copy: he stays outside, the operator sees where he came from."""
    known = knowing(references=STORED)

    for mail, by in (
        (written(f"In-Reply-To: {SIGNED}", sender=STRANGER), "signed"),
        (written(QUOTES_STORED, sender=STRANGER), "stored"),
    ):
        assert choose_for(mail, known) == Threading(None, f"{by}_message_id:stranger", linked=12)


def test_what_anybody_may_share_does_not_even_link_a_stranger() -> None:
    """An id never seen, an Outlook index and a tag on another subject mean nothing from a stranger."""
    known = knowing(references={"<never@seen.example>": ((12, "named"),)}, conversations={ROOT.hex(): (12,)})
    index = base64.b64encode(ROOT).decode()
    mail = written(
        "References: <never@seen.example>", f"Thread-Index: {index}", sender=STRANGER, subject="[#12] Offer"
    )

    assert choose_for(mail, known) == Threading(None, "new")
    assert choose_for(written(sender=STRANGER, subject="[#12] Broken chair")) == Threading(
        None, "subject_tag:stranger", linked=12
    )


def test_the_reply_address_admits_whoever_was_given_it() -> None:
    """A colleague, or the customer's other address, holds the proof in his hands."""
    assert choose_for(written(sender=STRANGER), to=REPLY_TO) == Threading(
        12, "reply_address", role="participant"
    )


def test_without_plus_addresses_the_signed_id_does_that_work() -> None:
    """Where no address can carry a token the signed Message-ID is the proof (DESIGN 4.6)."""
    mail = written(f"In-Reply-To: {SIGNED}", sender=STRANGER)

    assert choose_for(mail, own=PLAIN) == Threading(12, "signed_message_id", role="participant")


def test_bounces_join_the_ticket_of_the_mail_they_return() -> None:
    """By the return path, or by the Message-ID of the returned mail, from whatever address."""
    daemon = written(sender="MAILER-DAEMON@mx.customer.example", subject="Undelivered Mail")
    known = knowing(outbox_ticket=12)

    assert choose_for(daemon, known, to=RETURN, is_machine=True) == Threading(
        12, "return_path", role="participant"
    )
    for returned in (SIGNED, NOTIFIED):
        found = choose_for(daemon, is_machine=True, bounce=Bounce(True, (), returned))
        assert found == Threading(12, "returned_message_id", role="participant")


def test_a_proven_operator_joins_any_ticket_his_proof_covers() -> None:
    """Nothing keeps him out, and his mail never counts as the customer's."""
    everywhere = OperatorProof(ADA, "dmarc")
    here = OperatorProof(ADA, "token", frozenset({12}))
    elsewhere = OperatorProof(ADA, "token", frozenset({13}))
    mail = written(f"In-Reply-To: {NOTIFIED}", sender=ADA, subject="whatever")

    assert (
        choose_for(mail, proof=everywhere)
        == choose_for(mail, proof=here)
        == Threading(12, "signed_message_id", role="operator")
    )
    assert choose_for(mail, proof=elsewhere) == Threading(
        None, "signed_message_id:other_ticket", linked=12, role="operator"
    )
    assert choose_for(written(sender=ADA, subject="[#12]"), proof=everywhere).ticket == 12
    assert choose_for(written(sender=ADA), proof=everywhere) == Threading(None, "new", role="operator")


def test_nothing_known_is_a_new_ticket() -> None:
    """A first mail joins nothing and is linked to nothing."""
    assert choose_for(written()) == Threading(None, "new", role="customer")


def test_candidates_say_what_to_look_up() -> None:
    """The store is asked for the referenced ids, the mail's own, and the tickets it names; 0 is none."""
    digest = TOKENS.message_id(ticket=0, outbox=1, domain="acme.test", operator=ADA)
    mail = written(f"References: <A@x> {digest}", subject="[#7]", sender=ADA)
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
    known = knowing(
        references={**STORED, "<named@x>": ((12, "named"),), "<new@customer.example>": ((12, "named"),)},
        conversations={ROOT.hex(): (12,)},
    )

    assert (
        choose_for(written(*tries, sender=sender, subject=subject), known, is_machine=is_machine).ticket
        is None
    )
