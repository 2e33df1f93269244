"""Tickets after the fact: a mail that moves to another ticket, and what a person takes back."""

import datetime as dt

from sqlalchemy import Connection, delete, func, select, update

from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import message as _message
from inboxd.store.core_tables import reference as _reference
from inboxd.store.core_tables import ticket as _ticket


def move_mail(connection: Connection, mail_id: int, number: int, into: int) -> None:
    """Move one mail from a ticket to another, with what it asked and what leads to it."""
    lines = (_message.c.ticket_number == number, _message.c.mail_id == mail_id, _message.c.direction == "in")
    own_id = select(func.lower(_message.c.message_id)).where(*lines)
    connection.execute(
        update(_reference)
        .where(
            _reference.c.ticket_number == number,
            _reference.c.kind == "seen",
            _reference.c.message_id.in_(own_id),
        )
        .values(ticket_number=into)
    )
    connection.execute(update(_message).where(*lines).values(ticket_number=into))
    connection.execute(
        update(_event)
        .where(_event.c.ticket_number == number, _event.c.mail_id == mail_id, _event.c.kind == "asked")
        .values(ticket_number=into)
    )


def withdraw(connection: Connection, number: int, author: str, at: dt.datetime) -> None:
    """Take back the notes somebody wrote on a ticket at that moment, and the evidence kept with them."""
    connection.execute(
        delete(_message).where(
            _message.c.ticket_number == number,
            _message.c.direction == "note",
            _message.c.author == author,
            _message.c.at == at,
        )
    )
    connection.execute(delete(_learnt).where(_learnt.c.ticket_number == number, _learnt.c.at == at))


def look_again(connection: Connection, now: dt.datetime) -> None:
    """Make the chase look at every open ticket: what their due times are computed from has changed."""
    connection.execute(
        update(_ticket)
        .where(_ticket.c.status.in_(("new", "open", "pending")))
        .values(chase_at=now, version=_ticket.c.version + 1)
    )
