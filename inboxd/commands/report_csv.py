"""The report as CSV (RFC 4180): one line per group, for a spreadsheet; an empty cell is "no data"."""

import csv
import io
from typing import Any

from inboxd.commands.report_document import figures_document
from inboxd.core.report import Report

# A cell that begins with one of these is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(report: Report) -> str:
    """Return the figures of the period, and those by week, category, tag and operator below it."""
    groups = [("period", "", report.total)]
    for group in ("week", "category", "tag", "operator"):
        groups += [(group, one.name, one.figures) for one in getattr(report, f"by_{group}")]
    rows = [
        {"group": group, "name": _cell(name), **_flat(figures_document(one))} for group, name, one in groups
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, tuple(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with the figures of its figures beside them; lists have no place in a line."""
    flat: dict[str, Any] = {}
    for key, value in document.items():
        if key == "wrong_answers":
            parts = ("wrong", "answers", "rate", "lower", "upper")
            flat |= {f"{key}_{part}": None if value is None else value[part] for part in parts}
        elif isinstance(value, dict):
            flat |= _flat({f"{key}_{name}": inner for name, inner in value.items()})
        elif not isinstance(value, list):
            flat[key] = value
    return flat


def _cell(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name
