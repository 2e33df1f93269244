"""INSERT … ON CONFLICT DO NOTHING, which either database writes alike and SQLAlchemy keeps in two places."""

from collections.abc import Sequence

from sqlalchemy import Connection, Insert, Table


def insert_missing(connection: Connection, table: Table, keys: Sequence[str]) -> Insert:
    """Return the statement that leaves rows alone whose ``keys`` are there already."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  each database loads its own, 2 MB

        return sqlite.insert(table).on_conflict_do_nothing(index_elements=list(keys))
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  likewise

    return postgresql.insert(table).on_conflict_do_nothing(index_elements=list(keys))
