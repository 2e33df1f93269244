"""Small facts that must survive a restart, and when each calendar job last ran."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inboxd.store.core_tables import job_run as _job_run
from inboxd.store.core_tables import setting as _setting
from inboxd.store.prepared import Prepared

# Asked several times for every mail, or by every look of a job: made once.
_LOAD = Prepared(select(_setting.c.value).where(_setting.c.key == bindparam("wanted")))
_LAST_RUN = Prepared(select(_job_run.c.at).where(_job_run.c.name == bindparam("job")))
_NOTE_RUN = Prepared(update(_job_run).where(_job_run.c.name == bindparam("job")))
_NOTE_FIRST_RUN = Prepared(insert(_job_run))


def load(connection: Connection, key: str) -> Mapping[str, Any] | None:
    """Return what is kept under a key."""
    value: Mapping[str, Any] | None = _LOAD.value(connection, wanted=key)
    return value


def save(connection: Connection, key: str, value: Mapping[str, Any], now: dt.datetime) -> None:
    """Keep a value under a key."""
    changed = connection.execute(
        update(_setting).where(_setting.c.key == key).values(value=dict(value), at=now)
    )
    if changed.rowcount == 0:
        connection.execute(insert(_setting), {"key": key, "value": dict(value), "at": now})


def load_since(connection: Connection, key: str, since: dt.datetime) -> Mapping[str, Any] | None:
    """Return what was kept under a key at ``since`` or later."""
    value: Mapping[str, Any] | None = connection.execute(
        select(_setting.c.value).where(_setting.c.key == key, _setting.c.at >= since)
    ).scalar_one_or_none()
    return value


def forget_older(connection: Connection, prefix: str, before: dt.datetime) -> None:
    """Keep nothing under keys of that beginning that were saved before then."""
    connection.execute(
        delete(_setting).where(_setting.c.key.startswith(prefix, autoescape=True), _setting.c.at < before)
    )


def forget(connection: Connection, key: str) -> None:
    """Keep nothing under a key."""
    connection.execute(delete(_setting).where(_setting.c.key == key))


def last_run(connection: Connection, job: str, now: dt.datetime | None = None) -> dt.datetime | None:
    """Return when a job last did its work.

    With ``now``, a run in the future counts as none: the clock had leapt, and the job must not wait until then.
    """
    last: dt.datetime | None = _LAST_RUN.value(connection, job=job)
    return None if now is not None and last is not None and last > now else last


def note_run(connection: Connection, job: str, now: dt.datetime) -> None:
    """Remember that a job did its work."""
    if not _NOTE_RUN.run(connection, job=job, at=now):
        _NOTE_FIRST_RUN.run(connection, name=job, at=now)
