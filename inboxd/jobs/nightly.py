"""What is done once a night: a few hours before the desk's morning, or, where nothing ran then, as soon as something does."""

import datetime as dt
from zoneinfo import ZoneInfo

from inboxd.desk import Desk
from inboxd.store import settings
from inboxd.store.engine import read


def is_due_tonight(desk: Desk, job: str, at: dt.time, now: dt.datetime) -> bool:
    """Return whether a job has not run since it was last ``at`` o'clock in the desk's time zone."""
    local = now.astimezone(ZoneInfo(desk.config.desk.timezone))
    tonight = dt.datetime.combine(local.date(), at, local.tzinfo)
    last_time = tonight if tonight <= local else tonight - dt.timedelta(days=1)
    with read(desk.engine) as connection:
        last = settings.last_run(connection, job)
    return last is None or last < last_time
