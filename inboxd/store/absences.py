"""Who is away and since when, kept among the settings."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from inboxd.core.absence import Absence, Spans
from inboxd.store import settings


def load(connection: Connection, operator: str) -> Spans:
    """Return an operator's absences, by his main address."""
    kept = settings.load(connection, _key(operator)) or {}
    return tuple(
        (dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))
        for start, end in kept.get("spans", ())
    )


def load_all(connection: Connection, operators: Sequence[str]) -> dict[str, Spans]:
    """Return the absences of several operators."""
    return {operator: load(connection, operator) for operator in operators}


def save(connection: Connection, absence: Absence, now: dt.datetime) -> None:
    """Keep an operator's absences in place of those known before."""
    spans = [[start.isoformat(), end.isoformat()] for start, end in absence.spans]
    settings.save(connection, _key(absence.operator), {"spans": spans}, now)


def _key(operator: str) -> str:
    return f"away:{operator.lower()}"
