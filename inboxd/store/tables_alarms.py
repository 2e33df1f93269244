"""The alarms about the desk itself that are open, or were a short time ago (``core/alarms.Alarm``)."""

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from inboxd.store.columns import when


class AlarmRow(SQLModel, table=True):
    """One thing that is wrong with the desk, and what people were told of it."""

    __tablename__ = "alarm"
    key: str = Field(primary_key=True)
    kind: str
    detail: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    occasion: str = ""
    raised_at: dt.datetime = when(nullable=False)
    wanted: str = ""
    tries: int = 0
    next_try_at: dt.datetime = when(nullable=False)
    told_at: dt.datetime | None = when()
    recovered_at: dt.datetime | None = when()
