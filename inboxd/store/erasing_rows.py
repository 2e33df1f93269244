"""Taking a person out of the rows that are his: what carries words is emptied, what carries figures stays.

A mail, a ticket, a message and an outgoing mail keep their row, with times, states and categories: every figure and every
balance of the desk stays what it was. Nothing in such a row says who it was.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, select, update

from inboxd.core.erasure import event_left
from inboxd.store import core_tables, noted_gaps
from inboxd.store.accepting import ERASED_MAIL
from inboxd.store.erasing_scope import Scope, chosen

_NO_WORDS: Mapping[str, Any] = {
    "text": "",
    "full_text": "",
    "answer_to": "",
    "attachments": [],
    "message_id": "",
    "mail_id": None,
}
_NO_CLOCK: Mapping[str, Any] = {
    "chase_at": None,
    "snoozed_until": None,
    "idle_at": None,
    "promised_at": None,
    "waiting_since": None,
}
_TICKET: Mapping[str, Any] = {"subject": "", "conversation": "", "thread_index": "", **_NO_CLOCK}
_OUTGOING: Mapping[str, Any] = {
    "recipient": "",
    "recipients": [],
    "subject": "",
    "reverse_path": "",
    "why": {},
    "last_reply": "",
}
_OPEN_DRAFTS = ("wanted", "lying", "gone")


def erase_mails(connection: Connection, scope: Scope) -> dict[str, int]:
    """Empty his mails; return how many rows of which kind."""
    table, raw = core_tables.mail, core_tables.mail_raw
    count = _set(connection, table, table.c.id, scope.mails, ERASED_MAIL)
    _set(connection, raw, raw.c.mail_id, scope.mails, {"raw": b""})
    facts, queue = core_tables.mail_facts, core_tables.queue_mail
    _drop(connection, queue, queue.c.mail_id, scope.mails)
    return {"mails": count, "mail_facts": _drop(connection, facts, facts.c.mail_id, scope.mails)}


def erase_tickets(connection: Connection, scope: Scope, now: dt.datetime) -> dict[str, int]:
    """Empty his tickets with their messages, references and participants, and close those still open."""
    ticket = core_tables.ticket
    count = _set(connection, ticket, ticket.c.number, scope.tickets, _TICKET)
    for condition in chosen(ticket.c.number, scope.tickets):
        still = ticket.c.status.in_(("new", "open", "pending", "solved"))
        closed = {"status": "closed", "closed_at": now, "version": ticket.c.version + 1}
        connection.execute(update(ticket).where(condition, still).values(closed))
    references, participants = core_tables.reference, core_tables.participant
    gone = _drop(connection, references, references.c.ticket_number, scope.tickets)
    joined = _drop(connection, participants, participants.c.ticket_number, scope.tickets)
    joined += _drop(connection, participants, participants.c.address, scope.traces.addresses)
    return {
        "tickets": count,
        "messages": _erase_messages(connection, scope),
        "references": gone,
        "participants": joined,
    }


def erase_events(connection: Connection, scope: Scope) -> dict[str, int]:
    """Leave of what happened on his tickets and mails only what the figures are made of."""
    table = core_tables.event
    found: dict[int, Any] = {}
    for column, keys in (
        (table.c.ticket_number, scope.tickets),
        (table.c.mail_id, scope.mails),
        (table.c.outbox_id, scope.outgoing),
    ):
        for condition in chosen(column, keys):
            rows = connection.execute(select(table.c.id, table.c.actor, table.c.detail).where(condition))
            found.update({row.id: row for row in rows})
    for key, row in found.items():
        actor = row.actor if row.actor in scope.own or "@" not in row.actor else ""
        values = {"detail": event_left(row.detail or {}, _pseudonym), "actor": scope.traces.redact(actor)}
        connection.execute(update(table).where(table.c.id == key).values(values))
    return {"events": len(found)}


def erase_outgoing(connection: Connection, scope: Scope) -> dict[str, int]:
    """Empty what was written to him and about him; what waits to be sent is not sent any more."""
    table, raw, attempt = core_tables.outbox, core_tables.outbox_raw, core_tables.attempt
    count = _set(connection, table, table.c.id, scope.outgoing, _OUTGOING)
    for key in scope.outgoing:
        connection.execute(update(table).where(table.c.id == key).values(message_id=f"<erased-{key}>"))
    for condition in chosen(table.c.id, scope.outgoing):
        waiting = update(table).where(condition, table.c.state == "queued")
        connection.execute(waiting.values(state="cancelled"))
        # Of one that failed nobody needs to be told any more.
        connection.execute(update(table).where(condition, table.c.state == "failed").values(reported=True))
    _set(connection, raw, raw.c.outbox_id, scope.outgoing, {"raw": b""})
    _set(connection, attempt, attempt.c.outbox_id, scope.outgoing, {"reply": ""})
    return {"outgoing": count}


def erase_drafts(connection: Connection, scope: Scope, now: dt.datetime) -> dict[str, int]:
    """Empty the drafts on his tickets, and withdraw every change to a mailbox that was still to be made for them."""
    table, raw, work = core_tables.draft, core_tables.draft_raw, core_tables.mailbox_work
    ids: list[int] = []
    for condition in chosen(table.c.ticket_number, scope.tickets):
        ids.extend(connection.execute(select(table.c.id).where(condition)).scalars())
        still = table.c.state.in_(_OPEN_DRAFTS)
        ended = {"state": "deleted", "ended_at": now, "ended_by": "erased"}
        connection.execute(update(table).where(condition, still).values(ended))
    words = {"in_reply_to": "", "recipient": "", "offered": "", "unnoted": False}
    count = _set(connection, table, table.c.id, ids, words)
    for key in ids:
        connection.execute(update(table).where(table.c.id == key).values(message_id=f"<erased-draft-{key}>"))
    _set(connection, raw, raw.c.draft_id, ids, {"raw": b"", "kept": None})
    for column, keys in (
        (work.c.ticket_number, scope.tickets),
        (work.c.outbox_id, scope.outgoing),
        (work.c.draft_id, ids),
    ):
        for condition in chosen(column, keys):
            queued = work.c.state == "queued"
            connection.execute(update(work).where(condition, queued).values(state="cancelled"))
            connection.execute(update(work).where(condition).values(detail={}, last_reply=""))
    return {"drafts": count}


def erase_learnt(connection: Connection, scope: Scope, now: dt.datetime) -> dict[str, int]:
    """Unlearn what his tickets taught, the vectors made of it included: all of them, because they are made again."""
    noted_gaps.forget(connection, scope.tickets, now)
    table = core_tables.learnt
    count = _drop(connection, table, table.c.ticket_number, scope.tickets)
    if count:
        connection.execute(delete(core_tables.passage_vector))
    return {"learnt": count}


def erase_customer(connection: Connection, scope: Scope, now: dt.datetime) -> dict[str, int]:
    """Empty his record, his addresses and the words of his surveys; a survey still to come is withdrawn."""
    survey, customer, address = core_tables.survey, core_tables.customer, core_tables.customer_address
    ours = survey.c.customer_id == scope.customer_id
    comments = connection.execute(update(survey).where(ours).values(comment="", withdrawn_why="")).rowcount
    unsent = (survey.c.sent_at.is_(None), survey.c.withdrawn_at.is_(None))
    connection.execute(update(survey).where(ours, *unsent).values(withdrawn_at=now, withdrawn_why="erased"))
    count = connection.execute(delete(address).where(address.c.customer_id == scope.customer_id)).rowcount
    nobody: dict[str, Any] = {
        "name": "",
        "language": "",
        "tags": [],
        "note": "",
        "last_contact_at": None,
        "opted_out": True,
    }
    connection.execute(update(customer).where(customer.c.id == scope.customer_id).values(nobody))
    return {"surveys": comments, "addresses": count, "customers": int(scope.customer_id is not None)}


def _erase_messages(connection: Connection, scope: Scope) -> int:
    table = core_tables.message
    count = 0
    his = (table.c.ticket_number, scope.tickets), (table.c.author, scope.traces.addresses)
    for column, keys in his:
        for condition in chosen(column, keys):
            count += connection.execute(update(table).where(condition).values(_NO_WORDS)).rowcount
            others = table.c.author.not_in(sorted(scope.own))
            connection.execute(update(table).where(condition, others).values(author="", author_name=""))
    return count


def _pseudonym(message_id: str) -> str:
    return f"<erased-{hashlib.sha256(message_id.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}>"


def _set(
    connection: Connection,
    table: Table,
    column: Column[Any],
    keys: Collection[Any],
    values: Mapping[str, Any],
) -> int:
    return sum(
        connection.execute(update(table).where(condition).values(values)).rowcount
        for condition in chosen(column, keys)
    )


def _drop(connection: Connection, table: Table, column: Column[Any], keys: Collection[Any]) -> int:
    return sum(
        connection.execute(delete(table).where(condition)).rowcount for condition in chosen(column, keys)
    )
