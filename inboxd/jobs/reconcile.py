"""Reconcile: once a night the books are balanced and the mailboxes looked into; the digest tells what came of it.

What is unexplained is mail that may be lost: an alarm names it, once for the same gaps.
"""

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from inboxd import maillog
from inboxd.core.alarm_kind import AlarmKind
from inboxd.desk import Desk
from inboxd.jobs.alarms import raise_alarm
from inboxd.jobs.nightly import is_due_tonight
from inboxd.store import reconciliation, settings
from inboxd.store.engine import read, write

if TYPE_CHECKING:
    from inboxd.intake.imap_reconcile import Look

JOB = "reconcile"
# Before the digest of the morning, and when nobody works.
_AT = dt.time(4, 0)
# The first of many gaps say of what kind they are; the command names them all.
_NAMED = 10


def reconcile_nightly(desk: Desk, now: dt.datetime) -> int:
    """Balance the books once a night; return 1 when it was time to. Every gap stands in the log by its name."""
    if not is_due_tonight(desk, JOB, _AT, now):
        return 0
    look = _look_into_mailboxes(desk)
    with write(desk.engine) as connection:
        settings.note_run(connection, JOB, now)
        if look is not None and not (look.unreachable and not look.gaps):
            reconciliation.note_look(connection, len(look.gaps), now)
    with read(desk.engine) as connection:
        books = reconciliation.reconcile(connection, now)
    gaps = tuple(map(str, (*(look.gaps if look else ()), *books.gaps)))
    for one in (*(look.unreachable if look else ()), *(f"unexplained: {gap}" for gap in gaps)):
        maillog.problem(one)
    if gaps:
        _tell(desk, gaps, now)
    return 1


def _look_into_mailboxes(desk: Desk) -> "Look | None":
    """Return what lies in the mailboxes and was never taken; None without a mailbox."""
    if not desk.config.intake.imap:
        return None
    from inboxd.intake.imap_reconcile import look_into_mailboxes  # noqa: PLC0415  a desk without IMAP need not pay

    return look_into_mailboxes(desk.config, desk.engine, desk.clock)


def _tell(desk: Desk, gaps: tuple[str, ...], now: dt.datetime) -> None:
    signature = hashlib.sha256("\n".join(sorted(gaps)).encode()).hexdigest()[:16]
    named = (
        [*gaps[:_NAMED], f"and {len(gaps) - _NAMED} more: `inboxd reconcile`"] if len(gaps) > _NAMED else gaps
    )
    detail = "\n".join(f"- {one}" for one in named)
    raise_alarm(desk, AlarmKind.UNEXPLAINED, f"unexplained:{signature}", detail, now)
