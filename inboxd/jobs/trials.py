"""Trials: once the operator has answered, what a shadow rule would have done is compared with what he did."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter
from inboxd.core.rule_actions import KB_ANSWER
from inboxd.core.ticket import Event, Message
from inboxd.core.trials import COMPARED, SHADOW, Trial, agrees, tally
from inboxd.core.view_parts import CustomerView
from inboxd.desk import Desk
from inboxd.errors import ConfigError
from inboxd.knowledge.likeness import likeness
from inboxd.letter_views import Correspondence, view_of
from inboxd.store import tickets
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read, write
from inboxd.store.tickets import RecordedEvent

# Who answers later than this did not answer what the rule would have answered.
_WAIT = dt.timedelta(days=14)
# The digest tells of so long.
REMEMBERED = dt.timedelta(days=30)


def compare_trials(desk: Desk, now: dt.datetime) -> int:
    """Compare every shadow decision that the operator has answered meanwhile; return how many were compared."""
    with read(desk.engine) as connection:
        events = tickets.list_events(connection, kinds=(SHADOW, COMPARED), since=now - _WAIT)
        done = {
            (one.ticket_number, one.detail.get("rule"), one.mail_id) for one in events if one.kind == COMPARED
        }
        waiting = [
            one
            for one in events
            if one.kind == SHADOW
            and one.ticket_number is not None
            and (one.ticket_number, one.detail.get("rule"), one.mail_id) not in done
        ]
        verdicts = [(one, found) for one in waiting if (found := _compared(desk, connection, one, now))]
    with write(desk.engine) as connection:
        for event, verdict in verdicts:
            tickets.add_event(
                connection, verdict, now, ticket_number=event.ticket_number, mail_id=event.mail_id
            )
    return len(verdicts)


def list_trials(connection: Connection, now: dt.datetime) -> tuple[Trial, ...]:
    """Return the record of every rule that was on trial lately."""
    events = tickets.list_events(connection, kinds=(SHADOW, COMPARED), since=now - REMEMBERED)
    return tally(
        [one.detail for one in events if one.kind == SHADOW],
        [one.detail for one in events if one.kind == COMPARED],
    )


def _compared(desk: Desk, connection: Connection, event: RecordedEvent, now: dt.datetime) -> Event | None:
    """Return the verdict on one shadow decision; None while the operator has not answered."""
    dossier = read_dossier(connection, event.ticket_number or 0)
    answer = _answer(dossier.messages, event.at) if dossier else None
    if dossier is None or dossier.ticket is None or answer is None:
        return None
    template = next((value for word, value in event.detail.get("actions", ()) if word == "reply"), "")
    similarity = None
    if template:
        would_be = _would_be(desk, dossier, template, str(event.detail.get("article", "")), now)
        similarity = likeness(would_be, answer.text, desk.knowledge.embedder)
    agreed = agrees(event.detail, dossier.ticket, similarity)
    return Event(COMPARED, {"rule": event.detail["rule"], "similarity": similarity, "agreed": agreed})


def _answer(messages: Sequence[Message], since: dt.datetime) -> Message | None:
    return next((one for one in messages if one.kind == Kind.RELAY and one.at >= since), None)


def _would_be(desk: Desk, dossier: Dossier, template: str, article: str, now: dt.datetime) -> str:
    """Return the words a template would have sent; of an answer from the knowledge base the article alone."""
    view = desk.knowledge.article_view(article, dossier.ticket) if article else None
    if template == KB_ANSWER:
        return view.body if view else ""
    customer, ticket = dossier.customer, dossier.ticket
    about = Correspondence(
        ticket=ticket,
        customer=CustomerView(customer.name if customer else "", dossier.customer_address),
        articles={article: view} if view else {},
    )
    letter = Letter(Kind.ANSWER, template, (dossier.customer_address,), "", article=article)
    language = ticket.language if ticket else ""
    try:
        return desk.stationery.templates.render(
            template, language, view_of(desk.stationery, letter, about, now)
        ).text
    except ConfigError:
        return ""  # the template is gone, or fails on this ticket: it would have sent nothing
