"""The brake: when the desk has sent too much by itself within an hour, a person is told (``limits.brake``)."""

import datetime as dt

from inboxd.core.alarm_kind import AlarmKind
from inboxd.desk import Desk
from inboxd.jobs.alarms import raise_alarm
from inboxd.store import sent_history
from inboxd.store.engine import read


def watch_brake(desk: Desk, now: dt.datetime) -> int:
    """Raise one alarm per hour in which the brake is on; return 0: looking changes nothing."""
    window = desk.config.limits.brake
    with read(desk.engine) as connection:
        sent = sent_history.automatic_to_customers(connection, now - window.span)
    if len(sent) < window.at_most:
        return 0
    detail = (
        f"{len(sent)} automatic mails left since {sent[-1].isoformat()}; no more leave until they are fewer."
    )
    raise_alarm(desk, AlarmKind.AUTOMATIC_STOPPED, f"brake:{now:%Y-%m-%dT%H}", detail, now)
    return 0
