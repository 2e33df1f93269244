"""Plausible rows for every table of a store at any revision, made from what the database says of its own tables."""

import datetime as dt
import re
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    inspect,
    select,
)

from inboxd.store.engine import migrate

ROWS = 3
_BEGAN = dt.datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=dt.UTC)
_QUOTED = re.compile(r"'([a-z_]+)'")
_VERSIONS = "alembic_version"

Rows = dict[str, list[dict[str, Any]]]


def upgrade_to(engine: Engine, revision: str) -> None:
    """Bring a store to a revision as the program of that time did, whose newest it was."""
    upgrade = command.upgrade
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _head: upgrade(config, revision))
        migrate(engine)


def reflect(connection: Connection) -> MetaData:
    """Return the tables as they are now."""
    found = MetaData()
    found.reflect(connection)
    for (_, name), checks in inspect(connection).get_multi_check_constraints().items():
        found.tables[name].info["checks"] = [one["sqltext"] for one in checks]
    return found


def fill(connection: Connection, tables: MetaData, first: int = 1) -> None:
    """Insert rows ``first`` and following into every table, each belonging to the row of the same number elsewhere."""
    for table in tables.sorted_tables:
        if table.name == _VERSIONS:
            continue
        allowed = _allowed(table)
        rows = [
            {column.name: _value(connection, table, column, number, allowed) for column in table.columns}
            for number in range(first, first + ROWS)
        ]
        connection.execute(table.insert(), rows)


def contents(connection: Connection, tables: MetaData) -> Rows:
    """Return all rows of these tables, with these columns, in the order of their keys."""
    return {
        table.name: [
            dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in tables.sorted_tables
        if table.name != _VERSIONS
    }


def lost(tables: MetaData, before: Rows, after: Rows) -> Rows:
    """Return the rows of ``before`` that are not among those of ``after`` as they were, by table."""
    gone: Rows = {}
    for name, rows in before.items():
        keys = tables.tables[name].primary_key.columns.keys()
        kept = {tuple(row[key] for key in keys): row for row in after[name]}
        if changed := [row for row in rows if kept.get(tuple(row[key] for key in keys)) != row]:
            gone[name] = changed
    return gone


def _allowed(table: Table) -> dict[str, list[str]]:
    """Return the words a CHECK allows, by column."""
    found: dict[str, list[str]] = {}
    for check in table.info["checks"]:
        words = _QUOTED.findall(check)
        for column in table.columns:
            if words and re.search(rf"\b{column.name}\b", check):
                found[column.name] = words
    return found


def _value(
    connection: Connection, table: Table, column: Column[Any], number: int, allowed: dict[str, list[str]]
) -> Any:
    if column.name in allowed:
        return allowed[column.name][number % len(allowed[column.name])]
    match column.type:
        case JSON():
            return (
                [f"wort {number}", "退款"]
                if "[]" in str(_default(column))
                else {"n": number, "text": "naïve\x00"}
            )
        case LargeBinary():
            return bytes(range(256)) * number
        case Boolean():
            return number % 2 == 0
        case DateTime():
            at = _BEGAN + dt.timedelta(hours=number)
            return at if connection.dialect.name == "postgresql" else at.replace(tzinfo=None)
        case Integer() | Float():
            # Beyond 32 bits where that is what the column is for.
            wide = isinstance(column.type, BigInteger) and not (column.foreign_keys or column.primary_key)
            return number + 2**40 * wide
        case _:
            return f"{table.name} {column.name} {number}: naïve 退款"


def _default(column: Column[Any]) -> str:
    return str(getattr(column.server_default, "arg", ""))
