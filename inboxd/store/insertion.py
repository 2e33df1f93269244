"""INSERT … ON CONFLICT DO NOTHING, which either database writes alike and SQLAlchemy keeps in two places."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Table

from inboxd.store.prepared import Prepared


def insert_missing(connection: Connection, table: Table, keys: Sequence[str]) -> Prepared:
    """Return the statement that leaves rows alone whose ``keys`` are there already."""
    return _made(connection.dialect.name, table, tuple(keys))


@cache
def _made(database: str, table: Table, keys: tuple[str, ...]) -> Prepared:
    if database == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  each database loads its own, 2 MB

        return Prepared(sqlite.insert(table).on_conflict_do_nothing(index_elements=list(keys)))
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  likewise

    return Prepared(postgresql.insert(table).on_conflict_do_nothing(index_elements=list(keys)))
