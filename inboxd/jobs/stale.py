"""Stale: what waited too long to leave is withdrawn, and what it stood for is made good.

A reminder or digest is made anew by its job, as of now; an answer that never left un-answers its ticket; a receipt that
never left promised nothing; a survey that never left was not asked. All of it in one transaction with the withdrawal.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome, change_status, require_ticket
from inboxd.core.rule_actions import notify
from inboxd.core.staleness import STALE, WITHDRAWN
from inboxd.core.states import TicketEvent, TicketStatus
from inboxd.core.ticket import Event, Ticket
from inboxd.core.told import Said, unsaid
from inboxd.desk import Desk
from inboxd.jobs.digest import put_back
from inboxd.jobs.occasions import CalendarCase, apply_case, current_case, each, open_case, surroundings
from inboxd.store import stale, surveys, tickets
from inboxd.store.engine import read, write
from inboxd.store.outbox import Queued
from inboxd.store.tickets import ConcurrentChangeError, RecordedEvent

ANSWER_WITHDRAWN = "answer.withdrawn"
_SAID = ("sla.warned", "sla.breached", "sla.escalated")
_ANSWERS = ("answered", "undelivered")


def withdraw_stale(desk: Desk, now: dt.datetime) -> int:
    """Withdraw every mail that was not sent as long as it was worth sending; return how many there were."""
    with read(desk.engine) as connection:
        found = stale.list_stale(connection, now)
    return each(found, lambda mail: _WITHDRAWALS.get(mail.kind, _withdraw_only)(desk, mail, now))


def _withdraw_only(desk: Desk, mail: Queued, now: dt.datetime) -> None:
    with write(desk.engine) as connection:
        _withdraw(mail, connection, None)
        _note(connection, mail, now)


def _withdraw(mail: Queued, connection: Connection, _ticket: Ticket | None, *, again: bool = False) -> None:
    """Withdraw the mail; raise ``ConcurrentChangeError``, so that nothing is written, when somebody is sending it."""
    if not stale.withdraw(connection, mail, again=again):
        raise ConcurrentChangeError(f"outbox {mail.outbox_id} is being sent")
    if not stale.may_have_left(connection, mail.outbox_id):
        stale.note_unsent(connection, mail.outbox_id)
    maillog.withdrawn(mail.outbox_id, mail.kind, mail.ticket_number)


def _note(connection: Connection, mail: Queued, now: dt.datetime) -> None:
    event = Event(WITHDRAWN, _detail(mail), "outbox")
    tickets.add_event(connection, event, now, ticket_number=mail.ticket_number, outbox_id=mail.outbox_id)


def _detail(mail: Queued) -> dict[str, object]:
    return {
        "reason": STALE,
        "mail": mail.kind,
        "outbox_id": mail.outbox_id,
        "rule": str(mail.why.get("rule", "")),
        "to": list(mail.recipients),
        "last_reply": mail.last_reply,
    }


def _withdraw_digest(desk: Desk, mail: Queued, now: dt.datetime) -> None:
    """Withdraw a digest, so that the next one tells of its time, too."""
    with write(desk.engine) as connection:
        _withdraw(mail, connection, None, again=True)
        put_back(connection, mail.recipients[0].lower(), mail.created_at)
        _note(connection, mail, now)


def _withdraw_survey(desk: Desk, mail: Queued, now: dt.datetime) -> None:
    """Withdraw a survey: the customer was not asked, and may be asked about another ticket."""
    with write(desk.engine) as connection:
        _withdraw(mail, connection, None)
        if not stale.may_have_left(connection, mail.outbox_id):
            surveys.withdraw_written(connection, mail.outbox_id, STALE, now)
        _note(connection, mail, now)


def _withdraw_receipt(desk: Desk, mail: Queued, now: dt.datetime) -> None:
    """Withdraw an acknowledgement; the time it named was promised to nobody."""
    with read(desk.engine) as connection:
        case = _case_of(desk, connection, mail, now)
        number = mail.ticket_number or 0
        stands = stale.is_acknowledged(connection, number, mail.outbox_id) or stale.may_have_left(
            connection, mail.outbox_id
        )
    if case is None:
        _withdraw_only(desk, mail, now)
        return
    outcome = Outcome(ticket=case.ticket).with_event(WITHDRAWN, "outbox", **_detail(mail))
    if not stands:
        outcome = outcome.with_ticket(promised_at=None)
    apply_case(desk, case, outcome, now, partial(_withdraw, mail))


def _withdraw_answer(desk: Desk, mail: Queued, now: dt.datetime) -> None:
    """Withdraw an automatic answer: its ticket waits for a person; of a mere reminder its rule has its turn again."""
    with read(desk.engine) as connection:
        case = _case_of(desk, connection, mail, now)
        number = case.ticket.number if case else None
        events = tickets.list_events(connection, ticket_number=number, kinds=_ANSWERS) if case else ()
    if case is None:
        _withdraw_only(desk, mail, now)
        return
    outcome = Outcome(ticket=case.ticket).with_event(WITHDRAWN, "outbox", **_detail(mail))
    if any(event.detail.get("message_id") == mail.message_id for event in events):
        outcome = _unanswer(case, outcome, mail, events, now)
        apply_case(desk, _without_line(case, mail), outcome, now, partial(_withdraw, mail))
        return
    if case.ticket.idle_at is not None:
        outcome = outcome.with_ticket(idle_at=now)
    apply_case(desk, case, outcome, now, partial(_withdraw, mail, again=True))


def _unanswer(
    case: CalendarCase,
    outcome: Outcome,
    mail: Queued,
    events: Sequence[RecordedEvent],
    now: dt.datetime,
) -> Outcome:
    """Take "answered" back and show the ticket to its operator, unless a later answer arrived."""
    outcome = outcome.with_event("undelivered", message_id=mail.message_id).with_ticket(
        answered_automatically=False, automatic_article="", automatic_confidence=None
    )
    lost = {one.detail.get("message_id") for one in events if one.kind == "undelivered"}
    arrived = [
        one
        for one in events
        if one.kind == "answered" and one.detail.get("message_id") not in {*lost, mail.message_id}
    ]
    if any(one.at > mail.created_at for one in arrived):
        return outcome.with_ticket(first_response_at=min(one.at for one in arrived))
    outcome = change_status(
        outcome, TicketEvent.ANSWER_BOUNCED, now, actor="outbox", by="answer withdrawn: stale"
    )
    asked = [one.at for one in case.dossier.messages if one.direction == "in" and one.at <= mail.created_at]
    outcome = outcome.with_ticket(
        first_response_at=min((one.at for one in arrived), default=None),
        waiting_since=max(asked, default=require_ticket(outcome).created_at),
    )
    around = surroundings(case, ANSWER_WITHDRAWN, f"withdrawn:{mail.outbox_id}", now)
    return notify(outcome, (), around, {"rule": "(automatic answer withdrawn: it could not be sent in time)"})


def _without_line(case: CalendarCase, mail: Queued) -> CalendarCase:
    """Return the ticket as its operator is to see it: what the customer asked, and not what he never got."""
    lines = tuple(line for line in case.dossier.messages if line.outbox_id != mail.outbox_id)
    return replace(case, dossier=replace(case.dossier, messages=lines))


def _withdraw_chase(desk: Desk, mail: Queued, now: dt.datetime) -> None:
    """Withdraw a reminder: what nobody was told of its tickets is told anew, as it stands."""
    with read(desk.engine) as connection:
        numbers = _named(mail)
        cases = [one for number in numbers if (one := open_case(desk, connection, number, now)) is not None]
        sent = stale.chases_of(connection, mail.created_at)
        outcomes = [
            _untold(desk, connection, case, mail, sent)
            for case in cases
            if case.ticket.status != TicketStatus.MERGED
        ]
    dossiers = {case.ticket.number: case.dossier for case in cases}
    first = next((one for one in cases if one.ticket.status != TicketStatus.MERGED), None)
    if first is None:
        _withdraw_only(desk, mail, now)
        return
    whole = replace(outcomes[0], others=tuple(outcomes[1:]))
    apply_case(desk, first, whole, now, partial(_withdraw, mail, again=True), dossiers)


def _untold(
    desk: Desk,
    connection: Connection,
    case: CalendarCase,
    mail: Queued,
    sent: Sequence[Queued],
) -> Outcome:
    number = case.ticket.number
    events = tickets.list_events(connection, ticket_number=number, kinds=_SAID, since=mail.created_at)
    said = [_said(one) for one in events if one.at == mail.created_at]
    reached = frozenset(one.recipients[0].lower() for one in sent if number in _named(one))
    operators = frozenset(one.address.lower() for one in desk.config.operators)
    ticket = unsaid(case.ticket, said, reached, operators)
    return Outcome(ticket=ticket).with_event(WITHDRAWN, "outbox", **_detail(mail))


def _said(event: RecordedEvent) -> Said:
    due = dt.datetime.fromisoformat(str(event.detail["due"]))
    return Said(str(event.detail["target"]), due, tuple(map(str, event.detail.get("to", ()))))


def _named(mail: Queued) -> tuple[int, ...]:
    """Return the tickets a reminder speaks of, lowest first."""
    if mail.ticket_number is not None:
        return (mail.ticket_number,)
    return tuple(sorted(int(word.lstrip("#")) for word in str(mail.why.get("tickets", "")).split()))


def _case_of(desk: Desk, connection: Connection, mail: Queued, now: dt.datetime) -> CalendarCase | None:
    return current_case(desk, connection, mail.ticket_number, now) if mail.ticket_number is not None else None


_WITHDRAWALS: Mapping[str, Callable[[Desk, Queued, dt.datetime], None]] = MappingProxyType(
    {
        Kind.CHASE.value: _withdraw_chase,
        Kind.DIGEST.value: _withdraw_digest,
        Kind.SURVEY.value: _withdraw_survey,
        Kind.ACKNOWLEDGEMENT.value: _withdraw_receipt,
        Kind.ANSWER.value: _withdraw_answer,
    }
)
