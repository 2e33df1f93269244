"""The sections of the digest, one by one, as the store has them: each is left out where there is nothing to tell."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from inboxd.core.digest_views import (
    DigestAnswer,
    DigestFigures,
    DigestIncident,
    DigestTicket,
    DigestTrial,
)
from inboxd.core.figure_words import percent
from inboxd.core.mail_kind import Kind
from inboxd.core.mailto import mailto, ticket_actions
from inboxd.core.plain_words import inline
from inboxd.core.redact_text import redact
from inboxd.core.reply_headers import reply_subject
from inboxd.core.staleness import WITHDRAWN
from inboxd.core.standing import in_words
from inboxd.core.suggestion import is_likely
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import TicketActions
from inboxd.desk import Desk
from inboxd.jobs.silence import silent_since
from inboxd.jobs.trials import list_trials
from inboxd.store import customers, mails, outbox, standings, surveys, tickets
from inboxd.store.tickets import RecordedEvent

_PREVIEW = 200
_SILENT = "too many sure answers to your own mails were wrong: none is sent by itself until more are right"
_WAITING = ("new", "open")
_TO_CUSTOMERS = frozenset({Kind.ACKNOWLEDGEMENT.value, Kind.ANSWER.value, Kind.SURVEY.value})


def list_waiting(desk: Desk, connection: Connection, operator: str, now: dt.datetime) -> list[DigestTicket]:
    """Return the tickets that wait on a person, in order of what is due first."""
    return [_waiting(desk, connection, one, operator, now) for one in _in_order(connection)]


def list_answered(
    desk: Desk, connection: Connection, operator: str, since: dt.datetime, now: dt.datetime
) -> list[DigestAnswer]:
    """Return the tickets that were answered by themselves since then, with how sure that was."""
    found = []
    for sent in outbox.list_sent_between(connection, since, now + dt.timedelta(seconds=1)):
        if sent.kind != Kind.ANSWER.value or sent.ticket_number is None or sent.state == "cancelled":
            continue
        ticket = tickets.find(connection, sent.ticket_number)
        if ticket is None or not ticket.automatic_article:
            continue
        customer = customers.find(connection, ticket.customer_id)
        article = desk.knowledge.article_view(ticket.automatic_article, ticket)
        address = desk.stationery.operator_address(ticket.number, operator)
        found.append(
            DigestAnswer(
                ticket.number,
                redact(ticket.subject),
                customer.name or sent.recipients[0] if customer else sent.recipients[0],
                article.title if article else ticket.automatic_article,
                ticket.automatic_confidence or 0.0,
                mailto(address, reply_subject(redact(ticket.subject), ticket.number), "#wrong\n"),
            )
        )
    return found


def list_incidents(
    connection: Connection, events: Sequence[RecordedEvent], since: dt.datetime
) -> list[DigestIncident]:
    """Return what was held, silenced, demoted, forged, bounced, suppressed or given up."""
    told = {event.mail_id for event in events if event.kind in {"forgery", "bounce"}}
    held = [
        DigestIncident(
            "held", f"mail {one.mail_id}: {one.sender or 'unknown sender'}", one.reason, one.accepted_at
        )
        for one in mails.list_held(connection)
        if one.mail_id not in told
    ]
    # Every morning until something is done about it: such an article answers nobody.
    demoted = [
        DigestIncident("demoted", slug, in_words(one), one.demoted_at)
        for slug, one in standings.load_all(connection).items()
        if one.demoted_at is not None
    ]
    since_when = silent_since(connection)
    silent = [DigestIncident("silent", "the knowledge base", _SILENT, since_when)] if since_when else []
    forged = [_forgery(event) for event in events if event.kind == "forgery"]
    happened = [incident for event in events if (incident := _incident(event))]
    failed = [
        DigestIncident(
            "failed",
            f"{one.kind} to {', '.join(one.recipients)}",
            one.last_reply,
            one.created_at,
            one.ticket_number,
        )
        for one in outbox.list_waiting(connection)
        if one.state == "failed" and one.created_at >= since
    ]
    return [*held, *silent, *demoted, *forged, *happened, *failed]


def count_figures(
    connection: Connection, events: Sequence[RecordedEvent], since: dt.datetime
) -> DigestFigures:
    """Return the counts since then."""
    scores = [one.score for one in surveys.list_answered(connection, since) if one.score is not None]
    lost = {one.detail.get("message_id") for one in events if one.kind == "undelivered"}
    answered = {
        one.ticket_number
        for one in events
        if one.kind == "answered" and one.detail.get("automatic") and one.detail.get("message_id") not in lost
    }
    solved = {
        one.ticket_number for one in events if one.kind == "status" and one.detail.get("to") == "solved"
    }
    snoozed = [
        one for one in tickets.list_tickets(connection, statuses=(*_WAITING, "pending")) if one.snoozed_until
    ]
    return DigestFigures(
        new=len(tickets.list_tickets(connection, since=since)),
        solved=len(solved),
        answered_by_itself=len(answered),
        snoozed=len(snoozed),
        surveys=len(scores),
        satisfaction=sum(scores) / len(scores) if scores else None,
    )


def list_shadow_rules(connection: Connection, now: dt.datetime) -> tuple[DigestTrial, ...]:
    """Return the record of every rule in shadow mode."""
    return tuple(
        DigestTrial(
            one.rule, one.times, one.agreed, one.place, one.compared, one.similarity, promote=one.is_ripe
        )
        for one in list_trials(connection, now)
    )


def _in_order(connection: Connection) -> list[Ticket]:
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    found = [one for one in tickets.list_tickets(connection, statuses=_WAITING) if one.snoozed_until is None]
    return sorted(found, key=lambda one: (_due(one) or far, one.number))


def _due(ticket: Ticket) -> dt.datetime | None:
    first = ticket.first_response_due if ticket.first_response_at is None else None
    known = (first, ticket.next_response_due, ticket.resolution_due)
    return min((one for one in known if one is not None), default=None)


def _waiting(
    desk: Desk, connection: Connection, ticket: Ticket, operator: str, now: dt.datetime
) -> DigestTicket:
    customer = customers.find(connection, ticket.customer_id)
    lines = tickets.list_messages(connection, ticket.number)
    asked = [one.text for one in lines if one.direction == "in" and one.kind == "mail"]
    due = _due(ticket)
    late = due is not None and due <= now
    suggestion = _suggestion(desk, ticket)
    return DigestTicket(
        number=ticket.number,
        subject=redact(ticket.subject),
        customer=(customer.name or next(iter(customer.addresses), "")) if customer else "",
        preview=inline(redact(asked[-1]) if asked else "", _PREVIEW),
        waiting_since=ticket.waiting_since or ticket.created_at,
        actions=_actions(desk, ticket, operator, suggestion=bool(suggestion)),
        due=due,
        late=late,
        soon=not late and ticket.warned_due is not None and due is not None and due <= ticket.warned_due,
        priority=ticket.priority,
        suggestion=suggestion,
    )


def _suggestion(desk: Desk, ticket: Ticket) -> str:
    """Return the title of the article that is offered for a ticket, with how sure that is; empty without one."""
    confidence = ticket.suggested_confidence
    # An article that is less likely than not to answer is no help in a list.
    if not is_likely(ticket):
        return ""
    article = desk.knowledge.article_view(ticket.suggested_article, ticket)
    if article is None:
        return ""
    return article.title if confidence is None else f"{article.title} ({percent(confidence)})"


def _actions(desk: Desk, ticket: Ticket, operator: str, *, suggestion: bool) -> TicketActions:
    address = desk.stationery.operator_address(ticket.number, operator)
    return ticket_actions(
        address, reply_subject(redact(ticket.subject), ticket.number), suggestion=suggestion
    )


def _forgery(event: RecordedEvent) -> DigestIncident:
    what = f"mail {event.mail_id} in the name of {event.actor}"
    why = "it proves nothing; it is held, nobody was answered"
    return DigestIncident("forgery", what, why, event.at, _number(event.detail.get("ticket")))


def _incident(event: RecordedEvent) -> DigestIncident | None:
    if event.kind == "bounce":
        who = ", ".join(str(one) for one in event.detail.get("recipients", ())) or event.actor
        kind = "refused for good" if event.detail.get("permanent") else "not delivered yet"
        return DigestIncident("bounce", who, kind, event.at, event.ticket_number)
    if event.kind == "article_restored":
        what = str(event.detail.get("article", ""))
        return DigestIncident("restored", what, "may be sent by itself again", event.at)
    if event.kind == WITHDRAWN and event.detail.get("mail") in _TO_CUSTOMERS:
        what, why = str(event.detail["mail"]), "waited too long to be sent and was withdrawn"
        return DigestIncident("withdrawn", what, why, event.at, event.ticket_number)
    if event.kind == "suppressed":
        what, why = str(event.detail.get("template", "")), str(event.detail.get("why", ""))
        return DigestIncident("suppressed", what, why, event.at, event.ticket_number)
    return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
