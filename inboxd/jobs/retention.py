"""Retention: once a night what is older than ``[retention]`` allows loses its words; the figures made of it stay."""

import datetime as dt

from inboxd.desk import Desk
from inboxd.jobs.nightly import is_due_tonight
from inboxd.store import retention, settings
from inboxd.store.engine import write

JOB = "retention"
# When nobody works, and after the books were balanced.
_AT = dt.time(4, 30)


def forget_old(desk: Desk, now: dt.datetime) -> int:
    """Remove what is too old, once a night; return how many mails and messages lost something."""
    plan = desk.config.retention
    if plan.keeps_all or not is_due_tonight(desk, JOB, _AT, now):
        return 0
    count = 0
    if plan.attachments is not None:
        count += retention.forget_attachments(desk.engine, now - plan.attachments, now)
    if plan.raw_mail is not None:
        count += retention.forget_raw(desk.engine, now - plan.raw_mail)
    if plan.messages is not None:
        count += retention.forget_words(desk.engine, now - plan.messages)
    with write(desk.engine) as connection:
        settings.note_run(connection, JOB, now)
    return count
