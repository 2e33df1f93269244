"""Migrating in a process of its own: what migrates (10 MB) would stay in the memory of a daemon to its end."""

import os

from inboxd.store.engine import is_newest, open_engine, open_store


def migrate_apart(url: str) -> None:
    """Bring the store to the newest schema in a child; call it before there are threads.

    What goes wrong there goes wrong again, and is told, where the store is opened next.
    """
    engine = open_engine(url)
    done = is_newest(engine)
    # A connection must not be in two processes.
    engine.dispose()
    if done:
        return
    child = os.fork()
    if child == 0:
        _migrate_and_end(url)
    os.waitpid(child, 0)


def _migrate_and_end(url: str) -> None:
    try:
        open_store(url).dispose()
    finally:
        # Nothing of the parent's is cleaned up, or written a second time, by the child.
        os._exit(0)
