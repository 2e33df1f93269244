"""One connection for all that is asked and written for a mail, on SQLite.

Taking a connection from the pool and giving it back costs SQLAlchemy more than SQLite takes for most answers, and a mail
needs ten of them. Every ``read`` and ``write`` stays a transaction of its own, over the same connection.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError


@dataclass(slots=True)
class _Kept:
    """The connection of a thread, and whether it is in use."""

    engine: Engine
    connection: Connection
    busy: bool = False


class _OfThread(threading.local):
    """What this thread keeps; nothing outside of ``one_connection``."""

    kept: _Kept | None = None


_thread = _OfThread()


@contextlib.contextmanager
def one_connection(engine: Engine) -> Iterator[None]:
    """Let all transactions of this thread on that SQLite store use one connection until the end of the block."""
    keeps = engine.dialect.name == "sqlite" and _thread.kept is None
    connection = _try_to_connect(engine) if keeps else None
    if connection is None:
        yield
        return
    with connection:
        _thread.kept = _Kept(engine, connection)
        try:
            yield
        finally:
            _thread.kept = None


@contextlib.contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in no transaction: the kept one where it is free, else one from the pool."""
    kept = _thread.kept
    if kept is None or kept.busy or kept.engine is not engine:
        with engine.connect() as connection:
            yield connection
        return
    kept.busy = True
    try:
        yield kept.connection
    finally:
        kept.busy = False
        kept.connection.rollback()


def _try_to_connect(engine: Engine) -> Connection | None:
    """Return a connection; None where the store is away, which whoever reads or writes will say."""
    try:
        return engine.connect()
    except DBAPIError:
        return None
