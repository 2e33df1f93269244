"""Filing what an import took in: here, or by waiting for the daemon; then saying what became of it."""

import contextlib
import datetime as dt
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from inboxd.clock import Clock
from inboxd.commands.import_bar import Bar, import_bar
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.errors import PermanentError
from inboxd.intake.history import Taken
from inboxd.oneshot import open_desk
from inboxd.pipeline import process_one
from inboxd.store import history
from inboxd.store.engine import read
from inboxd.store.sole import sole_daemon

# How often it is asked whether a daemon is through, and how many mails are filed between two looks at the clock.
_LOOK_SECONDS = 0.5
_EVERY = 50


def import_all(
    config: Config,
    clock: Clock,
    take: Callable[[Desk, Bar], Taken],
    *,
    as_json: bool,
    finish: Callable[[Desk], None] = lambda _: None,
) -> None:
    """Take mails of the past in, file them to their end, ``finish``, and say what became of them."""
    desk, began = open_desk(config, clock), clock()
    with contextlib.ExitStack() as stack:
        stack.callback(desk.engine.dispose)
        with import_bar() as bar:
            taken = take(desk, bar)
            _file(desk, bar)
        finish(desk)
        _report(desk, taken, began, as_json=as_json)


def _file(desk: Desk, bar: Bar) -> None:
    """File what was taken in to its end: here, or, where a daemon has the store, by waiting until it has done so."""
    waiting = total = _count_due(desk)
    bar.begin("filing", total)
    while waiting:
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(sole_daemon(desk.config.store_url))
            except PermanentError:
                time.sleep(_LOOK_SECONDS)
            else:
                engine = history.open_for_filing(desk.config.store_url)
                stack.callback(engine.dispose)
                _file_here(replace(desk, engine=engine), bar, total, waiting)
        waiting = _count_due(desk)
        bar.reach(total - waiting)


def _file_here(desk: Desk, bar: Bar, total: int, waiting: int) -> None:
    filed = 0
    while process_one(desk, history_only=True):
        filed += 1
        if filed % _EVERY == 0:
            bar.reach(total - waiting + filed)


def _count_due(desk: Desk) -> int:
    with read(desk.engine) as connection:
        return history.count_due(connection, desk.now)


def _report(desk: Desk, taken: Taken, began: dt.datetime, *, as_json: bool) -> None:
    with read(desk.engine) as connection:
        filed = history.filed_since(connection, began)
        postponed = history.count_postponed(connection, desk.now)
    if postponed:
        sys.stderr.write(f"{postponed} mails could not be filed now: run it again, or let the daemon do it\n")
    if as_json:
        print_json(
            {
                "imported": taken.imported,
                "duplicates": taken.duplicates,
                "held": filed.held,
                "tickets": filed.tickets,
            }
        )
        return
    print_text(
        f"{taken.imported} mails imported, {taken.duplicates} were there before; they stand on {filed.tickets} tickets."
    )
    if filed.held:
        print_text(f"{filed.held} were held: see inboxd held")
