"""What is to be sent, its bytes, and every attempt at it."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value, when
from inboxd.store.naming import partial_index


class OutboxRow(SQLModel, table=True):
    """One mail to be sent. ``once_key`` makes a second enqueue of the same thing impossible."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'sent', 'failed', 'cancelled')", name="state"),
        partial_index("ix_outbox_due", "next_attempt_at", "id", where="state = 'queued'"),
        partial_index("ix_outbox_unreported", "id", where="state = 'failed' and not reported"),
        partial_index("ix_outbox_stale", "stale_at", where="state = 'queued' and stale_at is not null"),
        # The rate limits ask: how many automatic mails to this address lately?
        Index("ix_outbox_recipient_created", "recipient", "created_at"),
        partial_index("ix_outbox_automatic_created", "created_at", where="automatic"),
        UniqueConstraint("message_id"),
        UniqueConstraint("once_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    state: str = "queued"
    once_key: str | None = None
    ticket_number: int | None = Field(default=None, index=True)
    mail_id: int | None = None
    automatic: bool
    created_at: dt.datetime = when(nullable=False)
    reverse_path: str = ""
    recipient: str
    recipients: list[str] = json_value("[]")
    subject: str = Field(default="", sa_column=Column(Text, nullable=False))
    message_id: str = Field(sa_column=Column(Text, nullable=False))
    why: dict[str, Any] = json_value("{}")
    attempts: int = 0
    next_attempt_at: dt.datetime = when(nullable=False)
    last_reply: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sent_at: dt.datetime | None = when()
    # From when on it is not worth sending (``core/staleness.py``); null: it always is.
    stale_at: dt.datetime | None = when()
    # A failed mail is reported to the operator once, by the worker: the sending process knows no templates.
    reported: bool = False


class OutboxRawRow(SQLModel, table=True):
    """The bytes of an outgoing mail, composed once: every attempt sends the same."""

    __tablename__ = "outbox_raw"
    outbox_id: int = Field(primary_key=True, foreign_key="outbox.id", ondelete="CASCADE")
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AttemptRow(SQLModel, table=True):
    """One attempt to transmit: booked before the first byte, completed with what the peer said."""

    __tablename__ = "attempt"
    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True, ondelete="CASCADE")
    at: dt.datetime = when(nullable=False)
    outcome: str = "unknown"
    reply: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
