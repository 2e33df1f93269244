"""Commands that wait for a ``#yes``, kept under the result mail that asked for it."""

import datetime as dt

from sqlalchemy import Connection

from inboxd.core.commands import Command
from inboxd.core.confirmation import from_json, to_json
from inboxd.core.orders import REMEMBERED
from inboxd.store import settings

_PREFIX = "confirm:"


def keep(
    connection: Connection, outbox_id: int, operator: str, commands: tuple[Command, ...], now: dt.datetime
) -> None:
    """Keep commands until they are confirmed; those nobody confirmed in time are forgotten."""
    settings.forget_older(connection, _PREFIX, now - REMEMBERED)
    settings.save(
        connection, f"{_PREFIX}{outbox_id}", {"operator": operator, "commands": to_json(commands)}, now
    )


def waiting(connection: Connection, outbox_id: int, operator: str, now: dt.datetime) -> tuple[Command, ...]:
    """Return what this operator was asked about in that mail; nothing when it is done, too long ago or another's."""
    kept = settings.load_since(connection, f"{_PREFIX}{outbox_id}", now - REMEMBERED)
    return from_json(kept["commands"]) if kept and kept["operator"] == operator else ()


def settle(connection: Connection, outbox_id: int) -> None:
    """Forget what is done, so that a second ``#yes`` does nothing."""
    settings.forget(connection, f"{_PREFIX}{outbox_id}")
