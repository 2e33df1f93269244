"""Apply: the second of the three commits. Everything that follows from one event becomes rows, or nothing does."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from inboxd import maillog
from inboxd.core.compose import Kind
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.schedule import deadlines, sla_event, with_due_times
from inboxd.core.sla import SlaEvent
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Event, Ticket
from inboxd.core.views import ArticleView, CustomerView, DigestView, DueView
from inboxd.core.working_time import next_working_moment
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.letters import Correspondence, Written, write_letters
from inboxd.store import customers, learnt, outbox, surveys, tickets
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import read, write
from inboxd.webhooks import write_calls

_ANSWERS = frozenset({Kind.ANSWER, Kind.RELAY})


@dataclass(frozen=True, slots=True)
class Cause:
    """What the outcome follows from, as far as the mails we write must know. ``address`` is who asked.

    ``answering`` is the Message-ID our mails answer; ``also`` runs in the same transaction (marking a mail processed,
    noting a job's run) and may refuse it by raising.
    """

    mail_id: int | None = None
    address: str = ""
    name: str = ""
    language: str = ""
    answering: str = ""
    authenticated: bool = True
    thread_headers: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[ArticleView, ...] = ()
    promise: dt.datetime | None = None
    working_hours: bool = True
    digest: DigestView | None = None
    also: Callable[[Connection, Ticket | None], None] = field(default=lambda _connection, _ticket: None)


def apply(desk: Desk, outcome: Outcome, dossier: Dossier, cause: Cause, now: dt.datetime) -> Ticket | None:
    """Write an outcome in one transaction; return the ticket as it is now.

    Raises ``TransientError`` when somebody else changed the ticket or took an id meanwhile: read and decide again.
    """
    outcome = _with_answers(outcome, now)
    history = (*dossier.history, *_new_history(outcome, now))
    outcome = _with_schedule(desk, outcome, dossier, history, now)
    about = _correspondence(desk, outcome, dossier, cause, history)
    with read(desk.engine) as connection:
        first_id = outbox.next_id(connection)
    written = write_letters(desk.stationery, outcome.letters, about, first_id, now, cause.mail_id)
    calls = write_calls(desk.stationery, outcome, about, first_id + len(written), now)
    try:
        with write(desk.engine) as connection:
            ticket = _write(connection, outcome, dossier, written, cause, now)
            for call in calls:
                outbox.enqueue(connection, call, now)
            cause.also(connection, ticket)
    except IntegrityError as error:
        raise TransientError(f"somebody else took an id: {error.orig}") from error
    if written or calls:
        desk.wake_outgoing()
    return ticket


def _with_answers(outcome: Outcome, now: dt.datetime) -> Outcome:
    """Stop the response clocks for an answer or a relay; an acknowledgement stops none."""
    if outcome.ticket is None or not any(letter.kind in _ANSWERS for letter in outcome.letters):
        return outcome
    ticket = outcome.ticket
    answered = outcome.with_ticket(first_response_at=ticket.first_response_at or now, waiting_since=None)
    automatic = not any(letter.kind is Kind.RELAY for letter in outcome.letters)
    return answered.with_event("answered", "", automatic=automatic)


def _new_history(outcome: Outcome, now: dt.datetime) -> tuple[SlaEvent, ...]:
    found = (sla_event(_asked_at(outcome, event, now), event) for event in outcome.events)
    return tuple(event for event in found if event is not None)


def _asked_at(outcome: Outcome, event: Event, now: dt.datetime) -> dt.datetime:
    """Return when an event counts from: a question from the acceptance of its mail, all else from now."""
    incoming = [message.at for message in outcome.messages if message.direction == "in"]
    return incoming[0] if event.kind == "asked" and incoming else now


def _with_schedule(
    desk: Desk, outcome: Outcome, dossier: Dossier, history: tuple[SlaEvent, ...], now: dt.datetime
) -> Outcome:
    if outcome.ticket is None:
        return outcome
    tags = dossier.customer.tags if dossier.customer else ()
    ticket = with_due_times(outcome.ticket, desk.sla_terms, history, tags)
    if ticket.status in {TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.MERGED}:
        ticket = replace(ticket, chase_at=None, idle_at=None)
    elif any(message.direction != "note" for message in outcome.messages) or outcome.letters:
        ticket = replace(ticket, idle_at=now + desk.config.sla.idle_after)
    outcome = replace(outcome, ticket=ticket)
    return _with_survey(desk, outcome, now)


def _with_survey(desk: Desk, outcome: Outcome, now: dt.datetime) -> Outcome:
    """Plan a survey for a ticket that is solved by this outcome; sending it checks everything again."""
    solved = any(event.kind == "status" and event.detail.get("to") == "solved" for event in outcome.events)
    ticket, plan = require_ticket(outcome), desk.config.survey
    if not solved or ticket.survey == "never" or not (plan.enabled or ticket.survey == "always"):
        return outcome
    due_at = next_working_moment(desk.sla_terms.hours, now + plan.after)
    return replace(outcome, survey_due_at=due_at)


def _correspondence(
    desk: Desk, outcome: Outcome, dossier: Dossier, cause: Cause, history: tuple[SlaEvent, ...]
) -> Correspondence:
    ticket, customer = outcome.ticket, dossier.customer
    due: tuple[DueView, ...] = ()
    if ticket is not None:
        tags = customer.tags if customer else ()
        running = deadlines(ticket, desk.sla_terms, history, tags)
        due = tuple(DueView(one.target, one.due) for one in running)
    known = {letter.article for letter in outcome.letters if letter.article}
    return Correspondence(
        ticket=ticket,
        customer=_customer_view(dossier, cause, is_new=outcome.is_new),
        language=(ticket.language if ticket else "") or cause.language or desk.config.desk.language,
        messages=(*dossier.messages, *outcome.messages),
        due=due,
        promise=cause.promise,
        working_hours=cause.working_hours,
        authenticated=cause.authenticated,
        articles={
            slug: view for slug in known if (view := desk.knowledge.article_view(slug, ticket)) is not None
        },
        suggestions=cause.suggestions,
        answering=cause.answering,
        thread_headers=cause.thread_headers,
        digest=cause.digest,
    )


def _customer_view(dossier: Dossier, cause: Cause, *, is_new: bool) -> CustomerView:
    customer = dossier.customer
    if customer is None:
        return CustomerView(cause.name, cause.address)
    address = cause.address or next(
        (one.address for one in dossier.participants if one.role == "customer"),
        next(iter(customer.addresses), ""),
    )
    return CustomerView(
        cause.name or customer.name, address, customer.tags, customer.tickets + is_new, customer.satisfaction
    )


def _write(
    connection: Connection,
    outcome: Outcome,
    dossier: Dossier,
    written: tuple[Written, ...],
    cause: Cause,
    now: dt.datetime,
) -> Ticket | None:
    ticket = _write_ticket(connection, outcome, dossier, cause, now)
    number = ticket.number if ticket else None
    if number is not None:
        for message in outcome.messages:
            tickets.add_message(connection, number, message)
        tickets.add_references(connection, number, outcome.references)
        tickets.add_participants(connection, number, outcome.participants, now)
    _write_letters(connection, number, written, now)
    for event in outcome.events:
        at = _asked_at(outcome, event, now)
        detail = (
            event.detail if event.kind != "answered" else {**event.detail, "message_id": _answer_id(written)}
        )
        named = Event(event.kind, detail, event.actor)
        tickets.add_event(connection, named, at, ticket_number=number, mail_id=cause.mail_id)
    _write_people(connection, outcome, ticket, now)
    return ticket


def _write_ticket(
    connection: Connection, outcome: Outcome, dossier: Dossier, cause: Cause, now: dt.datetime
) -> Ticket | None:
    ticket = outcome.ticket
    if ticket is None:
        return None
    if not outcome.is_new:
        tickets.update_ticket(connection, ticket)
        return replace(ticket, version=ticket.version + 1)
    customer = dossier.customer
    if customer is None:
        customer_id = customers.insert_customer(connection, cause.address, cause.name, cause.language, now)
    else:
        customer_id = customer.customer_id
        customers.note_contact(connection, customer_id, cause.name, cause.language, now)
    ticket = replace(ticket, customer_id=customer_id)
    tickets.insert_ticket(connection, ticket)
    return ticket


def _write_letters(
    connection: Connection, number: int | None, written: tuple[Written, ...], now: dt.datetime
) -> None:
    for one in written:
        if not outbox.enqueue(connection, one.outgoing, now):
            continue
        maillog.enqueued(one.outgoing.outbox_id, one.outgoing.kind, number)
        if number is None:
            continue
        tickets.add_references(connection, number, (one.reference,))
        if one.message is not None:
            tickets.add_message(connection, number, one.message)


def _answer_id(written: tuple[Written, ...]) -> str:
    kinds = {kind.value for kind in _ANSWERS}
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
        surveys.record_answer(connection, answer.survey_id, answer.score, answer.comment, now)
    if ticket is None:
        return
    for merged in outcome.merges:
        tickets.merge(connection, merged, ticket.number, now)
    if outcome.withdraw_survey:
        surveys.withdraw(connection, ticket.number, outcome.withdraw_survey, now)
    if outcome.survey_due_at is not None:
        surveys.plan(connection, ticket.number, ticket.customer_id, outcome.survey_due_at)
