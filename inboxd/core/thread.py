"""Which ticket a mail belongs to, and whether its writer may join it.

Two pure steps with the store between them: ``candidates`` says what to look up, ``choose`` decides with the answers.
A header can *find* a ticket; joining it takes a token in the address written to, or a participant (DESIGN 2.5).
Everybody else gets a new ticket, linked to the old one, and sees no word of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inboxd.core.admission import Door, Sender
from inboxd.core.evidence import (
    By,
    Evidence,
    conversation_root,
    message_id_key,
    recipients,
    referenced_ids,
    signed_evidence,
    subject_tags,
)
from inboxd.core.facts import Threading
from inboxd.core.known_tickets import KnownTicket, KnownTickets, resolve
from inboxd.core.mail import Bounce, Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.subjects import is_same_subject, quotes_any
from inboxd.core.tokens import Tokens

# The others are ids that anybody makes up or shares: they lead a stranger nowhere, not even to a link.
_LINKS_STRANGERS = frozenset({By.REPLY_ADDRESS, By.RETURN_PATH, By.RETURNED_ID, By.SIGNED_ID, By.STORED_ID})


@dataclass(frozen=True, slots=True)
class Candidates:
    """What to look up for one mail. Ids are keys (``message_id_key``), nearest reference first."""

    signed: tuple[Evidence, ...]
    references: tuple[str, ...]
    message_id: str
    subject_tags: tuple[int, ...]
    conversation: str
    outbox: int | None = None
    returned: str = ""

    @property
    def message_ids(self) -> tuple[str, ...]:
        """Return every id whose references the store must give: those referred to, the mail's own, the one returned."""
        return (*self.references, *(one for one in (self.message_id, self.returned) if one))

    @property
    def tickets(self) -> tuple[int, ...]:
        """Return the ticket numbers the mail names itself; 0 (a mail of ours about no ticket) is none."""
        named = (*(evidence.ticket for evidence in self.signed), *self.subject_tags)
        return tuple(dict.fromkeys(number for number in named if number))


def candidates(
    mail: Mail,
    envelope: Envelope,
    tokens: Tokens,
    *,
    own_addresses: OwnAddresses,
    operators: tuple[str, ...],
    bounce: Bounce | None = None,
) -> Candidates:
    """Return everything in the mail that may lead to a ticket."""
    return_paths = (tokens.read_return_path(to, own_addresses) for to in recipients(mail, envelope))
    return Candidates(
        signed=signed_evidence(
            mail, envelope, tokens, own_addresses=own_addresses, operators=operators, bounce=bounce
        ),
        references=referenced_ids(mail),
        message_id=message_id_key(mail.message_id),
        subject_tags=subject_tags(mail.subject),
        conversation=conversation_root(mail.header("Thread-Index")),
        outbox=next((outbox for outbox in return_paths if outbox is not None), None),
        returned=message_id_key(bounce.original_message_id)
        if bounce is not None and bounce.is_bounce
        else "",
    )


def choose(
    found: Candidates,
    known: KnownTickets,
    mail: Mail,
    *,
    sender: Sender,
    own_addresses: OwnAddresses,
    operators: tuple[str, ...],
) -> Threading:
    """Return the ticket the mail joins, else a new one and the ticket it is linked to.

    ``by`` is the evidence (a value of ``By``), followed by why it does not join when it led to a
    ticket all the same: ``:stranger``, ``:forged`` (an operator's address without proof), ``:other_ticket`` (an
    operator whose proof is for another one), ``:closed`` or ``:new_subject``. The role ``operator`` without proof is a
    forger who claims to be one. ``ticket`` and ``linked`` together mean: the mail joins ``ticket`` and is the
    missing link to ``linked``, whose mails answered it before it came.
    """
    leads = [
        (evidence, ticket) for evidence in _leads(found, known) if (ticket := resolve(evidence.ticket, known))
    ]
    door = Door(sender, own_addresses, frozenset(operator.strip().lower() for operator in operators))
    for evidence, ticket in leads:
        if role := door.role(evidence, ticket):
            if (
                sender.is_history
                and evidence.by is By.CONVERSATION
                and _starts_new_subject(evidence, ticket, mail)
            ):
                continue
            persists = role == "operator" or sender.is_machine
            obstacle = "" if persists else _obstacle(evidence, ticket, mail)
            if obstacle:
                return Threading(None, f"{evidence.by}:{obstacle}", linked=ticket.number)
            awaited = _awaited(found, known, ticket, door) or _bridged(leads, ticket, door)
            return Threading(ticket.number, evidence.by, linked=awaited, role=role)
    return _stay_out(leads, mail, door)


def _leads(found: Candidates, known: KnownTickets) -> Iterator[Evidence]:
    """Yield all evidence in the order it is believed."""
    yield from (evidence for evidence in found.signed if evidence.by is By.REPLY_ADDRESS)
    if found.outbox is not None and known.outbox_ticket is not None:
        yield Evidence(By.RETURN_PATH, known.outbox_ticket)
    yield from (evidence for evidence in found.signed if evidence.by is not By.REPLY_ADDRESS)
    # What an operator sent from the mailbox bears an id of his client; only who got that mail can return it.
    for ticket, kind in known.references.get(found.returned, ()):
        if kind == "own":
            yield Evidence(By.RETURNED_ID, ticket)
    named: list[Evidence] = []
    for key in found.references:
        for ticket, kind in known.references.get(key, ()):
            if kind == "named":
                named.append(Evidence(By.SHARED_REFERENCE, ticket))
            else:
                yield Evidence(By.STORED_ID, ticket)
    for ticket, kind in known.references.get(found.message_id, ()):
        if kind == "named":
            yield Evidence(By.EARLY_REPLY, ticket)
    yield from named
    for ticket in known.conversations.get(found.conversation, ()):
        yield Evidence(By.CONVERSATION, ticket)
    for ticket in found.subject_tags:
        yield Evidence(By.SUBJECT_TAG, ticket)


def _obstacle(evidence: Evidence, ticket: KnownTicket, mail: Mail) -> str:
    """Return why a person who may join starts a ticket of his own all the same; empty when he does not."""
    if ticket.status == "closed":
        return "closed"
    return "new_subject" if _starts_new_subject(evidence, ticket, mail) else ""


def _starts_new_subject(evidence: Evidence, ticket: KnownTicket, mail: Mail) -> bool:
    """Return True for a reply to an old mail of ours that only borrows its address: new subject, nothing quoted."""
    if evidence.ticket in subject_tags(mail.subject) or is_same_subject(mail.subject, ticket.subjects):
        return False
    if evidence.by is By.CONVERSATION:
        return True  # applications copy a Thread-Index; alone it proves no reply
    return bool(ticket.sent_texts) and not quotes_any(mail.text, ticket.sent_texts)


def _awaited(found: Candidates, known: KnownTickets, joined: KnownTicket, door: Door) -> int | None:
    """Return another ticket whose mails refer to this one, if the sender belongs to it too.

    A mail of the past brings together tickets of the past alone.
    """
    if door.sender.is_history and joined.status != "closed":
        return None
    for number, kind in known.references.get(found.message_id, ()):
        ticket = resolve(number, known)
        if kind != "named" or ticket is None or ticket.number == joined.number:
            continue
        # In an archive clocks that went wrong put answers before what they answer; what is at work is left alone.
        if (ticket.status == "closed") != door.sender.is_history:
            continue
        if door.role(Evidence(By.EARLY_REPLY, number), ticket):
            return ticket.number
    return None


def _bridged(leads: list[tuple[Evidence, KnownTicket]], joined: KnownTicket, door: Door) -> int | None:
    """Return another ticket of the past that a mail of the past refers to: archives show both as one conversation."""
    if not door.sender.is_history or joined.status != "closed":
        return None
    for evidence, ticket in leads:
        told = evidence.by in {By.STORED_ID, By.EARLY_REPLY, By.SHARED_REFERENCE}
        if (
            told
            and ticket.number != joined.number
            and ticket.status == "closed"
            and door.role(evidence, ticket)
        ):
            return ticket.number
    return None


def _stay_out(leads: list[tuple[Evidence, KnownTicket]], mail: Mail, door: Door) -> Threading:
    """Return a new ticket, linked to the first one that means something to the operator."""
    linked = next((lead for lead in leads if _may_link(lead[0], lead[1], mail)), None)
    if door.sender.proof is not None:
        role, obstacle = "operator", "other_ticket"
    elif leads and door.sender.address in door.operators:
        role, obstacle = "operator", "forged"
    else:
        role, obstacle = "customer", "stranger"
    if linked is None:
        return Threading(None, By.NEW, role=role)
    return Threading(None, f"{linked[0].by}:{obstacle}", linked=linked[1].number, role=role)


def _may_link(evidence: Evidence, ticket: KnownTicket, mail: Mail) -> bool:
    """Return True when a stranger's mail still tells the operator something by standing beside the ticket."""
    if evidence.by in _LINKS_STRANGERS:
        return True
    return (
        evidence.by is By.SUBJECT_TAG
        and bool(ticket.subjects)
        and is_same_subject(mail.subject, ticket.subjects)
    )
