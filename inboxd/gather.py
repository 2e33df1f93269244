"""Gather: everything a decision needs, read and computed, nothing written. One line per stage of the journey."""

import datetime as dt
import ipaddress
from dataclasses import dataclass, replace
from functools import partial

from inboxd.arrived_mail import UNPROVEN, read_arrived
from inboxd.assessment import assess
from inboxd.core.absence import away_until
from inboxd.core.assign import Colleague
from inboxd.core.authenticate import read_results, verify
from inboxd.core.bounce_outcome import Returned
from inboxd.core.decide import settle_course
from inboxd.core.decision import Course, Suppression
from inboxd.core.dsn import read_bounce
from inboxd.core.facts import Facts, KbMatch, Unknown
from inboxd.core.form_visitor import as_visitor
from inboxd.core.guards import withhold
from inboxd.core.limits import History, Limits, Occasion
from inboxd.core.mail import AutomaticKind, Mail, SenderAuth
from inboxd.core.mail_kind import Kind
from inboxd.core.parse import parse
from inboxd.core.restraint import restrain
from inboxd.core.simhash import body_simhash
from inboxd.desk import Desk, sla_terms_of
from inboxd.known_facts import colleagues_of
from inboxd.lookups import history_of
from inboxd.promises import promised
from inboxd.sent_copies import read_sent
from inboxd.stages import Stage, timed
from inboxd.store import mails, restored, tickets
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import read
from inboxd.store.mails import StoredMail


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
            terms = sla_terms_of(desk.config, connection)
    else:
        terms = desk.sla_terms
    with timed(Stage.PARSE):
        ahead = desk.ahead.pop(stored.mail_id, None)
        mail = as_visitor(ahead or parse(raw), desk.config.intake.forms)
        bounce = read_bounce(mail, stored.envelope)
    with timed(Stage.AUTHENTICATE):
        auth = _authenticate(desk, stored, raw, mail, now)
    with read(desk.engine) as connection:
        if stored.source in mails.BY_DESK:
            returned = None
            facts, dossier = read_sent(desk, connection, stored, mail, terms.hours, now)
        else:
            facts, dossier, returned = read_arrived(
                desk, connection, stored, mail, bounce, auth, terms.hours, now
            )
        # Nothing is ever sent because of history, so no limit looks at what was sent before.
        history = History() if facts.imported else history_of(desk, connection, facts, dossier, now)
        next_number = tickets.next_number(connection)
        colleagues = colleagues_of(desk, connection)
        promise = promised(desk, connection, facts, terms.hours, now)
        restored_at = restored.restored_at(connection)
    facts = replace(facts, before_restore=restored_at is not None and stored.arrived_at <= restored_at)
    facts = withhold(replace(facts, kb=_match(desk, facts)), desk.config.kb.guards)
    if begins_ticket(facts, settle_course(facts, desk.config.limits)):
        with read(desk.engine) as connection:
            facts = assess(desk, connection, facts)
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
        return UNPROVEN
    return verify(
        raw, mail, stored.envelope, client_ip=stored.peer, helo=stored.helo, resolve=desk.resolve, now=now
    )


def _is_remote(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return False


def is_asked(facts: Facts, course: Course) -> bool:
    """Return whether the knowledge base is asked about a mail of that course: a person's new question."""
    is_personal = facts.automatic.kind is AutomaticKind.PERSONAL
    return begins_ticket(facts, course) and not facts.imported and is_personal


def begins_ticket(facts: Facts, course: Course) -> bool:
    """Return whether a mail of that course makes a new ticket."""
    return course is Course.NEW_TICKET or (course is Course.FORWARDED and facts.ticket is None)


def occasion_of(gathered: Gathered) -> Occasion:
    """Return the mail that an automatic one would answer, as the limits look at it; the kind is that of an answer."""
    facts = gathered.facts
    return Occasion(
        Kind.ANSWER,
        automatic=facts.automatic,
        answered_at=gathered.stored.arrived_at,
        body=body_simhash(facts.written.new_text),
        imported=facts.imported,
        undeliverable=facts.customer.undeliverable,
        withheld=facts.kb[0].withheld if isinstance(facts.kb, tuple) and facts.kb else "",
        guarded=bool(facts.guards),
        awaits_person=_awaits_person(gathered),
        before_restore=facts.before_restore,
    )


def _awaits_person(gathered: Gathered) -> bool:
    """Return whether the writer was answered by a machine and no person has written to him on this ticket since."""
    written = (one.kind for one in gathered.dossier.messages if one.direction == "out")
    return answered_before(gathered.facts) and Kind.RELAY not in written


def answered_before(facts: Facts) -> bool:
    """Return whether the ticket had an automatic answer already; whoever answers a survey asks for none."""
    if facts.survey_answer is not None:
        return False
    return facts.ticket is not None and facts.ticket.answered_automatically


def forbid(limits: Limits, gathered: Gathered, template: str) -> Suppression | None:
    """Return why this template may not be sent automatically now, or None (``core/restraint.py``)."""
    facts = gathered.facts
    return restrain(
        limits,
        occasion_of(gathered),
        gathered.history,
        facts.now,
        template,
        answered_before=answered_before(facts),
    )


def forbidder(desk: Desk, gathered: Gathered) -> "partial[Suppression | None]":
    """Return ``forbid`` for one mail, as ``decide`` asks it."""
    return partial(forbid, desk.config.limits, gathered)


def _match(desk: Desk, facts: Facts) -> tuple[KbMatch, ...] | Unknown:
    """Ask the knowledge base about a new question of a person; about nothing else."""
    if not is_asked(facts, settle_course(facts, desk.config.limits)):
        return ()
    with timed(Stage.MATCH):
        return desk.knowledge.match(facts.mail.subject, facts.written.new_text, facts.language)
