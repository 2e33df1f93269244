"""What is still to be done in a mailbox, and the drafts that lie there."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from inboxd.store.columns import when
from inboxd.store.naming import partial_index


def _words() -> Any:
    return Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class MailboxWorkRow(SQLModel, table=True):
    """One change to be made in a mailbox, written with the decision it follows from and carried out after it.

    ``kind`` says what (``outgoing/imap_folders.py``), ``detail`` what that kind needs beyond the ids.
    """

    __tablename__ = "mailbox_work"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'done', 'failed', 'cancelled')", name="state"),
        partial_index("ix_mailbox_work_due", "account", "next_attempt_at", "id", where="state = 'queued'"),
        UniqueConstraint("once_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    account: str
    state: str = "queued"
    once_key: str | None = None
    ticket_number: int | None = Field(default=None, index=True)
    # With an outbox row the change waits until that mail was sent.
    outbox_id: int | None = None
    draft_id: int | None = None
    detail: dict[str, Any] = Field(
        default=None, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    attempts: int = 0
    created_at: dt.datetime = when(nullable=False)
    next_attempt_at: dt.datetime = when(nullable=False)
    done_at: dt.datetime | None = when()
    last_reply: str = _words()


class DraftRow(SQLModel, table=True):
    """A reply that lies ready in the operator's Drafts, and what he made of it.

    ``offered`` is its text; ``uid`` says where it lies now, ``edited`` that he saved it anew.
    """

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("state in ('wanted', 'lying', 'gone', 'sent', 'deleted', 'withdrawn')", name="state"),
        partial_index("ix_draft_open", "ticket_number", where="state in ('wanted', 'lying', 'gone')"),
        partial_index("ix_draft_unnoted", "id", where="unnoted"),
        UniqueConstraint("message_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    account: str
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    mail_id: int | None = None
    article: str = ""
    message_id: str = Field(sa_column=Column(Text, nullable=False))
    in_reply_to: str = _words()
    recipient: str = _words()
    offered: str = _words()
    state: str = "wanted"
    edited: bool = False
    # What he had written when the desk took the draft away is kept, and not yet a note on the ticket.
    unnoted: bool = False
    folder: str = _words()
    uidvalidity: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    uid: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    created_at: dt.datetime = when(nullable=False)
    gone_at: dt.datetime | None = when()
    ended_at: dt.datetime | None = when()
    ended_by: str = _words()
    distance: float | None = None


class DraftRawRow(SQLModel, table=True):
    """The bytes of a draft as we wrote it, and as the operator had left it when we took it away."""

    __tablename__ = "draft_raw"
    draft_id: int = Field(primary_key=True, foreign_key="draft.id", ondelete="CASCADE")
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    kept: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
