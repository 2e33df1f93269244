"""What the jobs share: an event on a ticket that no mail caused, judged by the rules and applied."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.apply import Cause, apply
from inboxd.core.assign import Colleague
from inboxd.core.decide import judge
from inboxd.core.decision import Course, Decision, Suppression
from inboxd.core.fact_fields import field_values_without_mail
from inboxd.core.facts import EventKind, Unknown
from inboxd.core.limits import History, Occasion, may_send
from inboxd.core.outcome import Outcome
from inboxd.core.rule_actions import Surroundings, act_all, letter_kind
from inboxd.core.rules import Evaluation, evaluate
from inboxd.core.ticket import Ticket
from inboxd.core.trials import with_trial
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.known_facts import colleagues_of, customer_facts, ticket_facts, time_facts
from inboxd.store import mails, restored, sent_history, tickets
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read

_LONGEST_WINDOW = dt.timedelta(days=31)
_log = logging.getLogger(__name__)
Due = TypeVar("Due")


@dataclass(frozen=True, slots=True)
class CalendarCase:
    """A ticket whose time has come, with everything known about it."""

    ticket: Ticket
    dossier: Dossier
    address: str
    colleagues: tuple[Colleague, ...]
    history: History
    may_answer: bool
    restored_at: dt.datetime | None = None


def due_cases(desk: Desk, column: str, now: dt.datetime) -> tuple[CalendarCase, ...]:
    """Return the tickets whose ``chase_at``, ``snoozed_until`` or ``idle_at`` has come."""
    with read(desk.engine) as connection:
        found = tickets.list_due(connection, column, now)
        return tuple(
            case for ticket in found if (case := open_case(desk, connection, ticket.number, now)) is not None
        )


def each(due: Iterable[Due], do: Callable[[Due], None]) -> int:
    """Do something for everything that is due; return for how many it could be done.

    One that raises stays due and stops neither those behind it nor the desk (DESIGN 2.3).
    """
    done = 0
    for one in due:
        try:
            do(one)
        except TransientError as error:
            maillog.problem(str(error))
        except Exception:  # noqa: BLE001  whatever a job meets in one row, the others are still due
            _log.exception("a job failed over one row", extra={"action": "job_failed"})
        else:
            done += 1
    return done


def open_case(desk: Desk, connection: Connection, number: int, now: dt.datetime) -> CalendarCase | None:
    """Return one ticket as a job sees it, or None when there is none such."""
    dossier = read_dossier(connection, number)
    if dossier is None or dossier.ticket is None:
        return None
    address = dossier.answer_address
    since = now - _LONGEST_WINDOW
    acknowledged = sent_history.last_acknowledged(connection, address)
    history = History(
        to_recipient=sent_history.automatic_times(
            connection, recipient=address, ticket_number=None, since=since
        ),
        on_ticket=sent_history.automatic_times(
            connection, recipient=address, ticket_number=number, since=since
        ),
        acknowledged=(acknowledged,) if acknowledged else (),
        ticket_acknowledged=True,
        from_desk=sent_history.automatic_to_customers(connection, now - desk.config.limits.brake.span),
        person_wrote_at=sent_history.last_relayed(connection, address),
    )
    return CalendarCase(
        dossier.ticket,
        dossier,
        address,
        colleagues_of(desk, connection),
        history,
        _may_answer(connection, dossier),
        restored.restored_at(connection),
    )


def current_case(desk: Desk, connection: Connection, number: int, now: dt.datetime) -> CalendarCase | None:
    """Return the ticket a mail was written on, or the one it was merged into since."""
    case = open_case(desk, connection, number, now)
    while case is not None and case.ticket.merged_into is not None:
        case = open_case(desk, connection, case.ticket.merged_into, now)
    return case


def decide_case(
    desk: Desk,
    case: CalendarCase,
    event: EventKind,
    now: dt.datetime,
    acted: frozenset[str] = frozenset(),
) -> Decision | None:
    """Return what the rules say about an event of the calendar, but for those that have ``acted`` already."""
    customer, hours = customer_facts(desk, case.dossier, now, case.address), desk.sla_terms.hours
    facts = ticket_facts(case.dossier, now, hours)
    if facts is None:
        return None
    fields = field_values_without_mail(facts, customer, time_facts(hours, now))
    evaluation = evaluate(desk.active.ruleset, event, fields)
    if isinstance(evaluation, Unknown):
        return None
    fresh = replace(
        evaluation,
        hits=tuple(rule for rule in evaluation.hits if rule.name not in acted),
        shadow_hits=tuple(rule for rule in evaluation.shadow_hits if rule.name not in acted),
    )
    return _judge(desk, case, event, fresh, now)


def surroundings(case: CalendarCase, event: str, key: str, now: dt.datetime) -> Surroundings:
    """Return what rule actions need; ``key`` names this occasion once and for all."""
    first = next((one.text for one in case.dossier.messages if one.direction == "in"), "")
    return Surroundings(
        now=now,
        key=key,
        event=str(event),
        customer=case.address,
        colleagues=case.colleagues,
        article=case.ticket.suggested_article,
        confidence=case.ticket.suggested_confidence,
        text=f"{case.ticket.subject}\n\n{first}",
        question=first,
    )


def apply_case(
    desk: Desk,
    case: CalendarCase,
    outcome: Outcome,
    now: dt.datetime,
    also: Callable[[Connection, Ticket | None], None] = lambda _connection, _ticket: None,
    dossiers: Mapping[int, Dossier] = MappingProxyType({}),
) -> None:
    """Write what a job found out about a ticket, and about the others in ``outcome.others``, whose ``dossiers`` these are."""
    customer = case.dossier.customer
    cause = Cause(
        address=case.address,
        name=customer.name if customer else "",
        language=customer.language if customer else "",
        suggestions=(),
        also=also,
    )
    apply(desk, outcome, case.dossier, cause, now, dossiers)


def with_rules(
    desk: Desk, case: CalendarCase, outcome: Outcome, event: EventKind, key: str, now: dt.datetime
) -> Outcome:
    """Return the outcome with what the rules want on this event."""
    decision = decide_case(desk, case, event, now)
    return outcome if decision is None else carry_out(case, outcome, decision, event, key, now)


def carry_out(
    case: CalendarCase, outcome: Outcome, decision: Decision, event: EventKind, key: str, now: dt.datetime
) -> Outcome:
    """Return the outcome with what was decided."""
    outcome = act_all(outcome, decision.actions, surroundings(case, event, key, now))
    outcome = replace(outcome, occasions=(*outcome.occasions, (event.value, key)))
    for no in decision.suppressed:
        outcome = outcome.with_event("suppressed", template=no.template, limit=no.limit, why=no.sentence)
    for rule in decision.shadow:
        outcome = with_trial(outcome, rule, case.ticket.suggested_article)
    return outcome


def _judge(
    desk: Desk, case: CalendarCase, event: EventKind, evaluation: Evaluation, now: dt.datetime
) -> Decision:
    def forbid(template: str) -> Suppression | None:
        if not case.may_answer:
            return Suppression(template, "may_not_answer", "nothing automatic may be sent to this customer")
        if case.dossier.customer is not None and case.dossier.customer.opted_out:
            return Suppression(template, "opted_out", "the customer wants no mail that he did not ask for")
        undeliverable = case.dossier.customer is not None and case.dossier.customer.undeliverable
        occasion = Occasion(
            letter_kind(template), undeliverable=undeliverable, before_restore=_was_due_before(case, event)
        )
        no = may_send(desk.config.limits, occasion, case.history, now)
        return Suppression(template, no.reason.value, no.sentence) if no else None

    return judge(Course.FOLLOW_UP, event, evaluation, forbid, desk.active.ruleset.revision)


def _was_due_before(case: CalendarCase, event: EventKind) -> bool:
    """Return whether this time had come before a backup was put back: what follows from it may have been sent."""
    due = case.ticket.idle_at if event is EventKind.TICKET_IDLE else case.ticket.chase_at
    return case.restored_at is not None and due is not None and due <= case.restored_at


def _may_answer(connection: Connection, dossier: Dossier) -> bool:
    """Return False when the ticket began with a mail that nothing automatic may answer, or was imported."""
    first = next((one.mail_id for one in dossier.messages if one.direction == "in" and one.mail_id), None)
    stored = mails.find(connection, first) if first is not None else None
    if stored is None:
        return False
    return bool(stored.decision.get("facts", {}).get("may_answer", False)) and not stored.imported
