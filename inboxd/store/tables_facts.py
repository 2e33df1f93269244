"""The table of pinned facts: apart from the mails, because only the backtest ever reads it."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class MailFactsRow(SQLModel, table=True):
    """What the desk knew when it decided a mail (``core/pinned.py``); erased with the mail."""

    __tablename__ = "mail_facts"
    mail_id: int = Field(primary_key=True, foreign_key="mail.id", ondelete="CASCADE")
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
