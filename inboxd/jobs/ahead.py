"""Where the clock was set back, what waits for the time it showed before is due now (DESIGN 2.9)."""

import datetime as dt

from inboxd.desk import Desk
from inboxd.store import ahead
from inboxd.store.engine import write


def bring_back(desk: Desk, now: dt.datetime) -> int:
    """Make everything due that waits for a time no delay of ours reaches to; return how much did."""
    with write(desk.engine) as connection:
        return ahead.bring_back(connection, now)
