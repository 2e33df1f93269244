"""That the tables as they are asked and written are the tables as they are declared, to the last default."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, Dialect, ForeignKey, Index, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from inboxd.store import core_tables
from inboxd.store.all_tables import metadata as declared
from inboxd.store.naming import complete_indexes
from inboxd.store.table_writer import COMMAND, TARGET, written_tables

DIALECTS: tuple[Callable[[], Dialect], ...] = (sqlite.dialect, postgresql.dialect)


def described_column(column: Column[Any]) -> dict[str, Any]:
    """Return all that is said about a column; a type by what it converts as well."""
    decorator = type(column.type).__name__
    return {
        "name": (column.name, column.key),
        "type": "String" if decorator == "AutoString" else decorator,
        "sql": [column.type.compile(dialect()) for dialect in DIALECTS],
        "flags": (column.primary_key, bool(column.nullable), column.autoincrement, bool(column.unique)),
        "index": bool(column.index),
        "default": getattr(column.default, "arg", None),
        "server_default": str(getattr(column.server_default, "arg", None)),
        "onupdate": (column.onupdate, column.server_onupdate),
        "keys": sorted(map(described_key, column.foreign_keys)),
    }


def described_key(key: ForeignKey) -> tuple[str, ...]:
    """Return where a key leads, how it is named, and what follows a deletion."""
    name = key.constraint.name if key.constraint else None
    return key.target_fullname, str(name), str(key.ondelete), str(key.onupdate), str(key.deferrable)


def described_index(index: Index) -> dict[str, Any]:
    """Return all that is said about an index."""
    options = {name: str(index.dialect_options[name]["where"]) for name in ("sqlite", "postgresql")}
    columns = [column.name for column in index.columns]
    return {"name": index.name, "columns": columns, "unique": index.unique, **index.info, **options}


def described(table: Table) -> dict[str, Any]:
    """Return all that is said about a table."""
    return {
        "columns": [described_column(column) for column in table.columns],
        "constraints": sorted(
            f"{type(one).__name__} {one.name} {[column.name for column in one.columns]} {getattr(one, 'sqltext', '')}"  # type: ignore[attr-defined]  # every constraint of ours has columns
            for one in table.constraints
        ),
        "indexes": sorted(map(described_index, table.indexes), key=lambda one: str(one["name"])),
    }


def made(metadata: MetaData, dialect: Callable[[], Dialect]) -> dict[str, set[str]]:
    """Return the lines of the statements that make each table with its indexes, which come in any order."""
    return {
        name: {
            line.strip(" ,")
            for one in (CreateTable(table), *map(CreateIndex, table.indexes))
            for line in str(one.compile(dialect=dialect())).splitlines()
        }
        for name, table in metadata.tables.items()
    }


@pytest.fixture(scope="module", autouse=True)
def whole_indexes() -> None:
    """Say of both which rows their partial indexes are, as migrations have it."""
    complete_indexes(declared)
    complete_indexes(core_tables.metadata)


def test_the_module_is_what_the_declarations_come_to() -> None:
    """Whoever changes a declaration is told which command writes the tables anew."""
    assert TARGET.read_text("utf-8") == written_tables(declared), f"run: {COMMAND}"


@pytest.mark.parametrize("name", sorted(declared.tables))
def test_every_table_is_as_it_is_declared(name: str) -> None:
    """Columns, types, keys, defaults of both kinds, constraints and partial indexes are the same, by the same names."""
    assert described(core_tables.metadata.tables[name]) == described(declared.tables[name])


def test_no_table_is_left_out_and_each_has_its_name() -> None:
    """A module that asks a table imports it under the name it has in the database."""
    assert set(core_tables.metadata.tables) == set(declared.tables)
    for name, table in core_tables.metadata.tables.items():
        assert getattr(core_tables, name) is table


@pytest.mark.parametrize("dialect", DIALECTS)
def test_both_would_be_made_by_the_same_words(dialect: Callable[[], Dialect]) -> None:
    """What either database would be told to create differs in nothing."""
    assert made(core_tables.metadata, dialect) == made(declared, dialect)


def test_values_go_in_and_out_alike() -> None:
    """Every column converts what it is given, and what it gives, as the declared one does."""
    for name, table in core_tables.metadata.tables.items():
        for column in table.columns:
            other = declared.tables[name].columns[column.name]
            for dialect in DIALECTS:
                assert converted(column, dialect()) == converted(other, dialect())


def converted(column: Column[Any], dialect: Dialect) -> list[Any]:
    """Return what becomes of values on the way to the database."""
    processor = column.type.dialect_impl(dialect).bind_processor(dialect)
    results: list[Any] = []
    for value in (None, True, 1, 1.5, "ä", ["ä"], {"a": "ä"}):
        with contextlib.suppress(Exception):
            results.append((value, repr(processor(value)) if processor else value))
    return results
