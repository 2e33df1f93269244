"""Whether a PostgreSQL is left alone: a server notices only after a moment that somebody went."""

import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from inboxd.store.engine import read

_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.05


def is_left(
    engine: Engine, count_others: Callable[[Connection], int], patience: float = _PATIENCE_SECONDS
) -> bool:
    """Return whether ``count_others`` is 0, or becomes it within ``patience`` seconds: who was just stopped is on his way out."""
    until = time.monotonic() + patience
    while True:
        # Each look in a transaction of its own: a snapshot would show the same guests again.
        with read(engine) as connection:
            others = count_others(connection)
        if not others or time.monotonic() >= until:
            return not others
        time.sleep(_LOOK_SECONDS)
