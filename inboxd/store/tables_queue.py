"""Where the customers' mails lie in the queue folders, and where they should."""

import datetime as dt

from sqlalchemy import JSON, Column, text
from sqlmodel import Field, SQLModel

from inboxd.core.queue_moves import UNSETTLED
from inboxd.store.columns import when
from inboxd.store.naming import partial_index
from inboxd.store.queue_conditions import DUE, NEWS


class QueueMailRow(SQLModel, table=True):
    """What is known of one mail in the queue folders of an account (``core/queue_moves.Whereabouts``)."""

    __tablename__ = "queue_mail"
    __table_args__ = (
        # The questions asked every few seconds: was anything moved, is anything new, is anything to be moved?
        partial_index("ix_queue_mail_news", "account", where=NEWS),
        partial_index("ix_queue_mail_due", "account", where=DUE),
    )
    account: str = Field(primary_key=True)
    mail_id: int = Field(primary_key=True, foreign_key="mail.id", ondelete="CASCADE", index=True)
    places: list[str] = Field(
        default=None, sa_column=Column(JSON, nullable=False, server_default=text("'[]'"))
    )
    lies_in: str
    agreed: str
    wanted: str = ""
    moving: str = ""
    seen_at: dt.datetime | None = when()
    moved_after: dt.datetime | None = when()
    asleep_until: dt.datetime | None = when()
    has_left: bool = False
    moves: int = 0
    counted_from: dt.datetime | None = when()
    version: int = UNSETTLED
