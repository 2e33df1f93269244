"""Looking up: which tickets a mail may belong to, what it answers, and what was sent to its writer before."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.core.bounce_outcome import Returned
from inboxd.core.evidence import message_id_key
from inboxd.core.facts import Facts
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.limits import History
from inboxd.core.mail import Bounce, Mail, Written
from inboxd.core.peers import is_variable, peer_key
from inboxd.core.survey import SurveyAnswer, read_survey_answer
from inboxd.core.survey_stop import asks_to_stop
from inboxd.core.thread import Candidates
from inboxd.core.ticket import Ticket
from inboxd.desk import Desk
from inboxd.store import conversations, customers, mails, outbox, sent_history, surveys, tickets
from inboxd.store.customer_listing import find_listing
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.surveys import Survey

_SURVEY_VALID = dt.timedelta(days=28)
_SHORT_ANSWER = 80
_LONGEST_WINDOW = dt.timedelta(days=31)


def known_tickets(connection: Connection, found: Candidates) -> KnownTickets:
    """Return what the store knows about everything in a mail that may lead to a ticket."""
    references = conversations.referenced(connection, found.message_ids)
    sent = outbox.find(connection, found.outbox) if found.outbox is not None else None
    outlook = conversations.find_conversation(connection, found.conversation)
    numbers = {number for leads in references.values() for number, _ in leads} | set(found.tickets)
    numbers |= set(outlook) | ({sent.ticket_number} if sent and sent.ticket_number else set())
    known: dict[int, Ticket] = {}
    while missing := numbers - known.keys():
        fresh = tickets.find_many(connection, missing)
        known |= fresh
        numbers = {one.merged_into for one in fresh.values() if one.merged_into} | known.keys()
        if not fresh:
            break
    people = conversations.participants_of(connection, known)
    return KnownTickets(
        tickets={
            number: _known_ticket(connection, one, people.get(number, frozenset()))
            for number, one in known.items()
        },
        references=references,
        conversations={found.conversation: outlook} if outlook else {},
        outbox_ticket=sent.ticket_number if sent else None,
    )


def _known_ticket(connection: Connection, ticket: Ticket, people: frozenset[str]) -> KnownTicket:
    customer = customers.find(connection, ticket.customer_id)
    addresses = frozenset(customer.addresses) if customer else frozenset()
    lines = tickets.list_messages(connection, ticket.number)
    return KnownTicket(
        number=ticket.number,
        status=ticket.status,
        customer=next(iter(addresses), ""),
        participants=people | addresses,
        subjects=(ticket.subject,),
        # A receipt is no answer: a new subject after it alone starts nothing new.
        sent_texts=tuple(
            one.text for one in lines if one.direction == "out" and one.kind != "acknowledgement"
        ),
        merged_into=ticket.merged_into,
    )


def dossier_of(connection: Connection, number: int | None, address: str, mailbox: str = "") -> Dossier:
    """Return the dossier of a ticket; without one, an empty dossier of whoever writes from ``address``.

    ``mailbox`` is what the address is proven to be a name of (``core/second_address.py``).
    """
    dossier = read_dossier(connection, number) if number is not None else None
    if dossier is not None:
        return dossier
    customer = customers.find_by_address(connection, address)
    if customer is None and mailbox:
        customer = customers.find_by_mailbox(connection, mailbox)
    listing = find_listing(connection, address) if customer is None else None
    return Dossier(ticket=None, customer=customer, listing=listing)


def returned_mail(connection: Connection, desk: Desk, found: Candidates, bounce: Bounce) -> Returned | None:
    """Return the mail of ours that came back, bound by its return path, else by its signed Message-ID."""
    if not bounce.is_bounce:
        return None
    outbox_id = found.outbox
    if outbox_id is None and bounce.original_message_id:
        token = desk.tokens.read_message_id(bounce.original_message_id, desk.operators)
        outbox_id = token.outbox if token else None
    sent = outbox.find(connection, outbox_id) if outbox_id else None
    if sent is None:
        return _returned_answer(connection, bounce.original_message_id)
    return Returned(sent.outbox_id, sent.kind, sent.message_id, sent.recipients)


def _returned_answer(connection: Connection, message_id: str) -> Returned | None:
    """Return what an operator sent from the mailbox and came back; it never was in the outbox."""
    key = message_id_key(message_id)
    for number, _ in conversations.referenced(connection, [key]).get(key, ()) if key else ():
        for line in tickets.list_messages(connection, number):
            if line.direction == "out" and line.outbox_id is None and message_id_key(line.message_id) == key:
                people = tuple(one.address for one in conversations.list_participants(connection, number))
                return Returned(0, line.kind, line.message_id, people)
    return None


def survey_answered(
    connection: Connection, dossier: Dossier, mail: Mail, written: Written, now: dt.datetime
) -> tuple[int | None, SurveyAnswer | None]:
    """Return the survey a reply may answer and what it says: a reply to the survey itself, or a bare score."""
    survey = _last_survey(connection, dossier)
    if survey is None or survey.sent_at is None or now - survey.sent_at > _SURVEY_VALID:
        return None, None
    replies = _replies_to(connection, survey, mail)
    answer = read_survey_answer(written.new_text, mail.subject)
    if answer is None or not (replies or _is_bare_score(mail, written.new_text)):
        return survey.id, None
    return survey.id, answer


def survey_stopped(connection: Connection, dossier: Dossier, mail: Mail, written: Written) -> bool:
    """Return whether a reply to a survey, however old, asks for no more of them."""
    if not asks_to_stop(written.new_text):
        return False
    survey = _last_survey(connection, dossier)
    return survey is not None and _replies_to(connection, survey, mail)


def _last_survey(connection: Connection, dossier: Dossier) -> Survey | None:
    return surveys.last_sent(connection, dossier.ticket.number) if dossier.ticket else None


def _replies_to(connection: Connection, survey: Survey, mail: Mail) -> bool:
    sent = outbox.find(connection, survey.outbox_id) if survey.outbox_id else None
    return sent is not None and sent.message_id in (*mail.in_reply_to, *mail.references[-1:])


def _is_bare_score(mail: Mail, new_text: str) -> bool:
    """Return whether a mail that replies to no survey is one's answer: a tap on its link, or a number and little more.

    "Perfect, thanks" in reply to another mail of ours is thanks for that one.
    """
    refers = bool(mail.in_reply_to or mail.references)
    said = f"{new_text} {mail.subject}" if not refers else new_text
    return len(new_text) <= _SHORT_ANSWER and (not refers or any(char.isdigit() for char in said))


def history_of(
    desk: Desk, connection: Connection, facts: Facts, dossier: Dossier, now: dt.datetime
) -> History:
    """Return what was sent to the writer of a mail before: what the limits look at."""
    since = now - _LONGEST_WINDOW
    recipient = facts.answer_to
    ticket = dossier.ticket
    acknowledged = sent_history.last_acknowledged(connection, recipient)
    return History(
        to_peer=_to_peer(connection, recipient, since),
        to_recipient=sent_history.automatic_times(
            connection, recipient=recipient, ticket_number=None, since=since
        ),
        on_ticket=sent_history.automatic_times(
            connection, recipient=recipient, ticket_number=ticket.number, since=since
        )
        if ticket
        else (),
        acknowledged=(acknowledged,) if acknowledged else (),
        ticket_acknowledged=any(one.kind == "acknowledgement" for one in dossier.messages),
        from_desk=sent_history.automatic_to_customers(connection, now - desk.config.limits.brake.span),
        person_wrote_at=sent_history.last_relayed(connection, recipient),
        bodies=mails.recent_bodies(
            connection, facts.mail.from_.domain, now - desk.config.limits.same_body.span
        ),
    )


def _to_peer(connection: Connection, recipient: str, since: dt.datetime) -> tuple[dt.datetime, ...]:
    """Return when something automatic went to this peer, under whatever address; empty where it has only one."""
    if not is_variable(recipient):
        return ()
    key, domain = peer_key(recipient), recipient.rpartition("@")[2].lower()
    sent = sent_history.automatic_to_domain(connection, domain, since)
    return tuple(at for address, at in sent if peer_key(address) == key)
