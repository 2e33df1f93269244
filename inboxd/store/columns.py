"""The columns that all tables share, and the convention their constraints are named by."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, MetaData, text
from sqlmodel import Field, SQLModel

from inboxd.store.types import UtcDateTime

# One convention for both databases, so that migrations can name what they change.
metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


_WHERE = "where"


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return an index of the rows for which ``where`` is true."""
    return Index(name, *columns, info={_WHERE: where})


def complete_indexes() -> None:
    """Tell each database's dialect of which rows the partial indexes are, for whoever makes or compares tables.

    Said where the index stands, it would load both dialects (3 MB) into every process that has a table.
    """
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if _WHERE in index.info:
            for dialect in ("sqlite", "postgresql"):
                index.dialect_options[dialect]["where"] = text(index.info[_WHERE])


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
