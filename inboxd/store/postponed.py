"""Mails that wait for a fact which was not known yet: asked again as soon as it is."""

import datetime as dt

from sqlalchemy import Connection, update

from inboxd.store.core_tables import mail as _mail


def resume(connection: Connection, now: dt.datetime) -> int:
    """Make every mail due that waits without ever having failed; return how many there were."""
    waiting = (_mail.c.state == "accepted", _mail.c.attempts == 0, _mail.c.next_attempt_at > now)
    return connection.execute(update(_mail).where(*waiting).values(next_attempt_at=now)).rowcount
