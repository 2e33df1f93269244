"""Gather: everything a decision needs, read and computed, nothing written. One line per stage of the journey."""

import datetime as dt
import ipaddress
from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inboxd.core.absence import away_until
from inboxd.core.admission import Sender
from inboxd.core.assign import Colleague
from inboxd.core.authenticate import prove_operator, read_results, verify
from inboxd.core.bare_signature import without_bare_signature
from inboxd.core.bounce_outcome import Returned
from inboxd.core.classify import classify
from inboxd.core.commands import read_commands
from inboxd.core.compose import Kind
from inboxd.core.decide import settle_course
from inboxd.core.decision import Course, Suppression
from inboxd.core.dsn import read_bounce
from inboxd.core.facts import CustomerFacts, EventKind, Facts, KbMatch, TicketFacts, TimeFacts, Unknown
from inboxd.core.forwarded import read_forwarded
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.language import detect_language
from inboxd.core.limits import History, Limits, Occasion, may_send
from inboxd.core.mail import Address, AutomaticKind, Bounce, Envelope, Mail, SenderAuth, Written
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.participants import answer_to, writer
from inboxd.core.promise import response_promise
from inboxd.core.quoting import separate
from inboxd.core.relay import both_texts, own_words, read_relayed
from inboxd.core.rule_actions import letter_kind
from inboxd.core.simhash import body_simhash
from inboxd.core.survey import SurveyAnswer, read_survey_answer
from inboxd.core.thread import Candidates, candidates, choose
from inboxd.core.ticket import Ticket
from inboxd.core.working_time import WorkingHours, is_working
from inboxd.desk import Desk
from inboxd.sent_before import sent_texts, shown_to_customer, told_to_operators
from inboxd.store import absences, customers, mails, outbox, surveys, tickets
from inboxd.store.customers import Customer
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read
from inboxd.store.mails import StoredMail

_UNPROVEN = SenderAuth("none", "none", aligned=False, authserv_id="")
# How long a reply to a survey is read as its answer (Zendesk: 28 days).
_SURVEY_VALID = dt.timedelta(days=28)
_SHORT_ANSWER = 80
_LONGEST_WINDOW = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A mail with all that is known about it, and what the store has on its ticket."""

    stored: StoredMail
    facts: Facts
    dossier: Dossier
    history: History
    next_number: int
    colleagues: tuple[Colleague, ...]
    returned: Returned | None
    promise: dt.datetime
    away_until: dt.datetime | None = None


def gather(desk: Desk, stored: StoredMail, now: dt.datetime, raw: bytes | None = None) -> Gathered:
    """Return everything the decision about one mail needs. Only reads; the model is asked outside any transaction.

    ``raw`` are the bytes of a mail that is in no store.
    """
    if raw is None:
        with read(desk.engine) as connection:
            raw = mails.load_raw(connection, stored.mail_id)
    mail = parse(raw)
    envelope = stored.envelope
    bounce = read_bounce(mail, envelope)
    auth = _authenticate(desk, stored, raw, mail, now)
    terms = desk.sla_terms
    with read(desk.engine) as connection:
        facts, dossier, returned = _thread(desk, connection, stored, mail, bounce, auth, terms.hours, now)
        history = _history(desk, connection, facts, dossier, now)
        next_number = tickets.next_number(connection)
        colleagues = colleagues_of(desk, connection)
    facts = replace(facts, kb=_match(desk, facts))
    target = desk.config.sla.targets.first_response or dt.timedelta(hours=8)
    promise = response_promise(terms.hours, now, target, ())
    back = away_until(terms.hours.away, now)
    return Gathered(stored, facts, dossier, history, next_number, colleagues, returned, promise, back)


def _authenticate(desk: Desk, stored: StoredMail, raw: bytes, mail: Mail, now: dt.datetime) -> SenderAuth:
    """Return how far the sender is proven: by a server we trust, else by our own checks where we saw his peer.

    A peer on this machine is our own mail server or a test, whose address says nothing about the sender.
    """
    told = read_results(mail, desk.config.intake.trusted_authserv_ids)
    if told is not None:
        return told
    if stored.envelope is None or stored.source != "smtp" or not _is_remote(stored.peer):
        return _UNPROVEN
    return verify(
        raw, mail, stored.envelope, client_ip=stored.peer, helo=stored.helo, resolve=desk.resolve, now=now
    )


def _is_remote(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return False


def forbid(limits: Limits, gathered: Gathered, template: str) -> Suppression | None:
    """Return why this template may not be sent automatically now, or None (``core/limits.py``)."""
    facts = gathered.facts
    occasion = Occasion(
        letter_kind(template),
        automatic=facts.automatic,
        answered_at=gathered.stored.arrived_at,
        body=body_simhash(facts.written.new_text),
        imported=facts.imported,
        undeliverable=facts.customer.undeliverable,
    )
    if (
        letter_kind(template) is Kind.ANSWER
        and facts.ticket is not None
        and facts.ticket.answered_automatically
    ):
        return Suppression(template, "one_answer_per_ticket", "this ticket was answered automatically before")
    no = may_send(limits, occasion, gathered.history, facts.now)
    return Suppression(template, no.reason.value, no.sentence) if no else None


def forbidder(desk: Desk, gathered: Gathered) -> "partial[Suppression | None]":
    """Return ``forbid`` for one mail, as ``decide`` asks it."""
    return partial(forbid, desk.config.limits, gathered)


def _thread(
    desk: Desk,
    connection: Connection,
    stored: StoredMail,
    mail: Mail,
    bounce: Bounce,
    auth: SenderAuth,
    hours: WorkingHours,
    now: dt.datetime,
) -> tuple[Facts, Dossier, Returned | None]:
    """Find the ticket, then read the mail again in its light: what was quoted, who may command, what it answers."""
    own, operators = desk.config.own_addresses, desk.operators
    envelope = stored.envelope or Envelope(mail.from_.key, stored.forward_paths)
    found = candidates(mail, envelope, desk.tokens, own_addresses=own, operators=operators, bounce=bounce)
    known = _known_tickets(connection, found)
    proof = prove_operator(mail, auth, operators, found.signed, stored.submitter)
    author, is_operator = mail.from_, mail.from_.key in operators
    inside = read_forwarded(mail, own, operators) if is_operator and (proof or auth.authenticated) else None
    if inside is not None:
        mail = inside.mail
    # What is forwarded may do what its own writer may: no more by the hand that brought it.
    speaks = proof if inside is None else None
    sender = writer(mail, desk.config.intake.form_senders)
    first_look = classify(mail, stored.envelope, bounce, own)
    threading = choose(
        found,
        known,
        mail,
        sender=Sender(
            sender.key, _UNPROVEN if inside else auth, speaks, first_look.is_automatic or stored.imported
        ),
        own_addresses=own,
        operators=operators,
    )
    dossier = _dossier(connection, threading.ticket, sender.key)
    returned = _returned(connection, desk, found, bounce)
    told = told_to_operators(connection, dossier, found.references) if speaks is not None else ()
    shown = shown_to_customer(desk, dossier) if speaks is not None else ()
    sent = (
        *(text for one in told for text in both_texts(one)),
        *sent_texts(dossier, to_operator=speaks is not None),
    )
    if inside is not None:
        written = inside.written
    elif speaks is None:
        written = separate(mail, sent, _earlier_texts(dossier, sender.key))
    else:
        written = own_words(mail, sent, shown)
    automatic = classify(mail, stored.envelope, bounce, own, written.new_text)
    survey_id, answer = (None, None) if inside else _survey(connection, dossier, mail, written, now)
    language = detect_language(f"{mail.subject}\n{written.new_text}")
    his_text = inside.forwarded.own_text if inside else written.new_text
    commands = without_bare_signature(read_commands(his_text), author) if is_operator else None
    facts = Facts(
        event=EventKind.TICKET_CREATED if threading.ticket is None else EventKind.CUSTOMER_REPLIED,
        now=now,
        accepted_at=stored.accepted_at,
        mail=mail,
        written=written,
        envelope=envelope,
        language=language,
        automatic=automatic,
        bounce=bounce,
        sender_auth=auth,
        is_operator=is_operator,
        threading=threading,
        ticket=ticket_facts(dossier, now),
        customer=_with_score(
            _customer_of(dossier, sender, language, by_operator=speaks is not None), dossier.customer, answer
        ),
        kb=(),
        time=time_facts(hours, now),
        answer_to=dossier.answer_address
        if speaks is not None and dossier.ticket is not None
        else _answer_to(mail, sender, own).key,
        imported=stored.imported,
        operator_proven=proof is not None,
        commands=commands,
        relayed=read_relayed(mail, commands.rest, sent, shown, told)
        if speaks is not None and commands is not None and (commands.may_relay or not commands.commands)
        else None,
        survey_id=survey_id,
        survey_answer=answer,
        bounced_outbox=returned.outbox_id if returned else None,
        proof=proof,
        forwarded=inside.forwarded if inside else None,
    )
    return facts, dossier, returned


def _known_tickets(connection: Connection, found: Candidates) -> KnownTickets:
    references = tickets.referenced(connection, found.message_ids)
    sent = outbox.find(connection, found.outbox) if found.outbox is not None else None
    conversations = tickets.find_conversation(connection, found.conversation)
    numbers = {number for leads in references.values() for number, _ in leads} | set(found.tickets)
    numbers |= set(conversations) | ({sent.ticket_number} if sent and sent.ticket_number else set())
    known: dict[int, Ticket] = {}
    while missing := numbers - known.keys():
        fresh = tickets.find_many(connection, missing)
        known |= fresh
        numbers = {one.merged_into for one in fresh.values() if one.merged_into} | known.keys()
        if not fresh:
            break
    people = tickets.participants_of(connection, known)
    return KnownTickets(
        tickets={
            number: _known_ticket(connection, one, people.get(number, frozenset()))
            for number, one in known.items()
        },
        references=references,
        conversations={found.conversation: conversations} if conversations else {},
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


def _dossier(connection: Connection, number: int | None, address: str) -> Dossier:
    dossier = read_dossier(connection, number) if number is not None else None
    return dossier or Dossier(ticket=None, customer=customers.find_by_address(connection, address))


def _returned(connection: Connection, desk: Desk, found: Candidates, bounce: Bounce) -> Returned | None:
    """Return the mail of ours that came back, bound by its return path, else by its signed Message-ID."""
    if not bounce.is_bounce:
        return None
    outbox_id = found.outbox
    if outbox_id is None and bounce.original_message_id:
        token = desk.tokens.read_message_id(bounce.original_message_id, desk.operators)
        outbox_id = token.outbox if token else None
    sent = outbox.find(connection, outbox_id) if outbox_id else None
    return Returned(sent.outbox_id, sent.kind, sent.message_id, sent.recipients) if sent else None


def _earlier_texts(dossier: Dossier, address: str) -> tuple[str, ...]:
    return tuple(
        one.full_text
        for one in dossier.messages
        if one.direction == "in" and one.author == address and one.full_text
    )


def _survey(
    connection: Connection, dossier: Dossier, mail: Mail, written: Written, now: dt.datetime
) -> tuple[int | None, SurveyAnswer | None]:
    """Return the survey a reply may answer and what it says: a reply to the survey itself, or a bare score."""
    if dossier.ticket is None:
        return None, None
    survey = surveys.last_sent(connection, dossier.ticket.number)
    if survey is None or survey.sent_at is None or now - survey.sent_at > _SURVEY_VALID:
        return None, None
    sent = outbox.find(connection, survey.outbox_id) if survey.outbox_id else None
    replies = sent is not None and sent.message_id in (*mail.in_reply_to, *mail.references[-1:])
    answer = read_survey_answer(written.new_text, mail.subject)
    if answer is None or not (replies or len(written.new_text) <= _SHORT_ANSWER):
        return survey.id, None
    return survey.id, answer


def _history(desk: Desk, connection: Connection, facts: Facts, dossier: Dossier, now: dt.datetime) -> History:
    since = now - _LONGEST_WINDOW
    recipient = facts.answer_to
    ticket = dossier.ticket
    acknowledged = outbox.last_acknowledged(connection, recipient)
    return History(
        to_recipient=outbox.automatic_times(connection, recipient=recipient, ticket_number=None, since=since),
        on_ticket=outbox.automatic_times(
            connection, recipient=recipient, ticket_number=ticket.number, since=since
        )
        if ticket
        else (),
        acknowledged=(acknowledged,) if acknowledged else (),
        ticket_acknowledged=any(one.kind == "acknowledgement" for one in dossier.messages),
        from_desk=outbox.automatic_to_customers(connection, now - desk.config.limits.brake.span),
        person_wrote_at=outbox.last_relayed(connection, recipient),
        bodies=mails.recent_bodies(
            connection, facts.mail.from_.domain, now - desk.config.limits.same_body.span
        ),
    )


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


def _match(desk: Desk, facts: Facts) -> tuple[KbMatch, ...] | Unknown:
    """Ask the knowledge base about a new question of a person; about nothing else."""
    course = settle_course(facts, desk.config.limits)
    is_question = course is Course.NEW_TICKET or (course is Course.FORWARDED and facts.ticket is None)
    if facts.imported or not is_question or facts.automatic.kind is not AutomaticKind.PERSONAL:
        return ()
    return desk.knowledge.match(facts.mail.subject, facts.written.new_text, facts.language)


def ticket_facts(dossier: Dossier, now: dt.datetime) -> TicketFacts | None:
    """Return a ticket as rules see it, before the event is applied."""
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
    )


def _answer_to(mail: Mail, sender: Address, own: OwnAddresses) -> Address:
    """Return where answers to the writer go; a contact form's Reply-To is the writer himself already."""
    return sender if sender != mail.from_ else answer_to(mail, own)


def _customer_of(dossier: Dossier, sender: Address, language: str, *, by_operator: bool) -> CustomerFacts:
    """Return the customer a mail is about: its writer, or, when an operator answers, the one he answers."""
    if by_operator and dossier.ticket is not None:
        return customer_facts(dossier.customer, dossier.customer_address)
    return customer_facts(dossier.customer, sender.key, sender.display_name, language)


def _with_score(
    facts: CustomerFacts, customer: Customer | None, answer: SurveyAnswer | None
) -> CustomerFacts:
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
