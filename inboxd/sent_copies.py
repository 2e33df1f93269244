"""Reading a mail from the desk's Sent folder: whose answer to whom, on which ticket, made of which draft."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import Connection

from inboxd.core.admission import Sender
from inboxd.core.authenticate import OperatorProof
from inboxd.core.classify import classify
from inboxd.core.drafts import MARK, DraftState, OfferedDraft
from inboxd.core.evidence import By
from inboxd.core.facts import EventKind, Facts, Threading
from inboxd.core.language import detect_language
from inboxd.core.mail import Bounce, Envelope, Mail, SenderAuth
from inboxd.core.quoting import separate
from inboxd.core.sent_copy import SentCopy, answered_ticket, as_past, as_placed, read_sent_copy
from inboxd.core.thread import candidates, choose
from inboxd.core.working_time import WorkingHours
from inboxd.desk import Desk
from inboxd.known_facts import customer_facts, ticket_facts, time_facts
from inboxd.lookups import dossier_of, known_tickets
from inboxd.store import customers, drafts, mails, past, tickets
from inboxd.store.dossiers import Dossier
from inboxd.store.drafts import Draft
from inboxd.store.mails import StoredMail

_BY_MAILBOX = SenderAuth("mailbox", "pass", aligned=True, authserv_id="")
_WAITS = ("new", "open", "pending")
_MOST_TICKETS = 20
_OPEN = (DraftState.WANTED, DraftState.LYING, DraftState.GONE)


def read_sent(
    desk: Desk,
    connection: Connection,
    stored: StoredMail,
    mail: Mail,
    hours: WorkingHours,
    now: dt.datetime,
) -> tuple[Facts, Dossier]:
    """Return the facts about a mail that lay in Sent, and what the store has on the ticket it answers."""
    own = desk.config.own_addresses
    ours = desk.tokens.read_message_id(mail.message_id, desk.operators) is not None
    copy = read_sent_copy(mail, stored.arrived_at, own, _people(desk), ours=ours)
    place = past.place_of(connection, stored.mail_id) if stored.imported else None
    if place is not None:
        copy = as_placed(copy, mail, note=stored.source == mails.NOTE)
        threading = Threading(past.ticket_at(connection, place), By.OLD_DESK, role="operator")
    else:
        copy = as_past(copy, mail) if stored.imported else copy
        threading = _thread(desk, connection, stored, mail, copy)
    party = copy.to[0] if copy.to else mail.from_
    dossier = dossier_of(connection, threading.ticket, party.key)
    # What the customer wrote is what is quoted; what the desk wrote is his own to say again.
    written = separate(mail, tuple(one.full_text for one in dossier.messages if one.direction == "in"))
    language = detect_language(f"{mail.subject}\n{written.new_text}")
    answered = dossier.ticket is not None
    facts = Facts(
        event=EventKind.OPERATOR_REPLIED,
        now=now,
        accepted_at=stored.happened_at,
        mail=mail,
        written=written,
        envelope=Envelope(mail.from_.key, tuple(one.key for one in copy.to)),
        language=language,
        automatic=classify(mail, stored.envelope, Bounce(is_bounce=False)),
        bounce=Bounce(is_bounce=False),
        sender_auth=_BY_MAILBOX,
        is_operator=bool(copy.author),
        threading=threading,
        ticket=ticket_facts(dossier, now),
        customer=customer_facts(desk, dossier, now, dossier.customer_address)
        if answered
        else customer_facts(desk, dossier, now, party.key, party.display_name, language),
        kb=(),
        time=time_facts(hours, now),
        answer_to=dossier.answer_address if answered else party.key,
        imported=stored.imported,
        released=stored.disposition == mails.RELEASED,
        operator_proven=bool(copy.author),
        sent=_on_ticket(connection, copy, mail, dossier),
    )
    return facts, dossier


def _people(desk: Desk) -> dict[str, tuple[str, str]]:
    """Return (name, main address) of each operator by every address he writes from."""
    return {
        address: (one.name, one.address.lower()) for one in desk.config.operators for address in one.addresses
    }


def _thread(desk: Desk, connection: Connection, stored: StoredMail, mail: Mail, copy: SentCopy) -> Threading:
    if not copy.answers or copy.ours:
        return Threading(None, By.NEW, role="operator")
    own, operators = desk.config.own_addresses, desk.operators
    envelope = Envelope(mail.from_.key, tuple(one.key for one in copy.to))
    found = candidates(mail, envelope, desk.tokens, own_addresses=own, operators=operators)
    # The mailbox's login is the proof, and it speaks for every ticket of the desk.
    proof = OperatorProof(copy.author, "mailbox")
    sender = Sender(
        mail.from_.key, _BY_MAILBOX, proof, is_machine=stored.imported, is_history=stored.imported
    )
    known = known_tickets(connection, found)
    threading = choose(found, known, mail, sender=sender, own_addresses=own, operators=operators)
    number = _ticket_of(connection, mail, copy) if threading.ticket is None else None
    return threading if number is None else Threading(number, By.RECIPIENT, role="operator")


def _ticket_of(connection: Connection, mail: Mail, copy: SentCopy) -> int | None:
    """Return the ticket of a mail that refers to none we know, by the customer it went to."""
    for address in copy.to:
        customer = customers.find_by_address(connection, address.key)
        if customer is None:
            continue
        waiting = tickets.list_tickets(connection, statuses=_WAITS, customer_ids=[customer.customer_id])
        found = {
            one.number: (one.subject, _asked(connection, one.number)) for one in waiting[-_MOST_TICKETS:]
        }
        if (number := answered_ticket(mail, found)) is not None:
            return number
    return None


def _asked(connection: Connection, number: int) -> tuple[str, ...]:
    return tuple(one.text for one in tickets.list_messages(connection, number) if one.direction == "in")


def _on_ticket(connection: Connection, copy: SentCopy, mail: Mail, dossier: Dossier) -> SentCopy:
    """Return the copy with what its ticket tells: whether the customer got it, wrote meanwhile, and the draft."""
    ticket = dossier.ticket
    if ticket is None or not copy.answers:
        return copy
    asked = {one.author for one in dossier.messages if one.direction == "in"}
    asked |= {dossier.customer_address, dossier.answer_address}
    asked |= set(dossier.customer.addresses) if dossier.customer else set()
    draft = drafts.last_of_ticket(connection, ticket.number)
    offered = draft if draft is not None and _made_of(draft, mail, copy) else None
    return replace(
        copy,
        reaches=bool(asked & copy.addresses),
        crossed=_last_asked(connection, dossier) > copy.at,
        offered=OfferedDraft(offered.id, offered.article, offered.offered) if offered else None,
    )


def _made_of(draft: Draft, mail: Mail, copy: SentCopy) -> bool:
    """Return whether he had this draft before him when he wrote: by its mark or id, else because it lay there."""
    mark = draft.message_id.strip("<>").partition("@")[0]
    if mark in {mail.header(MARK).strip(), mail.message_id.strip("<>").partition("@")[0]}:
        return True
    left = draft.state in _OPEN or draft.gone_at is not None
    return left and draft.created_at <= copy.at and draft.state != DraftState.SENT


def _last_asked(connection: Connection, dossier: Dossier) -> dt.datetime:
    """Return when the customer's last mail reached us or his mailbox."""
    asked = [one for one in dossier.messages if one.direction == "in" and one.kind != "auto_reply"]
    if not asked:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    stored = mails.find(connection, asked[-1].mail_id) if asked[-1].mail_id is not None else None
    return stored.arrived_at if stored else asked[-1].at
