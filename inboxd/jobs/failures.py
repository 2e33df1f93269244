"""Failures: a mail of ours that could not be sent is told to the operators once, in the peer's own words."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.apply import Cause, apply
from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome, change_status
from inboxd.core.states import TicketEvent
from inboxd.core.ticket import Ticket
from inboxd.desk import Desk
from inboxd.jobs.occasions import current_case, each
from inboxd.store import outbox
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import read, write
from inboxd.store.outbox import Queued

_ANSWERS = frozenset({Kind.ANSWER.value, Kind.RELAY.value})


def report_failures(desk: Desk, now: dt.datetime) -> int:
    """Tell the operators of every mail that failed for good; return how many there were."""
    with read(desk.engine) as connection:
        failed = outbox.list_unreported_failures(connection)
    return each(failed, lambda one: _report(desk, one, now))


def _report(desk: Desk, failed: Queued, now: dt.datetime) -> None:
    def note(connection: Connection, _ticket: Ticket | None) -> None:
        outbox.mark_reported(connection, failed.outbox_id)

    if failed.kind == Kind.ALARM.value:
        # An alarm about an alarm that cannot be sent would never end; the digest shows it.
        with write(desk.engine) as connection:
            note(connection, None)
        return
    dossier, outcome = Dossier(None, None), Outcome()
    if failed.ticket_number is not None:
        with read(desk.engine) as connection:
            case = current_case(desk, connection, failed.ticket_number, now)
        if case is not None:
            dossier, outcome = case.dossier, Outcome(ticket=case.ticket)
            if failed.kind in _ANSWERS:
                outcome = _unanswer(outcome, failed, now)
    text = f"{failed.kind} to {', '.join(failed.recipients)}: {failed.last_reply}"
    for one in desk.config.operators:
        key = f"failed:{failed.outbox_id}:{failed.attempts}:{one.address.lower()}"
        letter = Letter(
            Kind.ALARM, "alarm", (one.address.lower(),), key, text=text, event=AlarmKind.NOT_DELIVERED.value
        )
        outcome = outcome.with_letter(letter)
    apply(desk, outcome, dossier, Cause(also=note), now)


def _unanswer(outcome: Outcome, failed: Queued, now: dt.datetime) -> Outcome:
    """Take "answered" back: the customer did not get it, so the clocks run on."""
    outcome = outcome.with_event("undelivered", message_id=failed.message_id)
    outcome = change_status(
        outcome, TicketEvent.ANSWER_BOUNCED, now, actor="outbox", by="answer could not be sent"
    )
    return outcome.with_ticket(first_response_at=None)
