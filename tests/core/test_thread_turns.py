"""Where a mail goes whose ticket is closed, merged, gone or about something else."""

import base64

from threaded_mails import (
    ADA,
    ANSWER,
    CASEY,
    QUOTES_STORED,
    REPLY_TO,
    ROOT,
    SIGNED,
    STORED,
    TICKET,
    choose_for,
    knowing,
    written,
)

from inboxd.core.authenticate import OperatorProof
from inboxd.core.facts import Threading
from inboxd.core.known_tickets import KnownTicket, KnownTickets


def test_closed_tickets_get_a_linked_successor() -> None:
    """A reply long after the end opens a new ticket; machines and operators do not."""
    closed = knowing(KnownTicket(12, "closed", CASEY, frozenset({CASEY})))
    mail = written(f"In-Reply-To: {SIGNED}")

    assert choose_for(mail, closed) == Threading(None, "signed_message_id:closed", linked=12)
    assert choose_for(mail, closed, is_machine=True).ticket == 12
    assert (
        choose_for(
            written(f"In-Reply-To: {SIGNED}", sender=ADA), closed, proof=OperatorProof(ADA, "dmarc")
        ).ticket
        == 12
    )


def test_an_old_mail_used_as_address_book_starts_something_new() -> None:
    """New subject and nothing of ours quoted: a new ticket. Either the subject or a quote keeps the thread."""
    other = "Question about invoice 7"

    assert choose_for(written(subject=other), to=REPLY_TO) == Threading(
        None, "reply_address:new_subject", linked=12
    )
    assert (
        choose_for(
            written(subject=other, body=f"No.\n\n> {ANSWER[:40]}\n> {ANSWER[40:]}"), to=REPLY_TO
        ).ticket
        == 12
    )
    assert choose_for(written(subject=""), to=REPLY_TO).ticket == 12
    assert choose_for(written(subject=f"{other} [#12]"), to=REPLY_TO).ticket == 12
    assert choose_for(written(subject=other), to=REPLY_TO, is_machine=True).ticket == 12
    unanswered = knowing(KnownTicket(12, "new", CASEY, frozenset({CASEY}), ("Broken chair",)))
    assert choose_for(written(subject=other), unanswered, to=REPLY_TO).ticket == 12


def test_a_copied_outlook_index_proves_no_reply() -> None:
    """Applications reuse a Thread-Index; without the subject it joins nothing."""
    known = knowing(conversations={ROOT.hex(): (12,)})
    index = f"Thread-Index: {base64.b64encode(ROOT).decode()}"

    assert choose_for(written(index, subject="Other"), known) == Threading(
        None, "conversation_index:new_subject", linked=12
    )


def test_merged_tickets_lead_on() -> None:
    """A reply to a merged ticket joins the one it went into, over several merges."""
    target = KnownTicket(3, "open", CASEY, frozenset({CASEY}))
    chain = knowing(
        KnownTicket(12, "merged", CASEY, frozenset(), merged_into=2),
        KnownTicket(2, "merged", CASEY, frozenset(), merged_into=3),
        target,
    )

    assert choose_for(written(f"In-Reply-To: {SIGNED}"), chain).ticket == 3


def test_the_missing_link_joins_and_links() -> None:
    """A mail that two tickets wait for joins the one it answers and names the other, to be merged."""
    waiting = KnownTicket(13, "new", CASEY, frozenset({CASEY}))
    known = knowing(TICKET, waiting, references={**STORED, "<new@customer.example>": ((13, "named"),)})

    assert choose_for(written(QUOTES_STORED), known) == Threading(
        12, "stored_message_id", linked=13, role="customer"
    )


def test_tickets_that_are_gone_lead_nowhere() -> None:
    """Evidence for an erased ticket is none."""
    assert choose_for(written(f"In-Reply-To: {SIGNED}"), KnownTickets()) == Threading(None, "new")
