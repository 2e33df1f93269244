"""Writes ``core_tables.py``: the tables as the declarations with SQLModel have them, for who only asks and writes.

``make tables`` runs it. SQLModel brings the ORM and pydantic's models with it, which no process that runs all day
has a use for (docs/performance.md): they say the tables once more in SQLAlchemy's own words, and only whoever makes or
changes tables imports the declarations.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.sql.elements import False_, TextClause
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import AutoString

from inboxd.store.naming import WHERE

COMMAND = "make tables"
TARGET = Path(__file__).with_name("core_tables.py")

_LINE = 110
_HEAD = '''"""Every table, as asked and written. Made by `{command}` from the modules tables_*.py: change those."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from inboxd.store.naming import CONVENTION, partial_index
from inboxd.store.types import UtcDateTime

metadata = MetaData(naming_convention=CONVENTION)
'''


def written_tables(metadata: MetaData) -> str:
    """Return the module: one ``Table`` for each of the metadata, by its name, formatted as ruff would."""
    tables = (_table(metadata.tables[name]) for name in sorted(metadata.tables))
    return "\n".join((_HEAD.format(command=COMMAND), *tables))


def _table(table: Table) -> str:
    parts = [*map(_column, table.columns), *_constraints(table), *_indexes(table)]
    inside = (_wrapped(name, arguments) for name, arguments in parts)
    return "\n".join((f"{table.name} = Table(", f'    "{table.name}",', "    metadata,", *inside, ")", ""))


def _wrapped(name: str, arguments: list[str]) -> str:
    """Return a call on one line, or with a line for each argument where one is too short."""
    line = f"    {name}({', '.join(arguments)}),"
    if len(line) <= _LINE:
        return line
    return "\n".join((f"    {name}(", *(f"        {one}," for one in arguments), "    ),"))


def _column(column: Column[object]) -> tuple[str, list[str]]:
    keys = sorted(column.foreign_keys, key=lambda key: key.target_fullname)
    return "Column", [_text(column.name), _type(column.type), *map(_foreign_key, keys), *_options(column)]


def _type(kind: TypeEngine[object]) -> str:
    """Return a type's name; SQLModel's text without a length is SQLAlchemy's, but for MySQL."""
    return "String" if isinstance(kind, AutoString) and kind.length is None else repr(kind).split("(")[0]


def _foreign_key(key: ForeignKey) -> str:
    ondelete = f", ondelete={_text(key.ondelete)}" if key.ondelete else ""
    return f"ForeignKey({_text(key.target_fullname)}{ondelete})"


def _options(column: Column[object]) -> Iterator[str]:
    if column.primary_key:
        yield "primary_key=True"
    elif not column.nullable:
        yield "nullable=False"
    if column.autoincrement != "auto":
        yield f"autoincrement={column.autoincrement}"
    if column.index:
        yield "index=True"
    if column.default is not None:
        yield f"default={_value(getattr(column.default, 'arg', None))}"
    if column.server_default is not None:
        yield f"server_default={_server_default(column)}"


def _server_default(column: Column[object]) -> str:
    default: object = getattr(column.server_default, "arg", None)
    if isinstance(default, TextClause):
        return f"text({_text(default.text)})"
    return "false()" if isinstance(default, False_) else _value(default)


def _constraints(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield CHECK and UNIQUE; keys stand at their columns."""
    for one in sorted(table.constraints, key=lambda constraint: str(constraint.name)):
        if isinstance(one, CheckConstraint):
            name = str(one.name).removeprefix(f"ck_{table.name}_")
            yield "CheckConstraint", [_text(str(one.sqltext)), f"name={_text(name)}"]
        if isinstance(one, UniqueConstraint):
            yield "UniqueConstraint", [_text(column.name) for column in one.columns]


def _indexes(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield the indexes with names of their own; those of single columns stand there."""
    for one in sorted(table.indexes, key=lambda index: str(index.name)):
        if not _is_said_by_column(one):
            where = one.info.get(WHERE)
            words = [_text(one.name), *(_text(column.name) for column in one.columns)]
            yield ("partial_index", [*words, f"where={_text(where)}"]) if where else ("Index", words)


def _is_said_by_column(index: Index) -> bool:
    columns = list(index.columns)
    return len(columns) == 1 and bool(columns[0].index) and WHERE not in index.info


def _text(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def _value(value: object) -> str:
    return _text(value) if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    from inboxd.store.all_tables import metadata as declared

    TARGET.write_text(written_tables(declared), "utf-8")
