"""The questions no article answers, as they were found last: noted for the digest, and forgotten with who asked them."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection

from inboxd.store import settings

KEY = "kb.gaps"


def forget(connection: Connection, tickets: Collection[int], now: dt.datetime) -> int:
    """Forget every gap that one of these tickets is part of, its title being words of a customer; return how many."""
    kept = (settings.load(connection, KEY) or {}).get("gaps", [])
    others = [one for one in kept if not set(tickets).intersection(one[2])]
    if len(others) < len(kept):
        settings.save(connection, KEY, {"gaps": others}, now)
    return len(kept) - len(others)
