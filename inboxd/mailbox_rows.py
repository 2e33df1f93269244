"""What a decision changes in the operator's mailbox, as rows in its transaction: copies in Sent, drafts put and taken."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from inboxd.core.drafts import OFFERED, DraftState, withdrawn_by
from inboxd.core.evidence import message_id_key
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome
from inboxd.core.ticket import Event, Reference
from inboxd.store import conversations, drafts, mailbox_work, tickets
from inboxd.store.drafts import NewDraft
from inboxd.store.mailbox_work import NewWork
from inboxd.store.outbox import NewOutgoing

_ANSWERS = frozenset({Kind.ANSWER.value, Kind.RELAY.value})


@dataclass(frozen=True, slots=True)
class MailboxSheet:
    """Which mailbox gets copies of answers (empty: none does), and the draft that shall lie ready, if any."""

    sent_account: str = ""
    draft: NewDraft | None = None


def copy_to_sent(
    connection: Connection, account: str, mail: NewOutgoing, number: int | None, now: dt.datetime
) -> None:
    """Let an answer that was queued lie in Sent once it has left, so that his mail client shows all that was said."""
    if not account or mail.kind not in _ANSWERS:
        return
    work = NewWork(
        mailbox_work.APPEND_SENT,
        account,
        once_key=f"sent:{mail.outbox_id}",
        ticket_number=number,
        outbox_id=mail.outbox_id,
    )
    mailbox_work.enqueue(connection, work, now)


def write_drafts(
    connection: Connection, outcome: Outcome, number: int, draft: NewDraft | None, now: dt.datetime
) -> None:
    """Withdraw the drafts an outcome makes useless, note the one that was sent, and offer the new one."""
    if outcome.draft_sent is not None:
        sent = outcome.draft_sent
        drafts.end(connection, sent.draft_id, DraftState.SENT, "sent", now, sent.distance)
        _take_away(connection, sent.draft_id, now)
    if why := withdrawn_by(outcome):
        _withdraw(connection, number, why, now)
    for merged in outcome.merges:
        _withdraw(connection, merged, f"the ticket is part of #{number} now", now)
    if draft is not None:
        _offer(connection, draft, now)


def _withdraw(connection: Connection, number: int, why: str, now: dt.datetime) -> None:
    for draft in drafts.open_of_ticket(connection, number):
        drafts.end(connection, draft.id, DraftState.WITHDRAWN, why, now)
        _take_away(connection, draft.id, now)


def _take_away(connection: Connection, draft_id: int, now: dt.datetime) -> None:
    mailbox_work.cancel_for_draft(connection, draft_id, mailbox_work.APPEND_DRAFT)
    draft = drafts.find(connection, draft_id)
    if draft is not None:
        work = NewWork(
            mailbox_work.DELETE_DRAFT,
            draft.account,
            once_key=f"delete:{draft_id}",
            ticket_number=draft.ticket_number,
            draft_id=draft_id,
        )
        mailbox_work.enqueue(connection, work, now)


def _offer(connection: Connection, draft: NewDraft, now: dt.datetime) -> None:
    for earlier in drafts.open_of_ticket(connection, draft.ticket_number):
        # Two drafts for one question would be sent as two answers.
        drafts.end(connection, earlier.id, DraftState.WITHDRAWN, "a newer one lies ready", now)
        _take_away(connection, earlier.id, now)
    drafts.insert_draft(connection, draft, now)
    # A client may send it under the id it has; then answers to it lead here.
    reference = Reference(message_id_key(draft.message_id), "own")
    conversations.add_references(connection, draft.ticket_number, (reference,))
    event = Event(OFFERED, {"draft": draft.draft_id, "article": draft.article})
    tickets.add_event(connection, event, now, ticket_number=draft.ticket_number, mail_id=draft.mail_id)
    work = NewWork(
        mailbox_work.APPEND_DRAFT,
        draft.account,
        once_key=f"draft:{draft.draft_id}",
        ticket_number=draft.ticket_number,
        draft_id=draft.draft_id,
    )
    mailbox_work.enqueue(connection, work, now)
