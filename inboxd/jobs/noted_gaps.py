"""The gaps that were found last, as the digest tells of them: kept apart from what finds them, which needs numpy."""

from sqlalchemy import Connection

from inboxd.core.digest_views import DigestGap
from inboxd.store import settings
from inboxd.store.noted_gaps import KEY

__all__ = ["KEY", "known_gaps"]


def known_gaps(connection: Connection) -> tuple[DigestGap, ...]:
    """Return the gaps the digest tells of."""
    kept = settings.load(connection, KEY) or {}
    return tuple(DigestGap(title, times, tuple(tickets)) for title, times, tickets in kept.get("gaps", ()))
