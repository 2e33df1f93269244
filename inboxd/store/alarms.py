"""Open alarms, kept so that a restart tells nothing twice and forgets nothing; and when each folder was first watched."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Alarm, Step
from inboxd.store import settings
from inboxd.store.core_tables import alarm as _alarm


def load_all(connection: Connection) -> tuple[Alarm, ...]:
    """Return the alarms by key; one of a kind that a newer version knew is left out."""
    rows = connection.execute(select(_alarm).order_by(_alarm.c.key)).mappings()
    known = set(AlarmKind)
    return tuple(
        Alarm(**{**row, "kind": AlarmKind(row["kind"]), "wanted": Step(row["wanted"])})
        for row in rows
        if row["kind"] in known
    )


def save_all(connection: Connection, alarms: Iterable[Alarm]) -> None:
    """Keep these alarms and no others."""
    connection.execute(delete(_alarm))
    rows = [{**asdict(one), "kind": one.kind.value, "wanted": one.wanted.value} for one in alarms]
    if rows:
        connection.execute(insert(_alarm), rows)


def watched_since(connection: Connection, folder: str) -> dt.datetime | None:
    """Return when a folder was looked at for the first time; None: it never was."""
    kept = settings.load(connection, _key(folder))
    return dt.datetime.fromisoformat(str(kept["at"])) if kept else None


def note_watched(connection: Connection, folder: str, now: dt.datetime) -> None:
    """Remember that a folder is watched from now on."""
    settings.save(connection, _key(folder), {"at": now.isoformat()}, now)


def _key(folder: str) -> str:
    return f"watched:{folder}"
