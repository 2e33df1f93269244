"""What the desk keeps beside mails and tickets: surveys, what it learnt, and its jobs."""

import datetime as dt
from typing import Any

from sqlalchemy import Column, LargeBinary, Text, false
from sqlmodel import Field, SQLModel

from inboxd.store.columns import json_value, when
from inboxd.store.naming import partial_index


class SurveyRow(SQLModel, table=True):
    """One satisfaction survey of one solving of a ticket."""

    __tablename__ = "survey"
    __table_args__ = (
        partial_index("ix_survey_due", "due_at", where="sent_at is null and withdrawn_at is null"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_number: int = Field(foreign_key="ticket.number", index=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    due_at: dt.datetime = when(nullable=False)
    sent_at: dt.datetime | None = when()
    outbox_id: int | None = None
    withdrawn_at: dt.datetime | None = when()
    withdrawn_why: str = ""
    answered_at: dt.datetime | None = when()
    score: int | None = None
    comment: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    sentiment: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class PassageVectorRow(SQLModel, table=True):
    """A sentence embedding (little-endian float32), kept by what was embedded and by which model."""

    __tablename__ = "passage_vector"
    content_hash: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LearntRow(SQLModel, table=True):
    """An answered mail as evidence: it is (or is not) what an article answers; ``article`` null = none does.

    ``weight`` says how telling it is (``core/feedback.py``). It counts once ``adopted_at`` is set; from ``masked`` on the
    text holds nothing personal any more.
    """

    __tablename__ = "learnt"
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = when(nullable=False)
    article: str | None = Field(default=None, index=True)
    right: bool = True
    text: str = Field(sa_column=Column(Text, nullable=False))
    source: str
    ticket_number: int | None = Field(default=None, index=True)
    weight: float = Field(default=1.0, sa_column_kwargs={"server_default": "1"})
    masked: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    adopted_at: dt.datetime | None = when()


class JobRunRow(SQLModel, table=True):
    """When a calendar job last did its work, so that a restart repeats nothing."""

    __tablename__ = "job_run"
    name: str = Field(primary_key=True)
    at: dt.datetime = when(nullable=False)


class SettingRow(SQLModel, table=True):
    """Small facts that must survive a restart (the brake is on, which problem was already reported)."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: dict[str, Any] = json_value("{}")
    at: dt.datetime = when(nullable=False)
