"""Named instants at which a test lets the program die: around each of the three commits and wherever an answer is due.

``INBOXD_FAULT="before the apply commit@3"`` in the environment kills this process and its whole group, front and worker,
the third time that instant is reached. Without it ``reached`` is an empty function that was chosen when this module was
loaded: no test, no look-up, nothing to switch on later in a running daemon.
"""

import itertools
import os
import signal
from collections.abc import Callable
from enum import StrEnum

_VARIABLE = "INBOXD_FAULT"


class Point(StrEnum):
    """Where the program can be made to die."""

    DATA_RECEIVED = "between DATA and the accept commit"
    BEFORE_ACCEPT = "before the accept commit"
    AFTER_ACCEPT = "after the accept commit"
    BEFORE_250 = "between the accept commit and 250"
    BEFORE_AFTERMATH = "before the mailbox is told"
    BEFORE_APPLY = "before the apply commit"
    AFTER_APPLY = "after the apply commit"
    BEFORE_BOOKING = "before the booking commit"
    AFTER_BOOKING = "after the booking commit"
    TRANSMITTED = "between transmit and record"
    BEFORE_RECORD = "before the record commit"
    AFTER_RECORD = "after the record commit"
    MIGRATING = "between two migrations"
    BEFORE_MIGRATED = "before the migration commit"
    AFTER_MIGRATED = "after the migration commit"
    BACKUP_COPIED = "before the backup is on the disk"
    BEFORE_BACKUP_NAMED = "before the backup has its name"


def _nothing(_point: Point) -> None:
    """Go on: no fault was asked for."""


def _killer(wanted: str) -> Callable[[Point], None]:
    name, _, times = wanted.partition("@")
    deadly, reached_times = Point(name), itertools.count(1)
    last = int(times or 1)

    def die_here(point: Point) -> None:
        # next() on a count is one step of the interpreter: two threads never get the same number.
        if point is deadly and next(reached_times) == last:
            os.killpg(os.getpgrp(), signal.SIGKILL)

    return die_here


reached: Callable[[Point], None] = _killer(os.environ[_VARIABLE]) if os.environ.get(_VARIABLE) else _nothing
