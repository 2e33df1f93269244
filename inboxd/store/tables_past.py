"""The tables of moving in from another desk: which of its tickets came, and which mails stand on each."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value


class PastTicketRow(SQLModel, table=True):
    """A ticket of another desk under its number there; ``changed_at`` is what that desk said when it was read last.

    ``settled``: its tags and its state stand on the ticket here; the tags are not kept beside it any longer.
    """

    __tablename__ = "past_ticket"
    desk: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    changed_at: str = ""
    status: str = ""
    tags: list[str] = json_value("[]")
    settled: bool = False


class PastMailRow(SQLModel, table=True):
    """Which ticket of another desk a mail stood on there: that is where it belongs, whatever its header says."""

    __tablename__ = "past_mail"
    __table_args__ = (Index("ix_past_mail_desk_number", "desk", "number"),)
    mail_id: int = Field(primary_key=True, foreign_key="mail.id", ondelete="CASCADE")
    desk: str
    number: str
