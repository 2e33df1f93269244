"""Copying a table from one store into another in batches that can be taken up again, and a hash to compare them by."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, Table, insert, select, text, tuple_

from inboxd.store.storable import storable

MOST_ROWS = 500
MOST_BYTES = 8 * 1024 * 1024
_ROUND = 2**256

Key = tuple[int | str, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableHash:
    """How many rows a table has, and the sum of their SHA-256, which no order of rows changes."""

    rows: int
    digest: str


def batches(source: Connection, table: Table, after: Key | None) -> Iterator[tuple[list[Row], Key]]:
    """Yield the rows behind ``after`` in the order of their keys, a few megabytes at a time, and the last key of each."""
    names = [column.name for column in table.primary_key]
    query = select(table).order_by(*table.primary_key)
    if after is not None:
        query = query.where(tuple_(*table.primary_key) > tuple_(*after))
    batch: list[Row] = []
    size = 0
    for row in _stream(source, table, query):
        batch.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        if len(batch) >= MOST_ROWS or size >= MOST_BYTES:
            yield batch, tuple(batch[-1][name] for name in names)
            batch, size = [], 0
    if batch:
        yield batch, tuple(batch[-1][name] for name in names)


def put(target: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows as they are, under their own keys."""
    target.execute(insert(table), [dict(row) for row in rows])


def hash_table(connection: Connection, table: Table) -> TableHash:
    """Return the hash of a table, equal for equal rows whatever the database."""
    names = sorted(column.name for column in table.columns)
    rows = total = 0
    for row in _stream(connection, table, select(table)):
        rows += 1
        total = (total + _row_number(row, names)) % _ROUND
    return TableHash(rows, f"{total:064x}")


def set_sequences(target: Connection, tables: Sequence[Table]) -> None:
    """Let PostgreSQL go on counting where the copied rows end."""
    for table in tables:
        for column in table.primary_key:
            sequence = target.execute(
                text("select pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            ).scalar()
            if sequence is None:
                continue
            highest = target.execute(select(column).order_by(column.desc()).limit(1)).scalar()
            words = {"sequence": sequence, "last": highest or 1, "used": highest is not None}
            target.execute(text("select setval(:sequence, :last, :used)"), words)


def _stream(connection: Connection, table: Table, query: Select[Any]) -> Iterator[Row]:
    # Mails may have many megabytes each; rows of words come quicker many at a time.
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    options = {"stream_results": True, "yield_per": 4 if heavy else MOST_ROWS}
    for row in connection.execute(query, execution_options=options).mappings():
        yield dict(row)


def _row_number(row: Row, names: Sequence[str]) -> int:
    digest = hashlib.sha256()
    for name in names:
        kind, value = _plain(row[name])
        # The length before the value: no two different rows give the same bytes.
        digest.update(f"{name}\0{kind}{len(value)}\0".encode())
        digest.update(value)
    return int.from_bytes(digest.digest(), "big")


def _plain(value: Any) -> tuple[str, bytes]:
    """Return a value as a kind and bytes that are the same on both databases."""
    match value:
        case None:
            return "n", b""
        case bytes() | memoryview():
            return "b", bytes(value)
        case str():
            return "s", storable(value).encode()
        case dt.datetime():
            return "t", value.astimezone(dt.UTC).isoformat().encode()
        case dict() | list():
            return "j", json.dumps(value, sort_keys=True).encode()
        case _:
            return "v", repr(value).encode()
