"""A row as a line of JSON and back: the same bytes for equal rows, whatever the database and the machine."""

import base64
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import LargeBinary, Table

from inboxd.store.types import UtcDateTime


def to_line(row: Mapping[str, Any]) -> str:
    """Return a row as one line of JSON with its line end: names in their order, times in UTC, bytes as base64."""
    plain = {name: _plain(value) for name, value in row.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True) + "\n"


def from_line(table: Table, line: str) -> dict[str, Any]:
    """Return the row a line says. Raises ``ValueError`` for a line that is no row of this table."""
    row = json.loads(line)
    if not isinstance(row, dict) or set(row) != {column.name for column in table.columns}:
        raise ValueError(f"this is no row of {table.name}")
    return {name: _value(table, name, value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode("ascii")
        case _:
            return value


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.columns[name].type
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return dt.datetime.fromisoformat(value)
    return base64.b64decode(value, validate=True) if isinstance(kind, LargeBinary) else value
