"""Columns of yes and no, asked for in the words of the partial indexes.

SQLite uses an index of some rows only for a question that says the same as the index
(https://www.sqlite.org/partialindex.html section 3), and ``automatic = 1``, as SQLAlchemy puts it, is not ``automatic``.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, literal_column


def is_set(flag: Column[Any]) -> ColumnElement[Any]:
    """Return the condition that a column says yes, by its bare name; ``~`` of it is ``not`` and that name."""
    # Without a type: one that is known to be a truth value is compared with 1 where the database has none.
    return literal_column(f"{flag.table.name}.{flag.name}")
