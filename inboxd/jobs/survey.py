"""Survey: ask a customer how it went, some time after his ticket was solved; check again before sending."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.core.limits import Occasion, may_send
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket
from inboxd.desk import Desk
from inboxd.jobs.occasions import CalendarCase, apply_case, each, open_case
from inboxd.store import customers, outbox, surveys
from inboxd.store.engine import read, write
from inboxd.store.surveys import Survey

# A survey that comes long after the fact annoys more than it tells.
STALE_AFTER = dt.timedelta(days=7)


def send_surveys(desk: Desk, now: dt.datetime) -> int:
    """Send every survey whose time has come, or withdraw it with the reason; return how many were due."""
    with read(desk.engine) as connection:
        due = surveys.list_due(connection, now)
    return each(due, lambda survey: _settle(desk, survey, now))


def _settle(desk: Desk, survey: Survey, now: dt.datetime) -> None:
    with read(desk.engine) as connection:
        case = open_case(desk, connection, survey.ticket_number, now)
    why_not = reason_against(desk, case, survey, now) if case else "there is no such ticket"
    if case is None or why_not:
        with write(desk.engine) as connection:
            surveys.withdraw(connection, survey.ticket_number, why_not, now)
    else:
        _send(desk, case, survey, now)


def reason_against(desk: Desk, case: CalendarCase, survey: Survey, now: dt.datetime) -> str:
    """Return why this customer is not asked now; empty when he is."""
    customer, ticket = case.dossier.customer, case.ticket
    if ticket.status not in {TicketStatus.SOLVED, TicketStatus.CLOSED}:
        return "not solved any more"
    if now - survey.due_at > STALE_AFTER:
        return "too late to ask"
    if customer is None or customer.opted_out or ticket.survey == "never":
        return "not to be asked"
    asked_lately = customer.surveyed_at is not None and now - customer.surveyed_at < desk.config.survey.every
    if asked_lately and ticket.survey != "always":
        return "asked lately"
    if not case.may_answer:
        return "nothing automatic may be sent to this customer"
    no = may_send(
        desk.config.limits, Occasion(Kind.SURVEY, undeliverable=customer.undeliverable), case.history, now
    )
    return no.sentence if no else ""


def _send(desk: Desk, case: CalendarCase, survey: Survey, now: dt.datetime) -> None:
    letter = Letter(
        Kind.SURVEY, "survey", (case.address,), f"survey:{survey.id}", {"rule": "(survey after solved)"}
    )
    outcome = Outcome(ticket=case.ticket).with_letter(letter).with_event("survey_sent", survey=survey.id)

    def note(connection: Connection, _ticket: Ticket | None) -> None:
        outbox_id = outbox.find_once_key(connection, f"survey:{survey.id}")
        surveys.mark_sent(connection, survey.id, outbox_id or 0, now)
        customers.note_surveyed(connection, survey.customer_id, now)

    apply_case(desk, case, outcome, now, note)
