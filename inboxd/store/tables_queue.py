"""Where the customers' mails lie in the queue folders, and where they should."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, text
from sqlmodel import Field, SQLModel

from inboxd.core.queue_moves import UNSETTLED
from inboxd.store.columns import partial_index
from inboxd.store.types import UtcDateTime

# Written out in indexes and in queries alike: SQLite recognises a partial index by these words.
NEWS = f"lies_in <> agreed or version = {UNSETTLED}"
DUE = "wanted <> lies_in"


def _when() -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=True))


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
    seen_at: dt.datetime | None = _when()
    moved_after: dt.datetime | None = _when()
    asleep_until: dt.datetime | None = _when()
    has_left: bool = False
    moves: int = 0
    counted_from: dt.datetime | None = _when()
    version: int = UNSETTLED
