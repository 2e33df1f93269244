"""Who of several daemons does what only one may do, and for the how manieth time that was settled."""

import datetime as dt

from sqlmodel import Field, SQLModel

from inboxd.store.columns import when


class LeaderRow(SQLModel, table=True):
    """One duty and who has it. ``term`` grows with every change: whoever writes under an older one was deposed."""

    __tablename__ = "leader"
    name: str = Field(primary_key=True)
    term: int = 0
    holder: str = ""
    since: dt.datetime = when(nullable=False)
