"""Which mails were erased, as marks that say nothing to who does not have such a mail in hand."""

import datetime as dt

from sqlmodel import Field, SQLModel

from inboxd.store.columns import when


class ErasedMailRow(SQLModel, table=True):
    """One erased mail (``core/tombstone.py``); ``mail_id`` is the empty row that stands in its place."""

    __tablename__ = "erased_mail"
    mark: str = Field(primary_key=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id")
    erased_at: dt.datetime = when(nullable=False)
