"""Accept: the first of the three commits. Nothing is parsed before it, nobody is told yes before it.

What a duplicate is stands in DESIGN 2.2: the same Message-ID *and* the same content (``core/fingerprint.py``).
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from inboxd import maillog
from inboxd.core.fingerprint import fingerprint
from inboxd.fault_points import Point, reached
from inboxd.stages import Stage, timed
from inboxd.store import wakeups
from inboxd.store.accepting import Accepted, NewMail, insert_all
from inboxd.store.engine import lock_accept, write
from inboxd.store.wakeups import Wake


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail at the door: its bytes, its envelope and the way it came. ``reverse_path`` None: nobody knows it."""

    raw: bytes = field(repr=False)
    reverse_path: str | None
    forward_paths: tuple[str, ...]
    source: str
    peer: str = ""
    helo: str = ""
    submitter: str = ""
    imported: bool = False
    received_at: dt.datetime | None = None


Also = Callable[[Connection, tuple[Accepted, ...]], None]


def accept(
    engine: Engine, arrivals: Sequence[Arrival], now: dt.datetime, also: Also | None = None
) -> tuple[Accepted, ...]:
    """Commit all arrivals in one transaction with fsync; return a receipt for each, in order.

    ``also`` writes what must be committed with them or not at all, such as the cursor of the folder they came from.
    Raises ``TransientError`` when the store cannot take them; then none of them is accepted.
    """
    new = [_new_mail(arrival) for arrival in arrivals]
    # A look into a folder without new mail only moves its cursor.
    timing = timed(Stage.ACCEPT) if new else contextlib.nullcontext()
    with timing, write(engine) as connection:
        lock_accept(connection)
        receipts = insert_all(connection, new, now)
        if also is not None:
            also(connection, receipts)
        wakeups.tell(connection, Wake.MAIL)
        reached(Point.BEFORE_ACCEPT)
    reached(Point.AFTER_ACCEPT)
    for mail, receipt in zip(new, receipts, strict=True):
        maillog.accepted(receipt.mail_id, mail.source, len(mail.raw), duplicate=receipt.duplicate)
    return receipts


def _new_mail(arrival: Arrival) -> NewMail:
    seen = fingerprint(arrival.raw)
    return NewMail(
        raw=arrival.raw,
        reverse_path=arrival.reverse_path,
        forward_paths=arrival.forward_paths,
        source=arrival.source,
        message_id=seen.message_id,
        content_sha256=seen.content,
        peer=arrival.peer,
        helo=arrival.helo,
        submitter=arrival.submitter,
        imported=arrival.imported,
        received_at=arrival.received_at,
    )
