"""All tables. A row never leaves ``store/``: its modules of queries return values and frozen dataclasses.

States are text with a CHECK; the legal changes between them stand in ``core/states.py``.
Raw bytes live in tables of their own, because SQLite rewrites a whole row on every update.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from inboxd.store.types import UtcDateTime

# One convention for both databases, so that migrations can name what they change.
metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _when(*, index: bool = False, nullable: bool = True) -> Any:
    """Return a fresh column of an instant; SQLModel shares no column objects between tables."""
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable, index=index))


def _big(*, primary_key: bool = False, default: int | None = None) -> Any:
    """Return a fresh column of 64 bits: RFC 9051 9 numbers go up to 2³²-1 (UID) and 2⁶³-1 (mod-sequence)."""
    return Field(
        default=default,
        sa_column=Column(BigInteger, primary_key=primary_key, autoincrement=False, nullable=False),
    )


def _json(default: str) -> Any:
    return Field(default=None, sa_column=Column(JSON, nullable=False, server_default=text(f"'{default}'")))


class MailRow(SQLModel, table=True):
    """One accepted mail: its envelope and what became of it."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("state in ('accepted', 'processed', 'held', 'dropped')", name="state"),
        # The only question asked per loop: which accepted mail is due?
        Index(
            "ix_mail_due",
            "next_attempt_at",
            "id",
            sqlite_where=text("state = 'accepted'"),
            postgresql_where=text("state = 'accepted'"),
        ),
        Index(
            "ix_mail_held", "id", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")
        ),
        Index("ix_mail_identity", "message_id", "content_sha256"),
        Index("ix_mail_sender_domain_accepted", "sender_domain", "accepted_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    accepted_at: dt.datetime = _when(index=True, nullable=False)
    # When it arrived where we fetched it (IMAP INTERNALDATE): nothing automatic answers what is old by then.
    received_at: dt.datetime | None = _when()
    source: str
    reverse_path: str | None = None
    forward_paths: list[str] = _json("[]")
    peer: str = ""
    helo: str = ""
    submitter: str = ""
    size: int
    message_id: str = Field(default="", sa_column=Column(Text, nullable=False))
    content_sha256: str
    copies: int = 0
    imported: bool = False
    state: str = "accepted"
    attempts: int = 0
    next_attempt_at: dt.datetime = _when(nullable=False)
    processed_at: dt.datetime | None = _when()
    disposition: str = ""
    reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    detail: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    ticket_number: int | None = Field(default=None, index=True)
    # Filled when the mail is read: the limits ask how often this domain sent the same words (loops without headers).
    sender: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sender_domain: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    subject: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    body_simhash: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    decision: dict[str, Any] = _json("{}")


class MailRawRow(SQLModel, table=True):
    """The bytes of a mail exactly as they came."""

    __tablename__ = "mail_raw"
    mail_id: int = Field(primary_key=True, foreign_key="mail.id", ondelete="CASCADE")
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CustomerRow(SQLModel, table=True):
    """One person who writes, whatever addresses he uses."""

    __tablename__ = "customer"
    id: int | None = Field(default=None, primary_key=True)
    name: str = ""
    language: str = ""
    tags: list[str] = _json("[]")
    note: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    created_at: dt.datetime = _when(nullable=False)
    last_contact_at: dt.datetime | None = _when()
    surveyed_at: dt.datetime | None = _when()
    opted_out: bool = False


class CustomerAddressRow(SQLModel, table=True):
    """An address of a customer, in the form addresses are compared in."""

    __tablename__ = "customer_address"
    address: str = Field(primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True, ondelete="CASCADE")
    undeliverable_at: dt.datetime | None = _when()
    undeliverable_reason: str = ""


class TicketRow(SQLModel, table=True):
    """One question of a customer and all mails of it. ``number`` is the public ``#12``."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("status in ('new', 'open', 'pending', 'solved', 'closed', 'merged')", name="status"),
        CheckConstraint("priority in ('urgent', 'high', 'normal', 'low')", name="priority"),
        Index("ix_ticket_status", "status", "number"),
        # One recurring job each scans these; a partial index makes an idle scan cost microseconds.
        Index(
            "ix_ticket_chase",
            "chase_at",
            sqlite_where=text("chase_at is not null"),
            postgresql_where=text("chase_at is not null"),
        ),
        Index(
            "ix_ticket_snooze",
            "snoozed_until",
            sqlite_where=text("snoozed_until is not null"),
            postgresql_where=text("snoozed_until is not null"),
        ),
        Index(
            "ix_ticket_idle",
            "idle_at",
            sqlite_where=text("idle_at is not null"),
            postgresql_where=text("idle_at is not null"),
        ),
    )
    number: int | None = Field(default=None, primary_key=True)
    subject: str = Field(default="", sa_column=Column(Text, nullable=False))
    status: str = "new"
    priority: str = "normal"
    priority_score: float | None = None
    category: str = ""
    tags: list[str] = _json("[]")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    assignee: str = ""
    language: str = ""
    created_at: dt.datetime = _when(index=True, nullable=False)
    updated_at: dt.datetime = _when(nullable=False)
    first_response_due: dt.datetime | None = _when()
    first_response_at: dt.datetime | None = _when()
    next_response_due: dt.datetime | None = _when()
    resolution_due: dt.datetime | None = _when()
    chase_at: dt.datetime | None = _when()
    # For which due time the operator was warned and told of the breach: a moved due time is chased afresh.
    warned_due: dt.datetime | None = _when()
    breached_due: dt.datetime | None = _when()
    breached_at: dt.datetime | None = _when()
    waiting_since: dt.datetime | None = _when()
    answered_automatically: bool = False
    automatic_article: str = ""
    automatic_confidence: float | None = None
    suggested_article: str = ""
    suggested_confidence: float | None = None
    solved_at: dt.datetime | None = _when()
    closed_at: dt.datetime | None = _when()
    reopened: int = 0
    snoozed_until: dt.datetime | None = _when()
    idle_at: dt.datetime | None = _when()
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
    at: dt.datetime = _when(nullable=False)
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    full_text: str = Field(default="", sa_column=Column(Text, nullable=False))
    answer_to: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    attachments: list[str] = _json("[]")
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
    added_at: dt.datetime = _when(nullable=False)


class EventRow(SQLModel, table=True):
    """What happened and why; never changed, never deleted but by erasure."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_kind_at", "kind", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = _when(nullable=False)
    kind: str
    ticket_number: int | None = Field(default=None, index=True)
    mail_id: int | None = None
    outbox_id: int | None = None
    actor: str = ""
    detail: dict[str, Any] = _json("{}")


class OutboxRow(SQLModel, table=True):
    """One mail to be sent. ``once_key`` makes a second enqueue of the same thing impossible."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'sent', 'failed', 'cancelled')", name="state"),
        Index(
            "ix_outbox_due",
            "next_attempt_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_unreported",
            "id",
            sqlite_where=text("state = 'failed' and not reported"),
            postgresql_where=text("state = 'failed' and not reported"),
        ),
        # The rate limits ask: how many automatic mails to this address lately?
        Index("ix_outbox_recipient_created", "recipient", "created_at"),
        Index(
            "ix_outbox_automatic_created",
            "created_at",
            sqlite_where=text("automatic"),
            postgresql_where=text("automatic"),
        ),
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
    created_at: dt.datetime = _when(nullable=False)
    reverse_path: str = ""
    recipient: str
    recipients: list[str] = _json("[]")
    subject: str = Field(default="", sa_column=Column(Text, nullable=False))
    message_id: str = Field(sa_column=Column(Text, nullable=False))
    why: dict[str, Any] = _json("{}")
    attempts: int = 0
    next_attempt_at: dt.datetime = _when(nullable=False)
    last_reply: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sent_at: dt.datetime | None = _when()
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
    at: dt.datetime = _when(nullable=False)
    outcome: str = "unknown"
    reply: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class SurveyRow(SQLModel, table=True):
    """One satisfaction survey of one solving of a ticket."""

    __tablename__ = "survey"
    __table_args__ = (
        Index(
            "ix_survey_due",
            "due_at",
            sqlite_where=text("sent_at is null and withdrawn_at is null"),
            postgresql_where=text("sent_at is null and withdrawn_at is null"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    due_at: dt.datetime = _when(nullable=False)
    sent_at: dt.datetime | None = _when()
    outbox_id: int | None = None
    withdrawn_at: dt.datetime | None = _when()
    withdrawn_why: str = ""
    answered_at: dt.datetime | None = _when()
    score: int | None = None
    comment: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class CursorRow(SQLModel, table=True):
    """How far an IMAP folder has been read (RFC 9051 2.3.1.1: UID means nothing without UIDVALIDITY).

    What lay under ``archive_uid`` or below at first contact and had arrived before ``archive_before`` is history.
    """

    __tablename__ = "cursor"
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = _big()
    uid: int = _big()
    modseq: int = _big(default=0)
    archive_uid: int = _big(default=0)
    archive_before: dt.datetime | None = _when()
    polled_at: dt.datetime | None = _when()


class FolderMailRow(SQLModel, table=True):
    """Which mail lies under which UID of a folder; ``aftermath_due``: flagging or moving it there is still to do."""

    __tablename__ = "folder_mail"
    __table_args__ = (
        Index(
            "ix_folder_mail_aftermath",
            "account",
            "folder",
            sqlite_where=text("aftermath_due"),
            postgresql_where=text("aftermath_due"),
        ),
    )
    account: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = _big(primary_key=True)
    uid: int = _big(primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    # A server restored from a backup can give the same UID to another mail: its INTERNALDATE tells.
    received_at: dt.datetime | None = _when()
    aftermath_due: bool = False


class PassageVectorRow(SQLModel, table=True):
    """A sentence embedding (little-endian float32), kept by what was embedded and by which model."""

    __tablename__ = "passage_vector"
    content_hash: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LearntRow(SQLModel, table=True):
    """An answered mail as evidence: it is (or is not) what an article answers; ``article`` null = none does."""

    __tablename__ = "learnt"
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = _when(nullable=False)
    article: str | None = Field(default=None, index=True)
    right: bool = True
    text: str = Field(sa_column=Column(Text, nullable=False))
    source: str
    ticket_number: int | None = Field(default=None, index=True)


class JobRunRow(SQLModel, table=True):
    """When a calendar job last did its work, so that a restart repeats nothing."""

    __tablename__ = "job_run"
    name: str = Field(primary_key=True)
    at: dt.datetime = _when(nullable=False)


class SettingRow(SQLModel, table=True):
    """Small facts that must survive a restart (the brake is on, which problem was already reported)."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: dict[str, Any] = _json("{}")
    at: dt.datetime = _when(nullable=False)


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a model: statements on it are three times as fast as the ORM's objects."""
    table: Table = getattr(model, "__table__")  # noqa: B009  SQLModel adds the attribute without declaring it
    return table
