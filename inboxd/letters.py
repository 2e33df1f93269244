"""Letters: from "this mail is wanted" to the bytes that are queued. Reads nothing, writes nothing, sends nothing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from inboxd.core.compose import OutgoingMail, compose
from inboxd.core.drafts import MARK
from inboxd.core.evidence import message_id_key
from inboxd.core.mail import Address, Attachment
from inboxd.core.mail_html import markdown_to_html
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter
from inboxd.core.quoting import separate_text
from inboxd.core.reply_headers import references_for
from inboxd.core.staleness import stale_at
from inboxd.core.ticket import Message, Reference
from inboxd.desk import Stationery
from inboxd.errors import Problem
from inboxd.letter_views import Correspondence, view_of
from inboxd.store.drafts import NewDraft
from inboxd.store.outbox import NewOutgoing
from inboxd.templating import Rendered

# What a customer sees as a line of the conversation; the others are the desk's own business.
TO_CUSTOMER = frozenset({Kind.ACKNOWLEDGEMENT, Kind.ANSWER, Kind.RELAY, Kind.SURVEY})
# RFC 3834 marks go on everything but a person's own words.
_PERSONAL = frozenset({Kind.RELAY})


@dataclass(frozen=True, slots=True)
class Written:
    """A mail ready to be queued, the line it becomes on its ticket, and the id that will lead back to it.

    ``problem`` says why it was not written from the operator's own template.
    """

    outgoing: NewOutgoing
    message: Message | None
    reference: Reference
    problem: Problem | None = None


def write_letters(
    stationery: Stationery,
    letters: tuple[Letter, ...],
    about: Correspondence,
    first_outbox_id: int,
    now: dt.datetime,
    mail_id: int | None = None,
) -> tuple[Written, ...]:
    """Return the letters as composed mails, under consecutive outbox ids from ``first_outbox_id``."""
    return tuple(
        _write(stationery, _with_words(letter, about), about, first_outbox_id + offset, now, mail_id)
        for offset, letter in enumerate(letters)
    )


def write_draft(
    stationery: Stationery,
    letter: Letter,
    about: Correspondence,
    draft_id: int,
    account: str,
    now: dt.datetime,
    mail_id: int | None = None,
) -> NewDraft:
    """Return a reply that shall lie ready in a mailbox, as its owner would have written it himself."""
    if about.ticket is None:
        raise ValueError("a draft answers a ticket")
    number = about.ticket.number
    rendered = stationery.templates.render(
        letter.template, about.language, view_of(stationery, letter, about, now)
    )
    message_id = stationery.tokens.draft_id(ticket=number, draft=draft_id, domain=stationery.domain)
    mail = _drafted(stationery, letter, about, rendered, message_id, now)
    return NewDraft(
        draft_id=draft_id,
        account=account,
        ticket_number=number,
        mail_id=mail_id,
        article=letter.article,
        message_id=message_id,
        in_reply_to=mail.in_reply_to,
        recipient=letter.to[0],
        offered=separate_text(rendered.text).new_text,
        raw=compose(mail),
    )


def _drafted(
    stationery: Stationery,
    letter: Letter,
    about: Correspondence,
    rendered: Rendered,
    message_id: str,
    now: dt.datetime,
) -> OutgoingMail:
    """Return a draft as a mail; it bears no marks of RFC 3834, because whoever sends it is a person."""
    number = about.ticket.number if about.ticket else 0
    return OutgoingMail(
        kind=Kind.RELAY,
        from_=_drafted_from(stationery, letter),
        to=tuple(Address(_name_of(about, one), one) for one in letter.to),
        cc=tuple(Address("", one) for one in letter.cc),
        reply_to=Address(stationery.name, stationery.customer_address(number)),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id,
        date=now,
        automatic=False,
        language=rendered.language,
        in_reply_to=_in_reply_to(stationery, about, "", number),
        references=_references(stationery, about, "", number),
        headers=((MARK, message_id.strip("<>").partition("@")[0]), *about.thread_headers),
    )


def _drafted_from(stationery: Stationery, letter: Letter) -> Address:
    """Return the desk's address under the name of whoever will send it, where that is known."""
    names = dict.fromkeys(name for name, _ in stationery.operators)
    assignee = next((name for name, one in stationery.operators if one == letter.author), "")
    name = assignee or (next(iter(names)) if len(names) == 1 else "")
    shown = f"{name} ({stationery.name})" if name else stationery.name
    return Address(shown, stationery.address)


def _with_words(letter: Letter, about: Correspondence) -> Letter:
    """Return an operator's mail that sends an article (``#send``) with the article as its words."""
    article = about.articles.get(letter.article)
    if letter.kind is not Kind.RELAY or letter.text or article is None:
        return letter
    return replace(letter, text=article.body.strip(), html=markdown_to_html(article.body))


def _write(
    stationery: Stationery,
    letter: Letter,
    about: Correspondence,
    outbox_id: int,
    now: dt.datetime,
    mail_id: int | None,
) -> Written:
    number = about.ticket.number if about.ticket else 0
    to_customer = letter.kind in TO_CUSTOMER
    message_id = stationery.tokens.message_id(
        ticket=number,
        outbox=outbox_id,
        domain=stationery.domain,
        operator="" if to_customer else letter.to[0],
    )
    language = about.language if to_customer else stationery.language
    rendered = stationery.templates.render(letter.template, language, view_of(stationery, letter, about, now))
    mail = _mail(stationery, letter, about, rendered, message_id, now)
    outgoing = NewOutgoing(
        outbox_id=outbox_id,
        kind=letter.kind.value,
        automatic=mail.automatic,
        reverse_path=_reverse_path(stationery, letter.kind, outbox_id),
        recipients=(*letter.to, *letter.cc),
        subject=rendered.subject,
        message_id=message_id,
        raw=compose(mail),
        ticket_number=number or None,
        mail_id=mail_id,
        once_key=letter.once_key,
        why=dict(letter.why),
        stale_at=stale_at(letter.kind, now, about.answer_by),
    )
    line = _line(stationery, letter, rendered, outgoing, now) if to_customer and number else None
    return Written(outgoing, line, Reference(message_id_key(message_id), "own"), rendered.problem)


def _mail(
    stationery: Stationery,
    letter: Letter,
    about: Correspondence,
    rendered: Rendered,
    message_id: str,
    now: dt.datetime,
) -> OutgoingMail:
    number = about.ticket.number if about.ticket else 0
    to_customer = letter.kind in TO_CUSTOMER
    recipient = letter.to[0]
    operator = "" if to_customer else recipient
    return OutgoingMail(
        kind=letter.kind,
        from_=_from(stationery, letter),
        to=tuple(Address(_name_of(about, one), one) for one in letter.to),
        cc=tuple(Address("", one) for one in letter.cc),
        reply_to=_reply_to(stationery, letter, number, recipient),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id,
        date=now,
        automatic=letter.kind not in _PERSONAL,
        language=rendered.language,
        in_reply_to=_in_reply_to(stationery, about, operator, number),
        references=_references(stationery, about, operator, number),
        attachments=_enclosed(letter, rendered),
        headers=_headers(letter, about, to_customer=to_customer),
    )


def _enclosed(letter: Letter, rendered: Rendered) -> tuple[Attachment, ...]:
    """Return the parts that go with a mail; a chart that the operator's own template does not show stays at home."""
    if letter.kind is not Kind.DIGEST:
        return letter.attachments
    return tuple(part for part in letter.attachments if f"cid:{part.content_id}" in rendered.html)


def _line(
    stationery: Stationery, letter: Letter, rendered: Rendered, outgoing: NewOutgoing, now: dt.datetime
) -> Message:
    """Return what the ticket keeps of a mail to its customer."""
    return Message(
        direction="out",
        kind=letter.kind.value,
        author=letter.author or stationery.address,
        author_name="",
        at=now,
        text=letter.text if letter.kind is Kind.RELAY else rendered.text,
        message_id=outgoing.message_id,
        full_text=rendered.text,
        outbox_id=outgoing.outbox_id,
        attachments=tuple(part.filename for part in letter.attachments),
    )


def _from(stationery: Stationery, letter: Letter) -> Address:
    if letter.kind is Kind.RELAY:
        return Address(f"{stationery.operator_name(letter.author)} ({stationery.name})", stationery.address)
    return Address(stationery.name, stationery.address)


def _reply_to(stationery: Stationery, letter: Letter, number: int, recipient: str) -> Address | None:
    if letter.kind in TO_CUSTOMER:
        return Address(stationery.name, stationery.customer_address(number))
    if letter.template == "relay" or (letter.kind is Kind.CHASE and not stationery.is_operator(recipient)):
        return Address(stationery.name, stationery.address)
    return Address(stationery.name, stationery.operator_address(number, recipient))


def _name_of(about: Correspondence, address: str) -> str:
    return about.customer.name if address == about.customer.address else ""


def _reverse_path(stationery: Stationery, kind: Kind, outbox_id: int) -> str:
    """Return a signed return path, so that a bounce finds its mail; bounces to it are never answered (RFC 3834 3.3).

    Without plus addresses, or where the operator wants it so, an automatic mail gets the null path.
    """
    if stationery.delimiter and (stationery.signed_return_path or kind in _PERSONAL):
        return stationery.tokens.return_path(stationery.address, outbox_id, stationery.delimiter)
    return stationery.address if kind in _PERSONAL else ""


def _in_reply_to(stationery: Stationery, about: Correspondence, operator: str, number: int) -> str:
    if operator:
        return _thread_root(stationery, operator, number)
    return about.answering or next(reversed(list(_customer_ids(about, directions=("in",)))), "")


def _references(stationery: Stationery, about: Correspondence, operator: str, number: int) -> tuple[str, ...]:
    if operator:
        root = _thread_root(stationery, operator, number)
        return (root,) if root else ()
    parent = _in_reply_to(stationery, about, operator, number)
    return references_for(parent, tuple(_customer_ids(about, directions=("in", "out"))))


def _thread_root(stationery: Stationery, operator: str, number: int) -> str:
    """Return the id all mails to one operator about one ticket refer to: his client shows them as one thread."""
    if not number:
        return ""
    return stationery.tokens.message_id(ticket=number, outbox=0, domain=stationery.domain, operator=operator)


def _customer_ids(about: Correspondence, directions: tuple[str, ...]) -> Iterator[str]:
    return (one.message_id for one in about.messages if one.message_id and one.direction in directions)


def _headers(letter: Letter, about: Correspondence, *, to_customer: bool) -> tuple[tuple[str, str], ...]:
    if to_customer:
        return about.thread_headers
    why = tuple((f"X-Inboxd-{key.title()}", str(value)) for key, value in letter.why.items() if value != "")
    ticket = (("X-Inboxd-Ticket", str(about.ticket.number)),) if about.ticket else ()
    return (*ticket, *why, *about.explained)
