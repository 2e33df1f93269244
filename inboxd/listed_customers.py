"""Taking ``customers.csv`` over: the store says what the file says, or what its last good version said (DESIGN 2.8)."""

import datetime as dt

from sqlalchemy import Connection, Engine

from inboxd import maillog
from inboxd.config import Config
from inboxd.customersfile import FileState, load_customer_file
from inboxd.errors import Problem
from inboxd.store import regroup, settings
from inboxd.store.customer_listing import take_listings
from inboxd.store.customer_merge import merge_customers
from inboxd.store.engine import read, write

_KEY = "customers:file"


def take_customer_file(
    config: Config, engine: Engine, secret: bytes, now: dt.datetime
) -> tuple[Problem, ...]:
    """Let what the file says hold from now on; return what is wrong with it, and then nothing was changed.

    A file that is taken over already costs one look. Raises ``TransientError`` when the store cannot be written.
    """
    state = load_customer_file(config)
    if state.said.problems:
        return state.said.problems
    with read(engine) as connection:
        if _taken(connection) == state.sha256:
            return ()
    with write(engine) as connection:
        changed = _take(connection, state, secret, now)
    maillog.customers_listed(len(state.said.listings), changed)
    return ()


def _taken(connection: Connection) -> str:
    return str((settings.load(connection, _KEY) or {}).get("sha256", ""))


def _take(connection: Connection, state: FileState, secret: bytes, now: dt.datetime) -> int:
    taken = take_listings(connection, state.said.listings, secret)
    for kept, merged in taken.same:
        merge_customers(connection, kept, merged)
    if taken.changed:
        # Targets may be promised to customers of a tag.
        regroup.look_again(connection, now)
    settings.save(connection, _KEY, {"sha256": state.sha256}, now)
    return taken.changed
