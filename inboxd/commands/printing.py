"""How commands print: exactly one JSON document, or a table for people."""

import datetime as dt
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table


def print_json(document: object) -> None:
    """Write one JSON document to stdout, on one line unless a person reads it; times are ISO 8601, text stays text."""
    sys.stdout.write(to_json(document, indent=1 if sys.stdout.isatty() else None) + "\n")


def to_json(document: object, *, indent: int | None = None) -> str:
    """Return a document as JSON; lone surrogates of broken mails become escapes, so that it is always valid UTF-8."""
    text = json.dumps(document, ensure_ascii=False, default=_plain, indent=indent)
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\\ud", "\\ud")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; what customers wrote is never read as markup."""
    table = Table(title=title, title_justify="left", expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    Console(markup=False, highlight=False).print(table)


def print_text(*lines: str) -> None:
    """Print lines as they are."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line)


def _plain(value: object) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
