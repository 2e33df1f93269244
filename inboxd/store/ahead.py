"""What was written down while the clock was ahead: it would wait until the clock is there again."""

import datetime as dt

from sqlalchemy import Connection, Table, and_, or_, update

from inboxd.core import retry
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mailbox_work as _work
from inboxd.store.core_tables import outbox as _outbox

# Clocks of several daemons differ by moments. Nothing accepted waits longer than a minute by our will, nor does what
# was never tried; what failed waits for as long as the table of delays says, and a tenth.
_SLACK = dt.timedelta(minutes=10)
_LONGEST = retry.LONGEST_DELIVERY_DELAY * (1 + retry.JITTER) + _SLACK


def bring_back(connection: Connection, now: dt.datetime) -> int:
    """Make everything due that waits for a time no delay of ours reaches to; return how much did."""
    mails = update(_mail).where(_mail.c.state == "accepted", _mail.c.next_attempt_at > now + _SLACK)
    found = connection.execute(mails.values(next_attempt_at=now)).rowcount
    return found + sum(_bring_back_queued(connection, table, now) for table in (_outbox, _work))


def _bring_back_queued(connection: Connection, table: Table, now: dt.datetime) -> int:
    too_far = or_(
        table.c.next_attempt_at > now + _LONGEST,
        and_(table.c.attempts == 0, table.c.next_attempt_at > now + _SLACK),
    )
    queued = update(table).where(table.c.state == "queued", too_far)
    return connection.execute(queued.values(next_attempt_at=now)).rowcount
