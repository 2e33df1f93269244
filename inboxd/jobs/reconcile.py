"""Reconcile: once a night the books are balanced and the mailboxes looked into; the digest tells what came of it."""

import datetime as dt

from inboxd import maillog
from inboxd.desk import Desk
from inboxd.jobs.nightly import is_due_tonight
from inboxd.store import reconciliation, settings
from inboxd.store.engine import read, write

JOB = "reconcile"
# Before the digest of the morning, and when nobody works.
_AT = dt.time(4, 0)


def reconcile_nightly(desk: Desk, now: dt.datetime) -> int:
    """Balance the books once a night; return 1 when it was time to. Every gap stands in the log by its name."""
    if not is_due_tonight(desk, JOB, _AT, now):
        return 0
    untaken = _look_into_mailboxes(desk)
    with write(desk.engine) as connection:
        settings.note_run(connection, JOB, now)
        if untaken is not None:
            reconciliation.note_look(connection, untaken, now)
    with read(desk.engine) as connection:
        books = reconciliation.reconcile(connection, now)
    for gap in books.gaps:
        maillog.problem(f"unexplained: {gap}")
    return 1


def _look_into_mailboxes(desk: Desk) -> int | None:
    """Return how many mails were never taken; None without a mailbox that could be looked into."""
    if not desk.config.intake.imap:
        return None
    from inboxd.intake.imap_reconcile import look_into_mailboxes  # noqa: PLC0415  a desk without IMAP need not pay

    look = look_into_mailboxes(desk.config, desk.engine, desk.clock)
    for one in (*look.unreachable, *(f"unexplained: {gap}" for gap in look.gaps)):
        maillog.problem(one)
    return None if look.unreachable and not look.gaps else len(look.gaps)
