"""Tickets with all that belongs to one. States are text with a CHECK; what may follow what stands in ``core/states.py``."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value, when
from inboxd.store.naming import partial_index


class TicketRow(SQLModel, table=True):
    """One question of a customer and all mails of it. ``number`` is the public ``#12``."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("status in ('new', 'open', 'pending', 'solved', 'closed', 'merged')", name="status"),
        CheckConstraint("priority in ('urgent', 'high', 'normal', 'low')", name="priority"),
        Index("ix_ticket_status", "status", "number"),
        # One recurring job each scans these; a partial index makes an idle scan cost microseconds.
        partial_index("ix_ticket_chase", "chase_at", where="chase_at is not null"),
        partial_index("ix_ticket_snooze", "snoozed_until", where="snoozed_until is not null"),
        partial_index("ix_ticket_idle", "idle_at", where="idle_at is not null"),
        # The latest answered tickets are looked at for every question, among however many that nobody answered.
        partial_index("ix_ticket_answered", "number", where="first_response_at is not null"),
    )
    number: int | None = Field(default=None, primary_key=True)
    subject: str = Field(default="", sa_column=Column(Text, nullable=False))
    status: str = "new"
    priority: str = "normal"
    priority_score: float | None = None
    category: str = ""
    tags: list[str] = json_value("[]")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    assignee: str = ""
    language: str = ""
    created_at: dt.datetime = when(index=True, nullable=False)
    updated_at: dt.datetime = when(nullable=False)
    first_response_due: dt.datetime | None = when()
    first_response_at: dt.datetime | None = when()
    next_response_due: dt.datetime | None = when()
    resolution_due: dt.datetime | None = when()
    chase_at: dt.datetime | None = when()
    # For which due time the operator was warned and told of the breach: a moved due time is chased afresh.
    warned_due: dt.datetime | None = when()
    breached_due: dt.datetime | None = when()
    breached_at: dt.datetime | None = when()
    # What people were told of its due times, target by target (``core/told.py``).
    told: list[str] = json_value("[]")
    promised_at: dt.datetime | None = when()
    waiting_since: dt.datetime | None = when()
    answered_automatically: bool = False
    automatic_article: str = ""
    automatic_confidence: float | None = None
    suggested_article: str = ""
    suggested_confidence: float | None = None
    solved_at: dt.datetime | None = when()
    closed_at: dt.datetime | None = when()
    reopened: int = 0
    snoozed_until: dt.datetime | None = when()
    idle_at: dt.datetime | None = when()
    silent_since: dt.datetime | None = when()
    linked_to: int | None = None
    merged_into: int | None = None
    conversation: str = Field(
        default="", sa_column=Column(Text, nullable=False, server_default="", index=True)
    )
    thread_index: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    survey: str = ""
    # Compare-and-swap: whoever changes a ticket must have seen its newest state.
    version: int = 0


class MessageRow(SQLModel, table=True):
    """One line of a ticket: what came in, what went out, or a note."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("direction in ('in', 'out', 'note')", name="direction"),
        # Once: a mail becomes one message on one ticket, whatever crashes.
        UniqueConstraint("mail_id", "direction"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id")
    outbox_id: int | None = Field(default=None, index=True)
    direction: str
    kind: str
    author: str
    author_name: str = ""
    at: dt.datetime = when(nullable=False)
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    full_text: str = Field(default="", sa_column=Column(Text, nullable=False))
    answer_to: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    attachments: list[str] = json_value("[]")
    message_id: str = Field(default="", sa_column=Column(Text, nullable=False))


class ReferenceRow(SQLModel, table=True):
    """A Message-ID that leads to a ticket: ``own`` (we sent it), ``seen`` (it came), ``named`` (only quoted)."""

    __tablename__ = "reference"
    __table_args__ = (UniqueConstraint("message_id", "ticket_number"),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(sa_column=Column(Text, nullable=False))
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    kind: str


class ParticipantRow(SQLModel, table=True):
    """An address that may join a ticket."""

    __tablename__ = "participant"
    ticket_number: int = Field(primary_key=True, foreign_key="ticket.number")
    address: str = Field(primary_key=True)
    role: str
    name: str = ""
    added_at: dt.datetime = when(nullable=False)


class EventRow(SQLModel, table=True):
    """What happened and why; never changed, never deleted but by erasure."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_kind_at", "kind", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = when(nullable=False)
    kind: str
    ticket_number: int | None = Field(default=None, index=True)
    mail_id: int | None = None
    outbox_id: int | None = None
    actor: str = ""
    detail: dict[str, Any] = json_value("{}")
