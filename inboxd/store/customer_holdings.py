"""What the store has on one customer: his tickets and mails, and what was sent to him."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from inboxd.core.customer_export import KeptMail
from inboxd.core.customer_view import CustomerView
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_raw as _mail_raw
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.core_tables import outbox_raw as _outbox_raw
from inboxd.store.core_tables import survey as _survey
from inboxd.store.core_tables import ticket as _ticket


def list_ticket_numbers(connection: Connection, customer: CustomerView) -> Sequence[int]:
    """Return the numbers of his tickets."""
    query = select(_ticket.c.number).where(_ticket.c.customer_id == customer.customer_id)
    return connection.execute(query.order_by(_ticket.c.number)).scalars().all()


def ticket_documents(connection: Connection, customer: CustomerView) -> list[dict[str, Any]]:
    """Return his tickets with their messages, oldest first; of tickets of others only what he wrote there."""
    own = set(list_ticket_numbers(connection, customer))
    query = select(_message).where(
        or_(_message.c.ticket_number.in_(own), _message.c.author.in_(customer.addresses))
    )
    lines: dict[int, list[dict[str, Any]]] = {number: [] for number in own}
    for row in connection.execute(query.order_by(_message.c.id)).mappings():
        lines.setdefault(row["ticket_number"], []).append(_line(dict(row)))
    found = []
    tickets = select(_ticket).where(_ticket.c.number.in_(list(lines))).order_by(_ticket.c.number)
    for row in connection.execute(tickets).mappings():
        subject = row["subject"] if row["number"] in own else ""
        names = ("number", "status", "priority", "category", "tags", "language", "created_at", "solved_at")
        about = {name: row[name] for name in names} if subject or row["number"] in own else {}
        head = {"number": row["number"], "status": "", "created_at": "", **about, "subject": subject}
        found.append({**head, "messages": lines[row["number"]]})
    return found


def other_documents(connection: Connection, customer: CustomerView) -> dict[str, list[dict[str, Any]]]:
    """Return surveys, what happened on his tickets, and what was learnt from them."""
    own = list_ticket_numbers(connection, customer)
    surveys = select(
        _survey.c.ticket_number, _survey.c.sent_at, _survey.c.answered_at, _survey.c.score, _survey.c.comment
    ).where(_survey.c.customer_id == customer.customer_id)
    events = select(_event.c.ticket_number, _event.c.at, _event.c.kind).where(_event.c.ticket_number.in_(own))
    learnt = select(_learnt.c.ticket_number, _learnt.c.at, _learnt.c.article, _learnt.c.text).where(
        _learnt.c.ticket_number.in_(own)
    )
    return {
        "surveys": _documents(connection, surveys.order_by(_survey.c.id)),
        "events": _documents(connection, events.order_by(_event.c.id)),
        "learnt": _documents(connection, learnt.order_by(_learnt.c.id)),
    }


def kept_mails(connection: Connection, customer: CustomerView) -> Iterator[KeptMail]:
    """Yield the mails he sent, then those that were sent to him, oldest first."""
    his = or_(
        _mail.c.sender.in_(customer.addresses),
        # What was not read yet has no sender beyond its envelope.
        and_(_mail.c.sender == "", _mail.c.reverse_path.in_(customer.addresses)),
    )
    received = select(_mail.c.id, _mail_raw.c.raw).join(_mail_raw, _mail_raw.c.mail_id == _mail.c.id)
    sent = select(_outbox.c.id, _outbox_raw.c.raw).join(_outbox_raw, _outbox_raw.c.outbox_id == _outbox.c.id)
    for key, raw in connection.execute(received.where(his).order_by(_mail.c.id)):
        yield KeptMail(f"received-{key}", bytes(raw))
    to_him = _outbox.c.recipient.in_(customer.addresses)
    for key, raw in connection.execute(sent.where(to_him).order_by(_outbox.c.id)):
        yield KeptMail(f"sent-{key}", bytes(raw))


def _line(row: dict[str, Any]) -> dict[str, Any]:
    names = ("mail_id", "direction", "kind", "at", "text", "attachments", "message_id")
    return {"from": row["author"], "name": row["author_name"], **{name: row[name] for name in names}}


def _documents(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
