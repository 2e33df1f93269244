"""What a server's answers mean to us. Pure: a foreign server may say anything, and nothing here raises over it."""

import datetime as dt
from collections.abc import Mapping, Sequence

from inboxd.core.folder_walk import Listed


def listed(uid: int, said: Mapping[bytes, object]) -> Listed:
    """Return a mail as the server listed it; 0 octets where it told no size."""
    size, received_at = said.get(b"RFC822.SIZE"), said.get(b"INTERNALDATE")
    return Listed(uid, size if isinstance(size, int) else 0, _utc(received_at))


def _utc(moment: object) -> dt.datetime | None:
    if not isinstance(moment, dt.datetime) or moment.utcoffset() is None:
        return None
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return None


def is_octets(value: object) -> bool:
    """Return whether the server gave any octets of what was asked for."""
    return isinstance(value, bytes) and bool(value)


def tells_of_mail(said: Sequence[tuple[object, ...]]) -> bool:
    """Return whether any of what a server said in IDLE is that there are more mails (RFC 9051 7.4.1)."""
    return any(b"EXISTS" in one for one in said)
