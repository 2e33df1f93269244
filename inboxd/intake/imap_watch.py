"""Keeping connections to IMAP folders: one thread each, IDLE and a safety poll, back-off when a server is away."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.errors import InboxdError
from inboxd.intake.imap import begin, poll_folder
from inboxd.intake.imap_folder import Folder, Progress, TakingMuch
from inboxd.intake.imap_session import Session, open_session
from inboxd.loops import Step, Stop, start_loop
from inboxd.store.duties import Leaders, led, reads_folder

# RFC 2177 3: IDLE is re-issued at least every 29 minutes, or the server may hang up.
_LONGEST_IDLE = 28 * 60.0
# IMAPClient does not see a mail told in one packet with the start of IDLE: the first ones are short, so it waits
# no longer than it would be missed; each next one is twice as long.
_SHORTEST_IDLE = 1.0
_BACK_OFF = (1.0, 5.0, 15.0, 60.0, 300.0)
# A connection that breaks over mails is tried again at once, with fewer mails.
_MOST_TRIES = 40
_PROGRESS_SECONDS = 10.0
# Whoever waits to write into SQLite tries again every 100 ms at the latest.
_REST_SECONDS = 0.12

_log = logging.getLogger(__name__)


def start_imap(
    config: Config,
    engine: Engine,
    clock: Clock,
    accepted: threading.Event,
    stop: Stop,
    leaders: Leaders | None = None,
    taking_much: TakingMuch = contextlib.nullcontext,
) -> list[threading.Thread]:
    """Read every configured folder on a thread of its own until ``stop``; ``accepted`` is set at new mail.

    Of several daemons one reads a folder, as ``leaders`` say. ``taking_much`` is entered for as long as much is taken in.
    """
    threads = []
    for account in config.intake.imap:
        begin = partial(_begin_reading, account, clock, accepted, taking_much)
        duty = reads_folder(account.mailbox, account.folder)
        name = f"imap {account.mailbox} {account.folder}"
        step = led(leaders, duty, engine, stop, begin)
        threads.append(start_loop(name, step, threading.Event(), 0.0, stop))
    return threads


def _begin_reading(
    account: ImapAccount,
    clock: Clock,
    accepted: threading.Event,
    taking_much: TakingMuch,
    engine: Engine,
    stop: Stop,
) -> Step:
    folder = Folder(
        account,
        engine,
        clock,
        accepted.set,
        _log_progress(),
        stop.is_set,
        # As long as we kept the store from everybody else, and long enough for a writer that waits to notice.
        rest=lambda busy: stop.wait(max(busy, _REST_SECONDS)),
        taking_much=taking_much,
    )
    return FolderWatch(folder, stop).step


class FolderWatch:
    """Keeps one folder connected; a step is the life of one connection."""

    def __init__(self, folder: Folder, stop: Stop) -> None:
        self._folder = folder
        self._stop = stop
        self._failures = 0

    def step(self) -> bool:
        """Connect and read until the connection or the desk ends; after a failure wait, longer each time."""
        try:
            with contextlib.closing(open_session(self._folder.account)) as session:
                begin(self._folder, session)
                while not self._stop.is_set():
                    self._failures = 0
                    self._wait(session)
                    poll_folder(self._folder, session)
        except InboxdError as error:
            maillog.problem(f"{self._folder.name} of {self._folder.account_name}: {error}")
            self._stop.wait(self._next_delay())
        return True

    def _next_delay(self) -> float:
        self._failures += 1
        if self._folder.caution.on_guard and self._failures <= _MOST_TRIES:
            return _BACK_OFF[0]
        return _BACK_OFF[min(self._failures, len(_BACK_OFF)) - 1]

    def _wait(self, session: Session) -> None:
        """Wait until there is mail, the safety poll is due, or the end."""
        seconds = min(self._folder.account.poll.total_seconds(), _LONGEST_IDLE)
        if not (self._folder.account.idle and session.can_idle):
            self._stop.wait(seconds)
            return
        until = time.monotonic() + seconds
        period = _SHORTEST_IDLE
        while not self._stop.is_set() and (left := until - time.monotonic()) > 0:
            if session.wait_for_mail(min(period, left), self._stop.is_set):
                return
            period *= 2


def fetch_once(
    config: Config, engine: Engine, clock: Clock, progress: Callable[[Progress], None] | None = None
) -> int:
    """Read every configured folder to its end, once; return how many mails were taken.

    A folder that cannot be read is a problem in the log; the others are read all the same.
    """
    taken = 0
    for account in config.intake.imap:
        folder = Folder(account, engine, clock, progress=progress or _log_progress())
        taken += _fetch_folder(folder)
    return taken


def _fetch_folder(folder: Folder) -> int:
    for _ in range(_MOST_TRIES):
        try:
            with contextlib.closing(open_session(folder.account)) as session:
                return begin(folder, session)
        except InboxdError as error:
            maillog.problem(f"{folder.name} of {folder.account_name}: {error}")
            if not folder.caution.on_guard:
                break
    return 0


def _log_progress() -> Callable[[Progress], None]:
    """Return what tells the log how far the first walk is, now and then."""
    told = [time.monotonic()]

    def tell(progress: Progress) -> None:
        now = time.monotonic()
        if now - told[0] >= _PROGRESS_SECONDS or progress.uid >= progress.last_uid:
            told[0] = now
            _log.warning(
                "%s: read up to %s of %s",
                progress.folder,
                progress.uid,
                progress.last_uid,
                extra={"action": "imap_progress"},
            )

    return tell
