"""Digest: the operator's morning. Everything in it is read from the store; nothing is counted along the way."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inboxd.apply import Cause, apply
from inboxd.core.absence import away_until
from inboxd.core.compose import Kind
from inboxd.core.mailto import mailto, ticket_actions
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.reply_headers import reply_subject
from inboxd.core.rule_fields import WEEKDAYS
from inboxd.core.standing import in_words
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import TicketActions
from inboxd.core.views import (
    DigestAnswer,
    DigestFigures,
    DigestIncident,
    DigestReconciliation,
    DigestTicket,
    DigestTrial,
    DigestView,
)
from inboxd.desk import Desk
from inboxd.jobs.gaps import known_gaps
from inboxd.jobs.trials import list_trials
from inboxd.store import (
    absences,
    customers,
    mails,
    outbox,
    reconciliation,
    settings,
    standings,
    surveys,
    tickets,
)
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import read
from inboxd.store.tickets import RecordedEvent

JOB = "digest"
_FIRST_SPAN = dt.timedelta(days=1)
_PREVIEW = 160
_WAITING = ("new", "open")


def send_digest(desk: Desk, now: dt.datetime) -> int:
    """Send today's digest to every operator whose it is time for and who is not away; return how many were sent."""
    due = {one.address.lower(): due_day(desk, one.address.lower(), now) for one in desk.config.operators}
    for operator, day in due.items():
        if day is not None:
            _send(desk, operator, day, now)
    return sum(day is not None for day in due.values())


def due_day(desk: Desk, operator: str, now: dt.datetime) -> dt.date | None:
    """Return the day whose digest is due to this operator now, or None.

    After a week of downtime, or of his being away, only the last one is sent: it tells of the whole week.
    """
    plan = desk.config.digest
    local = now.astimezone(ZoneInfo(desk.config.desk.timezone))
    if not plan.enabled or WEEKDAYS[local.weekday()] not in plan.days or local.time() < plan.at:
        return None
    scheduled = dt.datetime.combine(local.date(), plan.at, local.tzinfo)
    with read(desk.engine) as connection:
        last = settings.last_run(connection, _job(operator))
        is_away = away_until(absences.load(connection, operator), now) is not None
        # A desk set up this afternoon has nothing to tell about this morning.
        began = last or mails.first_accepted(connection)
    is_due = began is not None and began < scheduled and not is_away
    return local.date() if is_due else None


def build_digest(desk: Desk, operator: str, now: dt.datetime) -> DigestView:
    """Return everything the digest of one operator says as of ``now``."""
    with read(desk.engine) as connection:
        since = settings.last_run(connection, _job(operator)) or now - _FIRST_SPAN
        events = tickets.list_events(connection, since=since)
        waiting = [_waiting(desk, connection, one, operator, now) for one in _in_order(connection)]
        return DigestView(
            desk=desk.stationery.view,
            now=now,
            since=since,
            figures=_figures(connection, events, since),
            reconciliation=reconcile_counts(connection, since, now),
            waiting=tuple(waiting),
            answered=tuple(_answered(desk, connection, operator, since, now)),
            incidents=tuple(_incidents(connection, events, since)),
            gaps=known_gaps(connection),
            trials=_trials(connection, now),
        )


def reconcile_counts(connection: Connection, since: dt.datetime, now: dt.datetime) -> DigestReconciliation:
    """Return what became of the mails accepted since then, and how much is unexplained, of whatever age.

    What still waits for its turn is received and filed to come; what the mailboxes hold is as of last night.
    """
    books = reconciliation.reconcile(connection, now, since)
    untaken = reconciliation.last_look(connection)
    return DigestReconciliation(books.received, books.filed, books.held, books.unexplained + untaken)


def _send(desk: Desk, operator: str, day: dt.date, now: dt.datetime) -> None:
    letter = Letter(
        Kind.DIGEST, "digest", (operator,), f"digest:{day.isoformat()}:{operator}", {"rule": "(digest)"}
    )

    def note(connection: Connection, _ticket: Ticket | None) -> None:
        settings.note_run(connection, _job(operator), now)

    cause = Cause(digest=build_digest(desk, operator, now), also=note)
    apply(desk, Outcome().with_letter(letter), Dossier(None, None), cause, now)


def _job(operator: str) -> str:
    """Return the name his digests are counted under: each tells what happened since his last one."""
    return f"{JOB}:{operator}"


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
    article = (
        desk.knowledge.article_view(ticket.suggested_article, ticket) if ticket.suggested_article else None
    )
    return DigestTicket(
        number=ticket.number,
        subject=ticket.subject,
        customer=(customer.name or next(iter(customer.addresses), "")) if customer else "",
        preview=" ".join((asked[-1] if asked else "").split())[:_PREVIEW],
        waiting_since=ticket.waiting_since or ticket.created_at,
        actions=_actions(desk, ticket, operator, suggestion=article is not None),
        due=due,
        late=late,
        soon=not late and ticket.warned_due is not None and due is not None and due <= ticket.warned_due,
        priority=ticket.priority,
        suggestion=article.title if article else "",
    )


def _actions(desk: Desk, ticket: Ticket, operator: str, *, suggestion: bool) -> TicketActions:
    address = desk.stationery.operator_address(ticket.number, operator)
    return ticket_actions(address, reply_subject(ticket.subject, ticket.number), suggestion=suggestion)


def _answered(
    desk: Desk, connection: Connection, operator: str, since: dt.datetime, now: dt.datetime
) -> list[DigestAnswer]:
    found = []
    for sent in outbox.list_sent_between(connection, since, now + dt.timedelta(seconds=1)):
        if sent.kind != Kind.ANSWER.value or sent.ticket_number is None:
            continue
        ticket = tickets.find(connection, sent.ticket_number)
        if ticket is None or not ticket.automatic_article:
            continue
        customer = customers.find(connection, ticket.customer_id)
        address = desk.stationery.operator_address(ticket.number, operator)
        found.append(
            DigestAnswer(
                ticket.number,
                ticket.subject,
                customer.name or sent.recipients[0] if customer else sent.recipients[0],
                ticket.automatic_article,
                ticket.automatic_confidence or 0.0,
                mailto(address, reply_subject(ticket.subject, ticket.number), "#wrong\n"),
            )
        )
    return found


def _incidents(
    connection: Connection, events: Sequence[RecordedEvent], since: dt.datetime
) -> list[DigestIncident]:
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
    return [*held, *demoted, *forged, *happened, *failed]


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
    if event.kind == "suppressed":
        what, why = str(event.detail.get("template", "")), str(event.detail.get("why", ""))
        return DigestIncident("suppressed", what, why, event.at, event.ticket_number)
    return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _figures(connection: Connection, events: Sequence[RecordedEvent], since: dt.datetime) -> DigestFigures:
    scores = [one.score for one in surveys.list_answered(connection, since) if one.score is not None]
    answered = {one.ticket_number for one in events if one.kind == "answered" and one.detail.get("automatic")}
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


def _trials(connection: Connection, now: dt.datetime) -> tuple[DigestTrial, ...]:
    return tuple(
        DigestTrial(
            one.rule, one.times, one.agreed, one.place, one.compared, one.similarity, promote=one.is_ripe
        )
        for one in list_trials(connection, now)
    )
