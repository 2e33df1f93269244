"""When an answer will come: promised by how long the desk's answers really took, not by what it aims at."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.core.facts import Facts
from inboxd.core.mail import AutomaticKind
from inboxd.core.promise import response_promise
from inboxd.core.working_time import WorkingHours, working_time_between
from inboxd.desk import Desk
from inboxd.store import reports

# Where no target is set and nothing is known yet: one working day.
_FIRST_GUESS = dt.timedelta(hours=8)


def promised(
    desk: Desk, connection: Connection, facts: Facts, hours: WorkingHours, now: dt.datetime
) -> dt.datetime:
    """Return when the writer of a mail may expect a person's answer (``core/promise.py``), in UTC."""
    target = desk.config.sla.targets.first_response or _FIRST_GUESS
    # Nobody promises a machine anything, and a colleague knows.
    is_told = facts.automatic.kind is AutomaticKind.PERSONAL and not (facts.is_operator or facts.imported)
    return response_promise(hours, now, target, past_response_times(connection, hours) if is_told else ())


def past_response_times(connection: Connection, hours: WorkingHours) -> tuple[dt.timedelta, ...]:
    """Return the working time from question to first answer of the latest 200 tickets a person answered."""
    return tuple(
        working_time_between(hours, asked, answered)
        for asked, answered in reports.first_responses(connection)
    )
