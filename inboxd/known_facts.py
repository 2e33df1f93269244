"""What rules may know of tickets, customers, operators and the time, read from the store."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inboxd.core.absence import away_until
from inboxd.core.assign import Colleague
from inboxd.core.customer_listing import Listing
from inboxd.core.customer_tags import Dealings, automatic_tags, together
from inboxd.core.customer_view import organisation_of
from inboxd.core.facts import CustomerFacts, TicketFacts, TimeFacts
from inboxd.core.survey import SurveyAnswer
from inboxd.core.ticket import Ticket
from inboxd.core.working_days import working_days_between
from inboxd.core.working_time import WorkingHours, is_working
from inboxd.desk import Desk
from inboxd.store import absences, tickets
from inboxd.store.dossiers import Dossier


def colleagues_of(desk: Desk, connection: Connection) -> tuple[Colleague, ...]:
    """Return the operators with what they have on their desks."""
    tickets_of, now = tickets.open_load(connection), desk.now
    known = absences.load_all(connection, [one.address.lower() for one in desk.config.operators])
    return tuple(
        Colleague(
            one.name,
            address := one.address.lower(),
            one.skills,
            tuple(tickets_of.get(address, ())),
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


def with_score(
    desk: Desk, facts: CustomerFacts, dossier: Dossier, answer: SurveyAnswer | None, now: dt.datetime
) -> CustomerFacts:
    """Count the score a mail gives: the rules on ``survey.answered`` judge a customer by this answer too."""
    if answer is None:
        return facts
    customer = dossier.customer
    scores = (*(customer.scores if customer else ()), answer.score)
    judged = replace(customer, scores=scores) if customer else None
    tags = tags_of(desk, replace(dossier, customer=judged), now)
    return replace(facts, satisfaction=sum(scores) / len(scores), tags=tags)


def customer_facts(
    desk: Desk, dossier: Dossier, now: dt.datetime, address: str, name: str = "", language: str = ""
) -> CustomerFacts:
    """Return a customer as rules see him; somebody who never wrote before is known by what his mail says.

    What ``customers.csv`` says of him holds before what his mails say, but for the language of the mail itself.
    """
    customer, listing = dossier.customer, listing_of(dossier)
    organisation = listing.organisation or organisation_of(
        (address, *(customer.addresses if customer else ()))
    )
    if customer is None:
        return CustomerFacts(
            None,
            address,
            listing.name or name,
            language or listing.language,
            tags_of(desk, dossier, now),
            0,
            None,
            undeliverable=False,
            organisation=organisation,
            fields=listing.fields,
        )
    return CustomerFacts(
        customer.customer_id,
        address,
        listing.name or name or customer.name,
        language or customer.language,
        tags_of(desk, dossier, now),
        customer.tickets,
        customer.satisfaction,
        undeliverable=customer.undeliverable,
        organisation=organisation,
        fields=listing.fields,
        note=customer.note,
        addresses=customer.addresses,
    )


def listing_of(dossier: Dossier) -> Listing:
    """Return what ``customers.csv`` says of whoever a dossier is about; an empty listing of who is not in it."""
    return dossier.customer.listing if dossier.customer else dossier.listing or Listing(())


def tags_of(desk: Desk, dossier: Dossier, now: dt.datetime) -> tuple[str, ...]:
    """Return all tags of whoever a dossier is about: given by hand, by ``customers.csv``, and by what he did."""
    terms = desk.config.customers.terms
    if dossier.customer is None:
        return together(listing_of(dossier).tags, automatic_tags(Dealings(), terms, now))
    return dossier.customer.tags_at(terms, now, asks_anew=dossier.ticket is None)


def time_facts(hours: WorkingHours, now: dt.datetime) -> TimeFacts:
    """Return where ``now`` stands in the desk's week."""
    return TimeFacts(is_working(hours, now), now.astimezone(ZoneInfo(hours.zone)).strftime("%A").lower())
