"""Accepted mails, and their bytes in a table of their own: SQLite rewrites a whole row on every update."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value, when
from inboxd.store.naming import partial_index


class MailRow(SQLModel, table=True):
    """One accepted mail: its envelope and what became of it."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("state in ('accepted', 'processed', 'held', 'dropped')", name="state"),
        # The only question asked per loop: which accepted mail is due, and is it one somebody waits for?
        partial_index("ix_mail_due", "imported", "next_attempt_at", "id", where="state = 'accepted'"),
        partial_index("ix_mail_held", "id", where="state = 'held'"),
        Index("ix_mail_identity", "message_id", "content_sha256"),
        Index("ix_mail_sender_domain_accepted", "sender_domain", "accepted_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    accepted_at: dt.datetime = when(index=True, nullable=False)
    # When it arrived where we fetched it (IMAP INTERNALDATE): nothing automatic answers what is old by then.
    received_at: dt.datetime | None = when()
    source: str
    reverse_path: str | None = None
    forward_paths: list[str] = json_value("[]")
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
    next_attempt_at: dt.datetime = when(nullable=False)
    processed_at: dt.datetime | None = when()
    disposition: str = ""
    reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    detail: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    ticket_number: int | None = Field(default=None, index=True)
    # Filled when the mail is read: the limits ask how often this domain sent the same words (loops without headers).
    sender: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sender_domain: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    subject: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    body_simhash: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    decision: dict[str, Any] = json_value("{}")


class MailRawRow(SQLModel, table=True):
    """The bytes of a mail exactly as they came."""

    __tablename__ = "mail_raw"
    mail_id: int = Field(primary_key=True, foreign_key="mail.id", ondelete="CASCADE")
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
