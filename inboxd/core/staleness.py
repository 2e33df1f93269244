"""Staleness: until when a mail of ours that waits to leave is worth anything. What nobody could take in time stays here.

RFC 5321 4.5.4.1 lets a mail wait for four or five days, and after a week of downtime the queue is as old. A person's
words, and what an operator must know, are worth as much then; a reminder of last week is not.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from inboxd.core.mail_kind import Kind

# The event on a ticket, and what its ``reason`` says; also why in the outbox.
WITHDRAWN = "withdrawn"
STALE = "stale"

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# Relays, notifications and results are not here: nothing else says what they say, so they always leave. Of alarms those
# that are repeated go stale with the next one (``core/alarms.py``).
WORTH: Mapping[Kind, dt.timedelta] = MappingProxyType(
    {
        # What is still late by then is told anew, as it stands.
        Kind.CHASE: 12 * _HOUR,
        # Before the next one is due, which then tells of both days.
        Kind.DIGEST: 20 * _HOUR,
        # The customer has forgotten how it went.
        Kind.SURVEY: 7 * _DAY,
        # Nothing automatic answers a mail that is older than this; counted from the mail, where there is one.
        Kind.ACKNOWLEDGEMENT: 2 * _DAY,
        Kind.ANSWER: 2 * _DAY,
    }
)
_ANSWERS_A_MAIL = frozenset({Kind.ACKNOWLEDGEMENT, Kind.ANSWER})


def stale_at(kind: Kind, now: dt.datetime, answer_by: dt.datetime | None = None) -> dt.datetime | None:
    """Return when a mail written at ``now`` is of no use any more if it has not left, in UTC; None: it always is.

    ``answer_by`` is until when the mail it answers may be answered automatically.
    """
    worth = WORTH.get(kind)
    if worth is None:
        return None
    return answer_by if kind in _ANSWERS_A_MAIL and answer_by is not None else now + worth
