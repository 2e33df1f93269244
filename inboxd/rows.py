"""An outcome becomes rows. Everything here runs inside of the one transaction that ``apply`` opens."""

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.core.drafts import withdrawn_by
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome
from inboxd.core.ticket import Event, Ticket
from inboxd.letters import Written
from inboxd.mailbox_rows import MailboxSheet, copy_to_sent, write_drafts
from inboxd.store import (
    absences,
    confirmations,
    conversations,
    customer_merge,
    customers,
    learnt,
    outbox,
    regroup,
    reminders,
    surveys,
    tickets,
)
from inboxd.store.outbox import NewOutgoing

ANSWERS = frozenset({Kind.ANSWER, Kind.RELAY})
_NOBODY_WAITS = frozenset({"pending", "solved", "closed", "merged"})


class Wrote(Enum):
    """Whether the customer of the ticket wrote: not now, from an address of his, or from one he has not yet."""

    NOT = auto()
    AS_KNOWN = auto()
    FROM_ANOTHER = auto()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One outcome ready to be written: its letters and webhooks composed, its customer known or described.

    ``name`` and ``language`` are what the mail says of him; ``address`` is where a customer nobody knew wrote from.
    """

    outcome: Outcome
    customer_id: int | None
    address: str
    name: str
    language: str
    mail_id: int | None
    letters: tuple[Written, ...] = ()
    calls: tuple[NewOutgoing, ...] = ()
    mailbox: MailboxSheet = field(default_factory=MailboxSheet)
    wrote: Wrote = Wrote.NOT

    @property
    def touches_drafts(self) -> bool:
        """Return whether a draft is to be put into the mailbox, or perhaps taken out of it."""
        changed = self.mailbox.draft is not None or self.outcome.draft_sent is not None
        return changed or bool(withdrawn_by(self.outcome))


def write_rows(connection: Connection, sheet: Sheet, now: dt.datetime) -> Ticket | None:
    """Write one outcome; return its ticket as it is now. Raises ``ConcurrentChangeError`` when it was changed."""
    outcome, written = sheet.outcome, sheet.letters
    ticket = _write_ticket(connection, sheet, now)
    number = ticket.number if ticket else None
    if number is not None:
        _regroup(connection, outcome, number)
        if _outdates_reminders(outcome):
            reminders.withdraw(connection, number)
        for message in outcome.messages:
            tickets.add_message(connection, number, message)
        conversations.add_references(connection, number, outcome.references)
        conversations.add_participants(connection, number, outcome.participants, now)
        write_drafts(connection, outcome, number, sheet.mailbox.draft, now)
    _write_letters(connection, number, written, sheet.mailbox.sent_account, now)
    for event in outcome.events:
        at = asked_at(outcome, event, now)
        detail = (
            event.detail if event.kind != "answered" else {"message_id": _answer_id(written), **event.detail}
        )
        named = Event(event.kind, detail, event.actor)
        tickets.add_event(connection, named, at, ticket_number=number, mail_id=sheet.mail_id)
    for call in sheet.calls:
        outbox.enqueue(connection, call, now)
    _write_people(connection, outcome, ticket, now)
    return ticket


def write_promises(connection: Connection, outcome: Outcome, now: dt.datetime) -> None:
    """Write down what an operator's mail leaves behind, once its tickets and letters are written."""
    if outcome.settles is not None:
        confirmations.settle(connection, outcome.settles)
    pending = outcome.pending
    asked_in = outbox.find_once_key(connection, pending.once_key) if pending else None
    if pending is not None and asked_in is not None:
        confirmations.keep(connection, asked_in, pending.operator, pending.commands, now)
    if outcome.absence is not None:
        absences.save(connection, outcome.absence, now)
        regroup.look_again(connection, now)


def asked_at(outcome: Outcome, event: Event, now: dt.datetime) -> dt.datetime:
    """Return when an event counts from: a question from the acceptance of its mail, all else from now."""
    incoming = [message.at for message in outcome.messages if message.direction == "in"]
    return incoming[0] if event.kind == "asked" and incoming else now


def _outdates_reminders(outcome: Outcome) -> bool:
    """Return whether a reminder that has not left yet would tell of something that is no longer so."""
    chased = any(letter.kind is Kind.CHASE for letter in outcome.letters)
    settled = any(
        event.kind == "answered" or (event.kind == "status" and event.detail.get("to") in _NOBODY_WAITS)
        for event in outcome.events
    )
    return not outcome.is_new and (chased or settled)


def _regroup(connection: Connection, outcome: Outcome, number: int) -> None:
    for withdrawal in outcome.withdrawals:
        regroup.withdraw(connection, number, withdrawal.author, withdrawal.at)
    for moved in outcome.moved:
        regroup.move_mail(connection, moved.mail_id, moved.from_number, number)


def _write_ticket(connection: Connection, sheet: Sheet, now: dt.datetime) -> Ticket | None:
    ticket = sheet.outcome.ticket
    if ticket is None:
        return None
    if not sheet.outcome.is_new:
        tickets.update_ticket(connection, ticket)
        if sheet.wrote is Wrote.AS_KNOWN:
            customers.note_contact(connection, ticket.customer_id, sheet.name, sheet.language, now)
        return replace(ticket, version=ticket.version + 1)
    customer_id = sheet.customer_id
    if customer_id is None:
        customer_id = customers.insert_customer(connection, sheet.address, sheet.name, sheet.language, now)
    else:
        customers.note_contact(connection, customer_id, sheet.name, sheet.language, now)
        if sheet.wrote is Wrote.FROM_ANOTHER:
            customers.add_address(connection, customer_id, sheet.address)
    ticket = replace(ticket, customer_id=customer_id)
    tickets.insert_ticket(connection, ticket)
    return ticket


def _write_letters(
    connection: Connection,
    number: int | None,
    written: tuple[Written, ...],
    sent_account: str,
    now: dt.datetime,
) -> None:
    for one in written:
        if not outbox.enqueue(connection, one.outgoing, now):
            continue
        copy_to_sent(connection, sent_account, one.outgoing, number, now)
        maillog.enqueued(one.outgoing.outbox_id, one.outgoing.kind, number)
        if number is None:
            continue
        conversations.add_references(connection, number, (one.reference,))
        if one.message is not None:
            tickets.add_message(connection, number, one.message)


def _answer_id(written: tuple[Written, ...]) -> str:
    kinds = {kind.value for kind in ANSWERS}
    return next((one.outgoing.message_id for one in written if one.outgoing.kind in kinds), "")


def _write_people(connection: Connection, outcome: Outcome, ticket: Ticket | None, now: dt.datetime) -> None:
    for address, reason in outcome.undeliverable:
        customers.mark_undeliverable(connection, address, reason, now)
    for address in outcome.deliverable:
        customers.mark_deliverable(connection, address)
    for evidence in outcome.learnt:
        learnt.add(connection, evidence, now, ticket.number if ticket else None)
    if outcome.survey_answered is not None:
        answer = outcome.survey_answered
        surveys.record_answer(connection, answer, now)
    if ticket is None:
        return
    for merged in outcome.merges:
        tickets.merge(connection, merged, ticket.number, now)
    if outcome.same_person:
        customer_merge.give_address(connection, ticket.customer_id, outcome.same_person)
    if outcome.opts_out:
        customers.opt_out(connection, ticket.customer_id)
    if outcome.withdraw_survey:
        surveys.withdraw(connection, ticket.number, outcome.withdraw_survey, now)
    if outcome.survey_due_at is not None:
        surveys.plan(connection, ticket.number, ticket.customer_id, outcome.survey_due_at)
