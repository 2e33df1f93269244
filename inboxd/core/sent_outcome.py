"""What an operator wrote straight to the customer, from the mailbox: the answer, and never sent again."""

from dataclasses import replace

from inboxd.core.decision import Decision
from inboxd.core.drafts import SENT
from inboxd.core.edit_distance import edit_distance
from inboxd.core.evidence import message_id_key
from inboxd.core.facts import Facts
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import DraftSent, Outcome, change_status, require_ticket, with_missing_link
from inboxd.core.reply_headers import base_subject
from inboxd.core.rule_actions import Surroundings, act_all
from inboxd.core.sent_copy import SentCopy
from inboxd.core.states import TicketEvent, TicketStatus
from inboxd.core.ticket import Message, Participant, Reference, Ticket

# What of a mail's references is remembered, so that an answer finds the question that comes after it.
_MOST_NAMED = 20


def work_out_sent(
    facts: Facts, decision: Decision, ticket: Ticket | None, next_number: int, around: Surroundings
) -> Outcome:
    """Return what follows from a mail in Sent that belongs to a customer of the desk.

    To the customer it is the answer: response clocks stop, the ticket waits for him, drafts are withdrawn. To somebody
    else it is noted. To somebody who has no ticket it begins one that waits for him and asks for no survey.
    """
    sent = _require_sent(facts)
    if sent.note:
        outcome = Outcome(ticket=ticket) if ticket else _begun(facts, sent, next_number, around)
        return replace(outcome, messages=(*outcome.messages, _line(facts, sent, around)))
    if ticket is None:
        outcome = _begun(facts, sent, next_number, around)
    elif not (sent.reaches or sent.placed):
        return _noted(Outcome(ticket=ticket), facts, sent, around)
    else:
        outcome = _answered(Outcome(ticket=ticket), facts, sent)
    outcome = _with_line(outcome, facts, sent, around)
    return act_all(outcome, decision.actions, around)


def _begun(facts: Facts, sent: SentCopy, number: int, around: Surroundings) -> Outcome:
    wrote = (one.address for one in around.colleagues if one.address == sent.author)
    ticket = Ticket(
        number=number,
        subject=base_subject(facts.mail.subject, number),
        customer_id=facts.customer.customer_id or 0,
        created_at=sent.at,
        updated_at=facts.now,
        # He wrote first: it is the customer's turn, and nothing is owed to anybody.
        status=TicketStatus.PENDING.value,
        language=facts.language or facts.customer.language,
        assignee=next(wrote, ""),
        survey="never",
        linked_to=facts.threading.linked,
    )
    return Outcome(ticket=ticket, is_new=True).with_event("begun", sent.author)


def _answered(outcome: Outcome, facts: Facts, sent: SentCopy) -> Outcome:
    if facts.imported:
        return with_missing_link(outcome, facts.threading.linked)
    outcome = _with_feedback(outcome, facts, sent)
    if sent.crossed:
        return outcome.with_event("crossed", sent.author)
    ticket = require_ticket(outcome)
    outcome = change_status(
        outcome, TicketEvent.OPERATOR_REPLIED, facts.now, actor=sent.author, by="answered from the mailbox"
    )
    outcome = outcome.with_ticket(
        first_response_at=ticket.first_response_at or facts.now,
        waiting_since=None,
        suggested_article="",
        suggested_confidence=None,
    )
    return outcome.with_event(
        "answered", sent.author, automatic=False, by="mailbox", message_id=facts.mail.message_id
    )


def _with_feedback(outcome: Outcome, facts: Facts, sent: SentCopy) -> Outcome:
    """Keep how far his words are from the draft he had before him: what the article was worth (0: sent unchanged)."""
    if sent.offered is None:
        return outcome
    offered = sent.offered
    distance = round(edit_distance(offered.text, facts.written.new_text), 4)
    outcome = replace(outcome, draft_sent=DraftSent(offered.draft_id, distance))
    return outcome.with_event(
        SENT, sent.author, draft=offered.draft_id, article=offered.article, distance=distance
    )


def _with_line(outcome: Outcome, facts: Facts, sent: SentCopy, around: Surroundings) -> Outcome:
    mail = facts.mail
    # The kind of a person's own words, however they left; "answer" is what a machine said.
    kind = Kind.ACKNOWLEDGEMENT if sent.by_machine else Kind.RELAY
    message = replace(_line(facts, sent, around), direction="out", kind=kind.value)
    key = message_id_key(mail.message_id)
    quoted = dict.fromkeys(
        message_id_key(one) for one in (*mail.in_reply_to, *mail.references[-_MOST_NAMED:])
    )
    references = (
        *((Reference(key, "own"),) if key else ()),
        *(Reference(one, "named") for one in quoted if one),
    )
    people = tuple(
        Participant(
            one.key, one.display_name, "customer" if one.key == facts.customer.address else "participant"
        )
        for one in sent.to
    )
    return replace(
        outcome,
        ticket=replace(require_ticket(outcome), updated_at=facts.now),
        messages=(*outcome.messages, message),
        references=(*outcome.references, *references),
        participants=(*outcome.participants, *people),
    )


def _noted(outcome: Outcome, facts: Facts, sent: SentCopy, around: Surroundings) -> Outcome:
    """Note what went to somebody else: the customer still waits, and the other must not join his ticket by it."""
    to = [one.key for one in sent.to]
    line = _line(facts, sent, around)
    note = replace(line, text=f"To {', '.join(to)}:\n\n{line.text}", message_id="")
    outcome = replace(outcome, messages=(*outcome.messages, note))
    return outcome.with_event("forwarded", sent.author, to=to, by="mailbox")


def _line(facts: Facts, sent: SentCopy, around: Surroundings) -> Message:
    mail = facts.mail
    return Message(
        direction="note",
        kind="note",
        author=sent.author,
        author_name=mail.from_.display_name,
        at=sent.at,
        text=facts.written.new_text,
        message_id=mail.message_id,
        full_text=mail.text,
        mail_id=around.mail_id,
        attachments=tuple(part.filename for part in mail.attachments),
    )


def _require_sent(facts: Facts) -> SentCopy:
    if facts.sent is None:
        raise ValueError("this course needs a mail from Sent")
    return facts.sent
