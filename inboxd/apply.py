"""Apply: the second of the three commits. Everything that follows from one event becomes rows, or nothing does."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from inboxd import maillog
from inboxd.about_customers import customer_view, his_own_words, who_wrote
from inboxd.configmailboxes import drafts_mailbox, sent_mailbox
from inboxd.core.hooks import with_hooks
from inboxd.core.idle import breaks_silence, next_idle
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome, require_ticket
from inboxd.core.rule_actions import answers_question
from inboxd.core.schedule import SlaTerms, deadlines, sla_event, with_due_times
from inboxd.core.scripts import with_script
from inboxd.core.sla import SlaEvent, SlaEventKind
from inboxd.core.states import TicketStatus
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import ArticleView, DueView, SurveyAnswerView
from inboxd.core.views import DigestView
from inboxd.core.working_time import add_working_time
from inboxd.desk import Desk
from inboxd.fault_points import Point, reached
from inboxd.known_facts import tags_of
from inboxd.letter_views import Correspondence
from inboxd.letters import write_draft, write_letters
from inboxd.mailbox_rows import MailboxSheet
from inboxd.rows import Sheet, asked_at, write_promises, write_rows
from inboxd.store import numbers, wakeups
from inboxd.store.dossiers import Dossier
from inboxd.store.drafts import NewDraft
from inboxd.store.engine import write
from inboxd.store.tickets import ConcurrentChangeError
from inboxd.store.wakeups import Wake
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
    second_address: str = ""
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

    ``dossiers`` are those of the other tickets it touches. Raises ``ConcurrentChangeError`` when somebody else
    changed a ticket or took an id meanwhile: read and decide again.
    """
    hooked = desk.config.hooks.commands
    outcome = replace(
        with_hooks(outcome, hooked), others=tuple(with_hooks(one, hooked) for one in outcome.others)
    )
    sheets = _sheets(desk, outcome, dossier, cause, dossiers, now)
    leaves_work = any(sheet.letters or sheet.calls or sheet.touches_drafts for sheet in sheets)
    try:
        with write(desk.engine) as connection:
            ticket, *_ = [write_rows(connection, sheet, now) for sheet in sheets]
            write_promises(connection, outcome, now)
            cause.also(connection, ticket)
            if leaves_work:
                wakeups.tell(connection, Wake.OUTGOING)
            reached(Point.BEFORE_APPLY)
    except IntegrityError as error:
        raise ConcurrentChangeError(f"somebody else took an id: {error.orig}") from error
    reached(Point.AFTER_APPLY)
    _log_suppressed(sheets)
    if leaves_work:
        desk.wake_outgoing()
    problems = dict.fromkeys(one.problem for sheet in sheets for one in sheet.letters if one.problem)
    if problems:
        desk.report(tuple(problems))
    return ticket


def _log_suppressed(sheets: Iterable[Sheet]) -> None:
    for sheet in sheets:
        number = sheet.outcome.ticket.number if sheet.outcome.ticket else None
        for event in sheet.outcome.events:
            if event.kind == "suppressed":
                maillog.suppressed(str(event.detail["template"]), str(event.detail["limit"]), number)


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
    everything = (outcome, *outcome.others)
    next_id = numbers.reserve_outgoing(
        desk.engine, sum(len(one.letters) + len(one.calls) for one in everything)
    )
    draft_id = numbers.reserve_drafts(desk.engine, sum(one.draft is not None for one in everything))
    for one in everything:
        if one is outcome:
            known, reason = dossier, cause
        else:
            known = dossiers.get(one.ticket.number if one.ticket else 0, Dossier(None, None))
            reason = _elsewhere(cause, one, known)
        history = _history(outcome, one, known, dossiers, now)
        planned = _with_schedule(desk, terms, _with_answers(one, now), known, history, now)
        planned = _with_promise(planned, reason.promise)
        about = _correspondence(desk, terms, planned, known, reason, history, now)
        written = write_letters(desk.stationery, planned.letters, about, next_id, now, cause.mail_id)
        calls = write_calls(desk.stationery, planned, about, next_id + len(written), now)
        next_id += len(written) + len(calls)
        customer_id = known.customer.customer_id if known.customer else None
        words = (reason.address, *his_own_words(one, known, reason.address, reason.name, reason.language))
        mailbox = MailboxSheet(
            sent_mailbox(desk.config), _draft(desk, planned, about, draft_id, cause.mail_id, now)
        )
        draft_id += mailbox.draft is not None
        wrote = who_wrote(planned, known, reason.address)
        sheets.append(Sheet(planned, customer_id, *words, cause.mail_id, written, calls, mailbox, wrote))
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
    if outcome.ticket is None or not any(map(answers_question, outcome.letters)):
        return outcome
    ticket = outcome.ticket
    answered = outcome.with_ticket(first_response_at=ticket.first_response_at or now, waiting_since=None)
    automatic = not any(letter.kind is Kind.RELAY for letter in outcome.letters)
    return answered.with_event("answered", "", automatic=automatic)


def _with_promise(outcome: Outcome, promise: dt.datetime | None) -> Outcome:
    """Keep the time an acknowledgement names; the first one counts, whatever the customer adds to his question."""
    named = any(letter.kind is Kind.ACKNOWLEDGEMENT for letter in outcome.letters)
    if not named or promise is None or require_ticket(outcome).promised_at is not None:
        return outcome
    return outcome.with_ticket(promised_at=promise)


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
    ticket = with_due_times(outcome.ticket, terms, history, tags_of(desk, dossier, now))
    if ticket.status in {TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.MERGED}:
        ticket = replace(ticket, chase_at=None, idle_at=None)
    elif outcome.is_new or breaks_silence(outcome):
        idle_at = next_idle(terms.hours, now, desk.config.sla.idle_after, now)
        ticket = replace(ticket, silent_since=now, idle_at=idle_at)
    outcome = replace(outcome, ticket=ticket)
    return _with_survey(desk, terms, outcome, now)


def _with_survey(desk: Desk, terms: SlaTerms, outcome: Outcome, now: dt.datetime) -> Outcome:
    """Plan a survey for a ticket that is solved by this outcome, some working time later; sending it checks again."""
    solved = any(event.kind == "status" and event.detail.get("to") == "solved" for event in outcome.events)
    ticket, plan = require_ticket(outcome), desk.config.survey
    if not solved or ticket.survey == "never" or not (plan.enabled or ticket.survey == "always"):
        return outcome
    due_at = add_working_time(terms.hours, now, plan.after)
    return replace(outcome, survey_due_at=due_at)


def _correspondence(
    desk: Desk,
    terms: SlaTerms,
    outcome: Outcome,
    dossier: Dossier,
    cause: Cause,
    history: tuple[SlaEvent, ...],
    now: dt.datetime,
) -> Correspondence:
    ticket, tags = outcome.ticket, tags_of(desk, dossier, now)
    due: tuple[DueView, ...] = ()
    if ticket is not None:
        running = deadlines(ticket, terms, history, tags)
        due = tuple(DueView(one.target, one.due) for one in running)
    drafted = (outcome.draft,) if outcome.draft else ()
    known = {letter.article for letter in (*outcome.letters, *drafted) if letter.article}
    messages = (*dossier.messages, *outcome.messages)
    language = (ticket.language if ticket else "") or cause.language or desk.config.desk.language
    return Correspondence(
        ticket=ticket,
        customer=customer_view(outcome, dossier, tags, cause.address, cause.name),
        language=with_script(language, (one.text for one in reversed(messages) if one.direction == "in")),
        messages=messages,
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
        survey=_survey_view(outcome),
        second_address=cause.second_address,
        answer_by=_answer_by(desk, outcome, cause),
    )


def _answer_by(desk: Desk, outcome: Outcome, cause: Cause) -> dt.datetime | None:
    """Return until when the mail this follows from may be answered automatically; None when no mail asks."""
    asked = [one.at for one in outcome.messages if one.direction == "in" and one.mail_id == cause.mail_id]
    return asked[-1] + desk.config.limits.max_age if asked and cause.mail_id is not None else None


def _survey_view(outcome: Outcome) -> SurveyAnswerView | None:
    answer = outcome.survey_answered
    return SurveyAnswerView(answer.score, answer.sentiment) if answer else None
