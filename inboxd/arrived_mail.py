"""Reading an arrived mail: whose it is and which ticket's, then what it says in the light of that ticket."""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from inboxd.core.admission import BYSTANDER, Sender
from inboxd.core.authenticate import OperatorProof, prove_operator
from inboxd.core.bare_signature import without_bare_signature
from inboxd.core.bounce_outcome import Returned
from inboxd.core.classify import shown_by_header, told_by_text
from inboxd.core.commands import CommandBlock, read_commands
from inboxd.core.evidence import By
from inboxd.core.facts import CustomerFacts, EventKind, Facts, Threading
from inboxd.core.forwarded import ForwardedMail, forwards_own, read_forwarded
from inboxd.core.language import language_of_mail, settled_language
from inboxd.core.mail import Address, Automatic, Bounce, Envelope, Mail, SenderAuth, Written
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.participants import answer_to, writer
from inboxd.core.quoting import separate
from inboxd.core.relay import Relayed, both_texts, own_words, read_relayed
from inboxd.core.second_address import mailbox_of
from inboxd.core.sentiment import sentiment_of
from inboxd.core.survey import SurveyAnswer
from inboxd.core.thread import Candidates, candidates, choose
from inboxd.core.working_time import WorkingHours
from inboxd.desk import Desk
from inboxd.known_facts import customer_facts, ticket_facts, time_facts, with_score
from inboxd.lookups import dossier_of, known_tickets, returned_mail, survey_answered, survey_stopped
from inboxd.sent_before import asked_of_customer, sent_texts, shown_to_customer, told_to_operators
from inboxd.stages import Stage, timed
from inboxd.store import mails, past, twins
from inboxd.store.dossiers import Dossier
from inboxd.store.mails import StoredMail

UNPROVEN = SenderAuth("none", "none", aligned=False, authserv_id="")


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A mail before its ticket is known. ``author`` brought it; ``mail`` and ``writer`` are those inside a forward.

    ``speaks``: the proof by which an operator answers and commands with it; None for everybody else's mail. ``shown``:
    what its header says of its sender, machine or person; None where it is silent.
    """

    mail: Mail
    envelope: Envelope
    auth: SenderAuth
    bounce: Bounce
    author: Address
    writer: Address
    is_operator: bool
    proof: OperatorProof | None
    speaks: OperatorProof | None
    inside: ForwardedMail | None
    found: Candidates
    shown: Automatic | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What a mail says once its ticket is known: ``written`` now, its ``commands``, and what of it is ``relayed``."""

    written: Written
    commands: CommandBlock | None
    relayed: Relayed | None


def read_arrived(
    desk: Desk,
    connection: Connection,
    stored: StoredMail,
    mail: Mail,
    bounce: Bounce,
    auth: SenderAuth,
    hours: WorkingHours,
    now: dt.datetime,
) -> tuple[Facts, Dossier, Returned | None]:
    """Return the facts about a mail, what the store has on its ticket, and which mail of ours it says came back."""
    arrived = _arrived(desk, stored, mail, bounce, auth)
    with timed(Stage.THREAD):
        threading = _find_ticket(desk, connection, stored, arrived)
    dossier = dossier_of(connection, threading.ticket, arrived.writer.key, _proven_mailbox(arrived))
    returned = returned_mail(connection, desk, arrived.found, bounce)
    said = _read(desk, connection, arrived, dossier)
    facts = _facts(desk, stored, arrived, threading, dossier, said, hours, now)
    own_copy = desk.tokens.read_message_id(arrived.mail.message_id, desk.operators) is not None
    facts = replace(facts, own_copy=own_copy or twins.lies_in_sent(connection, stored.mail_id))
    return _with_survey(desk, connection, facts, arrived, dossier), dossier, returned


def _arrived(desk: Desk, stored: StoredMail, mail: Mail, bounce: Bounce, auth: SenderAuth) -> _Arrived:
    own, operators = desk.config.own_addresses, desk.operators
    envelope = stored.envelope or Envelope(mail.from_.key, stored.forward_paths)
    found = candidates(mail, envelope, desk.tokens, own_addresses=own, operators=operators, bounce=bounce)
    proof = prove_operator(mail, auth, operators, found.signed, stored.submitter)
    is_operator = mail.from_.key in operators
    inside = read_forwarded(mail, own, operators) if is_operator and (proof or auth.authenticated) else None
    read_as = mail if inside is None else inside.mail
    return _Arrived(
        mail=read_as,
        envelope=envelope,
        auth=auth,
        bounce=bounce,
        author=mail.from_,
        writer=writer(read_as, desk.config.intake.form_senders),
        is_operator=is_operator,
        proof=proof,
        # What is forwarded may do what its own writer may: no more by the hand that brought it.
        speaks=proof if inside is None else None,
        inside=inside,
        found=found,
        shown=shown_by_header(read_as, stored.envelope, bounce, own, desk.config.intake.form_senders),
    )


def _find_ticket(desk: Desk, connection: Connection, stored: StoredMail, arrived: _Arrived) -> Threading:
    own = desk.config.own_addresses
    first_look = _automatic(desk, stored, arrived, "")
    sender = Sender(
        arrived.writer.key,
        UNPROVEN if arrived.inside else arrived.auth,
        arrived.speaks,
        first_look.is_automatic or stored.imported,
        is_history=stored.imported,
    )
    known = known_tickets(connection, arrived.found)
    chosen = choose(
        arrived.found, known, arrived.mail, sender=sender, own_addresses=own, operators=desk.operators
    )
    return _as_it_stood(connection, stored, chosen)


def _automatic(desk: Desk, stored: StoredMail, arrived: _Arrived, new_text: str) -> Automatic:
    """Return what kind of sender wrote, by the whole text where ``new_text`` is empty (``core/classify.py``)."""
    text, forms = new_text or arrived.mail.text, desk.config.intake.form_senders
    return arrived.shown or told_by_text(arrived.mail, stored.envelope, text, forms)


def _proven_mailbox(arrived: _Arrived) -> str:
    """Return the mailbox the mail is proven to come from; a contact form and a forward prove nobody's."""
    speaks_himself = arrived.inside is None and arrived.writer.key == arrived.mail.from_.key
    return mailbox_of(arrived.writer.key) if speaks_himself and arrived.auth.authenticated else ""


def _as_it_stood(connection: Connection, stored: StoredMail, chosen: Threading) -> Threading:
    """Return the ticket a mail of another desk stood on there; its words alone make its writer no participant."""
    place = past.place_of(connection, stored.mail_id) if stored.imported else None
    if place is None:
        return chosen
    number = past.ticket_at(connection, place)
    if number is None:
        return Threading(None, By.OLD_DESK)
    return Threading(number, By.OLD_DESK, role=chosen.role if chosen.ticket == number else BYSTANDER)


def _read(desk: Desk, connection: Connection, arrived: _Arrived, dossier: Dossier) -> _Read:
    """Tell what was written now from what was sent before; an operator's words from what only he may see."""
    mail, speaks = arrived.mail, arrived.speaks is not None
    told = told_to_operators(connection, dossier, arrived.found.references) if speaks else ()
    had = told or asked_of_customer(connection, dossier)
    shown = shown_to_customer(desk, dossier) if speaks else ()
    sent = (*(text for one in had for text in both_texts(one)), *sent_texts(dossier, to_operator=speaks))
    if arrived.inside is not None:
        written, his_text = arrived.inside.written, arrived.inside.forwarded.own_text
    else:
        earlier = _earlier_texts(dossier, arrived.writer.key)
        written = own_words(mail, sent, shown) if speaks else separate(mail, sent, earlier)
        his_text = written.new_text
    if not arrived.is_operator:
        return _Read(written, None, None)
    commands = without_bare_signature(read_commands(his_text), arrived.author)
    relays = speaks and (commands.may_relay or not commands.commands)
    return _Read(written, commands, read_relayed(mail, commands.rest, sent, shown, told) if relays else None)


def _earlier_texts(dossier: Dossier, address: str) -> tuple[str, ...]:
    return tuple(
        one.full_text
        for one in dossier.messages
        if one.direction == "in" and one.author == address and one.full_text
    )


def _facts(
    desk: Desk,
    stored: StoredMail,
    arrived: _Arrived,
    threading: Threading,
    dossier: Dossier,
    said: _Read,
    hours: WorkingHours,
    now: dt.datetime,
) -> Facts:
    own, mail = desk.config.own_addresses, arrived.mail
    speaks = arrived.speaks is not None
    with timed(Stage.CLASSIFY):
        is_reply = bool(mail.in_reply_to or mail.references)
        language = language_of_mail(mail.subject, said.written.new_text, is_reply=is_reply)
        settled = _settled(language, said, dossier)
        automatic = _automatic(desk, stored, arrived, said.written.new_text)
    to_customer = speaks and dossier.ticket is not None
    return Facts(
        event=EventKind.TICKET_CREATED if threading.ticket is None else EventKind.CUSTOMER_REPLIED,
        now=now,
        accepted_at=stored.happened_at,
        mail=mail,
        written=said.written,
        envelope=arrived.envelope,
        language=language,
        automatic=automatic,
        bounce=arrived.bounce,
        sender_auth=arrived.auth,
        is_operator=arrived.is_operator,
        threading=threading,
        ticket=ticket_facts(dossier, now),
        customer=_customer_of(desk, dossier, now, arrived.writer, settled, by_operator=speaks),
        kb=(),
        time=time_facts(hours, now),
        answer_to=dossier.answer_address if to_customer else _answer_to(mail, arrived.writer, own).key,
        imported=stored.imported,
        released=stored.disposition == mails.RELEASED,
        operator_proven=arrived.proof is not None,
        commands=said.commands,
        relayed=said.relayed,
        proof=arrived.proof,
        forwarded=arrived.inside.forwarded if arrived.inside else None,
        forwards_own=speaks and forwards_own(mail, own),
    )


def _with_survey(
    desk: Desk, connection: Connection, facts: Facts, arrived: _Arrived, dossier: Dossier
) -> Facts:
    """Return the facts with the survey the mail may answer; what is forwarded answers none."""
    if arrived.inside is not None:
        return facts
    survey_id, answer = survey_answered(connection, dossier, facts.mail, facts.written, facts.now)
    if answer is not None:
        answer = replace(answer, sentiment=_sentiment(desk, answer))
    customer = with_score(desk, facts.customer, dossier, answer, facts.now)
    stop = survey_stopped(connection, dossier, facts.mail, facts.written)
    return replace(facts, customer=customer, survey_id=survey_id, survey_answer=answer, survey_stop=stop)


def _sentiment(desk: Desk, answer: SurveyAnswer) -> str:
    """Return how the comment sounds; while the model is not loaded the words and the score tell."""
    embedder = desk.knowledge.embedder
    if embedder is None:
        return sentiment_of(answer.comment, answer.score)
    from inboxd.knowledge.sentiment import judge_comment  # noqa: PLC0415  numpy is there once a model is

    return judge_comment(embedder, answer.comment, answer.score)


def _answer_to(mail: Mail, sender: Address, own: OwnAddresses) -> Address:
    """Return where answers to the writer go; a contact form's Reply-To is the writer himself already."""
    return sender if sender != mail.from_ else answer_to(mail, own)


def _settled(language: str, said: _Read, dossier: Dossier) -> str:
    """Return the language the writer is answered in; the ticket's and the customer's hold against a word or two."""
    known = (dossier.ticket.language if dossier.ticket else "") or (
        dossier.customer.language if dossier.customer else dossier.listing.language if dossier.listing else ""
    )
    return settled_language(language, said.written.new_text, known)


def _customer_of(
    desk: Desk, dossier: Dossier, now: dt.datetime, sender: Address, language: str, *, by_operator: bool
) -> CustomerFacts:
    """Return the customer a mail is about: its writer, or, when an operator answers, the one he answers."""
    if by_operator and dossier.ticket is not None:
        return customer_facts(desk, dossier, now, dossier.customer_address)
    return customer_facts(desk, dossier, now, sender.key, sender.display_name, language)
