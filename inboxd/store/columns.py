"""The columns that the declarations of the tables share, and the metadata they are in."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, MetaData, text
from sqlmodel import Field, SQLModel

from inboxd.store.naming import CONVENTION
from inboxd.store.types import UtcDateTime

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = CONVENTION


def when(*, index: bool = False, nullable: bool = True) -> Any:
    """Return a fresh column of an instant; SQLModel shares no column objects between tables."""
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable, index=index))


def big(*, primary_key: bool = False, default: int | None = None) -> Any:
    """Return a fresh column of 64 bits: RFC 9051 9 numbers go up to 2³²-1 (UID) and 2⁶³-1 (mod-sequence)."""
    return Field(
        default=default,
        sa_column=Column(BigInteger, primary_key=primary_key, autoincrement=False, nullable=False),
    )


def json_value(default: str) -> Any:
    """Return a fresh column of JSON; ``default`` is what the database fills in."""
    return Field(default=None, sa_column=Column(JSON, nullable=False, server_default=text(f"'{default}'")))
