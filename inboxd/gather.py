"""Gather: everything a decision needs, read and computed, nothing written. One line per stage of the journey."""

import datetime as dt
import ipaddress
from dataclasses import dataclass, replace
from functools import partial

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
from inboxd.core.facts import CustomerFacts, EventKind, Facts, KbMatch, Unknown
from inboxd.core.forwarded import read_forwarded
from inboxd.core.language import detect_language
from inboxd.core.limits import History, Limits, Occasion, may_send
from inboxd.core.mail import Address, AutomaticKind, Bounce, Envelope, Mail, SenderAuth
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.participants import answer_to, writer
from inboxd.core.promise import response_promise
from inboxd.core.quoting import separate
from inboxd.core.relay import both_texts, own_words, read_relayed
from inboxd.core.rule_actions import letter_kind
from inboxd.core.simhash import body_simhash
from inboxd.core.thread import candidates, choose
from inboxd.core.working_time import WorkingHours
from inboxd.desk import Desk
from inboxd.known_facts import colleagues_of, customer_facts, ticket_facts, time_facts, with_score
from inboxd.lookups import dossier_of, history_of, known_tickets, returned_mail, survey_answered
from inboxd.sent_before import sent_texts, shown_to_customer, told_to_operators
from inboxd.store import mails, tickets
from inboxd.store.dossiers import Dossier
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
        history = history_of(desk, connection, facts, dossier, now)
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
    known = known_tickets(connection, found)
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
    dossier = dossier_of(connection, threading.ticket, sender.key)
    returned = returned_mail(connection, desk, found, bounce)
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
    survey_id, answer = (None, None) if inside else survey_answered(connection, dossier, mail, written, now)
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
        customer=with_score(
            _customer_of(dossier, sender, language, by_operator=speaks is not None), dossier.customer, answer
        ),
        kb=(),
        time=time_facts(hours, now),
        answer_to=dossier.answer_address
        if speaks is not None and dossier.ticket is not None
        else _answer_to(mail, sender, own).key,
        imported=stored.imported,
        released=stored.disposition == mails.RELEASED,
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
        own_copy=desk.tokens.read_message_id(mail.message_id, operators) is not None,
    )
    return facts, dossier, returned


def _earlier_texts(dossier: Dossier, address: str) -> tuple[str, ...]:
    return tuple(
        one.full_text
        for one in dossier.messages
        if one.direction == "in" and one.author == address and one.full_text
    )


def _match(desk: Desk, facts: Facts) -> tuple[KbMatch, ...] | Unknown:
    """Ask the knowledge base about a new question of a person; about nothing else."""
    course = settle_course(facts, desk.config.limits)
    is_question = course is Course.NEW_TICKET or (course is Course.FORWARDED and facts.ticket is None)
    if facts.imported or not is_question or facts.automatic.kind is not AutomaticKind.PERSONAL:
        return ()
    return desk.knowledge.match(facts.mail.subject, facts.written.new_text, facts.language)


def _answer_to(mail: Mail, sender: Address, own: OwnAddresses) -> Address:
    """Return where answers to the writer go; a contact form's Reply-To is the writer himself already."""
    return sender if sender != mail.from_ else answer_to(mail, own)


def _customer_of(dossier: Dossier, sender: Address, language: str, *, by_operator: bool) -> CustomerFacts:
    """Return the customer a mail is about: its writer, or, when an operator answers, the one he answers."""
    if by_operator and dossier.ticket is not None:
        return customer_facts(dossier.customer, dossier.customer_address)
    return customer_facts(dossier.customer, sender.key, sender.display_name, language)
