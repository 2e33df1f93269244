"""What rules may know of tickets, customers, operators and the time, read from the store."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inboxd.core.absence import away_until
from inboxd.core.assign import Colleague
from inboxd.core.facts import CustomerFacts, TicketFacts, TimeFacts
from inboxd.core.survey import SurveyAnswer
from inboxd.core.ticket import Ticket
from inboxd.core.working_days import working_days_between
from inboxd.core.working_time import WorkingHours, is_working
from inboxd.desk import Desk
from inboxd.store import absences, tickets
from inboxd.store.customers import Customer
from inboxd.store.dossiers import Dossier


def colleagues_of(desk: Desk, connection: Connection) -> tuple[Colleague, ...]:
    """Return the operators with what they have on their desks."""
    load, now = tickets.open_load(connection), desk.now
    known = absences.load_all(connection, [one.address.lower() for one in desk.config.operators])
    return tuple(
        Colleague(
            one.name,
            address := one.address.lower(),
            one.skills,
            tuple(load.get(address, ())),
            away=away_until(known[address], now) is not None,
        )
        for one in desk.config.operators
    )


def ticket_facts(dossier: Dossier, now: dt.datetime, hours: WorkingHours | None = None) -> TicketFacts | None:
    """Return a ticket as rules see it, before the event is applied; with ``hours`` also how long it has been silent."""
    ticket = dossier.ticket
    if ticket is None:
        return None
    return TicketFacts(
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        category=ticket.category,
        tags=ticket.tags,
        assignee=ticket.assignee,
        age=now - ticket.created_at,
        messages=len(dossier.messages),
        answered=ticket.first_response_at is not None,
        answered_automatically=ticket.answered_automatically,
        idle_days=working_days_between(hours, silent_since(ticket), now) if hours else None,
    )


def silent_since(ticket: Ticket) -> dt.datetime:
    """Return since when nobody has written; of a ticket from before that was kept, when it was last touched."""
    return ticket.silent_since or ticket.updated_at


def with_score(facts: CustomerFacts, customer: Customer | None, answer: SurveyAnswer | None) -> CustomerFacts:
    """Count the score a mail gives: the rules on ``survey.answered`` judge a customer by this answer too."""
    if answer is None:
        return facts
    scores = (*(customer.scores if customer else ()), answer.score)
    return replace(facts, satisfaction=sum(scores) / len(scores))


def customer_facts(
    customer: Customer | None, address: str, name: str = "", language: str = ""
) -> CustomerFacts:
    """Return a customer as rules see him; somebody who never wrote before is known by what his mail says."""
    if customer is None:
        return CustomerFacts(None, address, name, language, (), 0, None, undeliverable=False)
    return CustomerFacts(
        customer.customer_id,
        address,
        name or customer.name,
        language or customer.language,
        customer.tags,
        customer.tickets,
        customer.satisfaction,
        undeliverable=customer.undeliverable,
    )


def time_facts(hours: WorkingHours, now: dt.datetime) -> TimeFacts:
    """Return where ``now`` stands in the desk's week."""
    return TimeFacts(is_working(hours, now), now.astimezone(ZoneInfo(hours.zone)).strftime("%A").lower())
