"""Apply: the second of the three commits. Everything that follows from one event becomes rows, or nothing does."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from inboxd.configmailboxes import drafts_mailbox, sent_mailbox
from inboxd.core.compose import Kind
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.schedule import SlaTerms, deadlines, sla_event, with_due_times
from inboxd.core.sla import SlaEvent, SlaEventKind
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import ArticleView, CustomerView, DueView
from inboxd.core.views import DigestView
from inboxd.core.working_time import next_working_moment
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.letter_views import Correspondence
from inboxd.letters import write_draft, write_letters
from inboxd.mailbox_rows import MailboxSheet
from inboxd.rows import ANSWERS, Sheet, asked_at, write_promises, write_rows
from inboxd.store import drafts, outbox
from inboxd.store.dossiers import Dossier
from inboxd.store.drafts import NewDraft
from inboxd.store.engine import read, write
from inboxd.webhooks import write_calls

# What happened between customer and desk, wherever it was; the other events are the ticket's own.
_CONVERSATION = frozenset({SlaEventKind.ASKED, SlaEventKind.ANSWERED, SlaEventKind.UNDELIVERED})


@dataclass(frozen=True, slots=True)
class Cause:
    """What the outcome follows from, as far as the mails we write must know. ``address`` is who asked.

    ``answering`` is the Message-ID our mails answer, ``explained`` the header fields that tell operators why; ``also`` runs in the same transaction (marking a mail processed,
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
    away_until: dt.datetime | None = None
    working_hours: bool = True
    explained: tuple[tuple[str, str], ...] = ()
    digest: DigestView | None = None
    also: Callable[[Connection, Ticket | None], None] = field(default=lambda _connection, _ticket: None)


def apply(
    desk: Desk,
    outcome: Outcome,
    dossier: Dossier,
    cause: Cause,
    now: dt.datetime,
    dossiers: Mapping[int, Dossier] = MappingProxyType({}),
) -> Ticket | None:
    """Write an outcome, and those on other tickets with it, in one transaction; return its ticket as it is now.

    ``dossiers`` are those of the other tickets it touches. Raises ``TransientError`` when somebody else changed a
    ticket or took an id meanwhile: read and decide again.
    """
    sheets = _sheets(desk, outcome, dossier, cause, dossiers, now)
    try:
        with write(desk.engine) as connection:
            ticket, *_ = [write_rows(connection, sheet, now) for sheet in sheets]
            write_promises(connection, outcome, now)
            cause.also(connection, ticket)
    except IntegrityError as error:
        raise TransientError(f"somebody else took an id: {error.orig}") from error
    if any(sheet.letters or sheet.calls or sheet.touches_drafts for sheet in sheets):
        desk.wake_outgoing()
    problems = dict.fromkeys(one.problem for sheet in sheets for one in sheet.letters if one.problem)
    if problems:
        desk.report(tuple(problems))
    return ticket


def _sheets(
    desk: Desk,
    outcome: Outcome,
    dossier: Dossier,
    cause: Cause,
    dossiers: Mapping[int, Dossier],
    now: dt.datetime,
) -> list[Sheet]:
    """Return everything composed, under ids that follow one another; the ticket the mail is about comes first."""
    terms, sheets = desk.sla_terms, []
    with read(desk.engine) as connection:
        next_id = outbox.next_id(connection)
        draft_id = drafts.next_id(connection)
    for one in (outcome, *outcome.others):
        if one is outcome:
            known, reason = dossier, cause
        else:
            known = dossiers.get(require_ticket(one).number, Dossier(None, None))
            reason = _elsewhere(cause, one, known)
        history = _history(outcome, one, known, dossiers, now)
        planned = _with_schedule(desk, terms, _with_answers(one, now), known, history, now)
        about = _correspondence(desk, terms, planned, known, reason, history)
        written = write_letters(desk.stationery, planned.letters, about, next_id, now, cause.mail_id)
        calls = write_calls(desk.stationery, planned, about, next_id + len(written), now)
        next_id += len(written) + len(calls)
        customer_id = known.customer.customer_id if known.customer else None
        words = (reason.address, reason.name, reason.language)
        mailbox = MailboxSheet(
            sent_mailbox(desk.config), _draft(desk, planned, about, draft_id, cause.mail_id, now)
        )
        draft_id += mailbox.draft is not None
        sheets.append(Sheet(planned, customer_id, *words, cause.mail_id, written, calls, mailbox))
    return sheets


def _draft(
    desk: Desk,
    outcome: Outcome,
    about: Correspondence,
    draft_id: int,
    mail_id: int | None,
    now: dt.datetime,
) -> NewDraft | None:
    """Return the reply that shall lie ready, where there is a mailbox it can lie in."""
    account = drafts_mailbox(desk.config)
    if outcome.draft is None or not account:
        return None
    return write_draft(desk.stationery, outcome.draft, about, draft_id, account, now, mail_id)


def _elsewhere(cause: Cause, outcome: Outcome, dossier: Dossier) -> Cause:
    """Return the cause as it is for another ticket: the same mail, which is not about its customer."""
    author = next((one for one in outcome.participants if one.role == "customer"), None)
    address = author.address if author else dossier.customer_address
    return Cause(mail_id=cause.mail_id, address=address, name=author.name if author else "")


def _with_answers(outcome: Outcome, now: dt.datetime) -> Outcome:
    """Stop the response clocks for an answer or a relay; an acknowledgement stops none."""
    if outcome.ticket is None or not any(letter.kind in ANSWERS for letter in outcome.letters):
        return outcome
    ticket = outcome.ticket
    answered = outcome.with_ticket(first_response_at=ticket.first_response_at or now, waiting_since=None)
    automatic = not any(letter.kind is Kind.RELAY for letter in outcome.letters)
    return answered.with_event("answered", "", automatic=automatic)


def _history(
    whole: Outcome, outcome: Outcome, dossier: Dossier, dossiers: Mapping[int, Dossier], now: dt.datetime
) -> tuple[SlaEvent, ...]:
    """Return what the clocks of a ticket run on: with what is merged into it, without the mails that leave it."""
    merged = (dossiers[number].history for number in outcome.merges if number in dossiers)
    joined = (event for history in merged for event in history if event.kind in _CONVERSATION)
    leave = {moved.mail_id for other in whole.others for moved in other.moved} if not outcome.moved else set()
    left_at = {message.at for message in dossier.messages if message.mail_id in leave}
    stay = (one for one in dossier.history if not (one.kind is SlaEventKind.ASKED and one.at in left_at))
    fresh = (sla_event(asked_at(outcome, event, now), event) for event in outcome.events)
    return (*stay, *joined, *(event for event in fresh if event is not None))


def _with_schedule(
    desk: Desk,
    terms: SlaTerms,
    outcome: Outcome,
    dossier: Dossier,
    history: tuple[SlaEvent, ...],
    now: dt.datetime,
) -> Outcome:
    if outcome.ticket is None:
        return outcome
    tags = dossier.customer.tags if dossier.customer else ()
    ticket = with_due_times(outcome.ticket, terms, history, tags)
    if ticket.status in {TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.MERGED}:
        ticket = replace(ticket, chase_at=None, idle_at=None)
    elif any(message.direction != "note" for message in outcome.messages) or outcome.letters:
        ticket = replace(ticket, idle_at=now + desk.config.sla.idle_after)
    outcome = replace(outcome, ticket=ticket)
    return _with_survey(desk, terms, outcome, now)


def _with_survey(desk: Desk, terms: SlaTerms, outcome: Outcome, now: dt.datetime) -> Outcome:
    """Plan a survey for a ticket that is solved by this outcome; sending it checks everything again."""
    solved = any(event.kind == "status" and event.detail.get("to") == "solved" for event in outcome.events)
    ticket, plan = require_ticket(outcome), desk.config.survey
    if not solved or ticket.survey == "never" or not (plan.enabled or ticket.survey == "always"):
        return outcome
    due_at = next_working_moment(terms.hours, now + plan.after)
    return replace(outcome, survey_due_at=due_at)


def _correspondence(
    desk: Desk,
    terms: SlaTerms,
    outcome: Outcome,
    dossier: Dossier,
    cause: Cause,
    history: tuple[SlaEvent, ...],
) -> Correspondence:
    ticket, customer = outcome.ticket, dossier.customer
    due: tuple[DueView, ...] = ()
    if ticket is not None:
        tags = customer.tags if customer else ()
        running = deadlines(ticket, terms, history, tags)
        due = tuple(DueView(one.target, one.due) for one in running)
    drafted = (outcome.draft,) if outcome.draft else ()
    known = {letter.article for letter in (*outcome.letters, *drafted) if letter.article}
    return Correspondence(
        ticket=ticket,
        customer=_customer_view(dossier, cause, is_new=outcome.is_new),
        language=(ticket.language if ticket else "") or cause.language or desk.config.desk.language,
        messages=(*dossier.messages, *outcome.messages),
        due=due,
        promise=cause.promise,
        away_until=cause.away_until,
        working_hours=cause.working_hours,
        authenticated=cause.authenticated,
        articles={
            slug: view for slug in known if (view := desk.knowledge.article_view(slug, ticket)) is not None
        },
        suggestions=cause.suggestions,
        answering=cause.answering,
        thread_headers=cause.thread_headers,
        explained=cause.explained,
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
