"""The operator's mailboxes as a whole: one thread each reads Sent, looks after drafts, and makes what changes are due."""

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.configintake import ImapAccount
from inboxd.configmailboxes import mailboxes
from inboxd.errors import InboxdError, PermanentError
from inboxd.intake.imap import begin, poll_folder
from inboxd.intake.imap_folder import Folder
from inboxd.intake.imap_mailbox import MailboxSession, open_mailbox
from inboxd.intake.imap_sent import questions_are_in, sent_folder
from inboxd.loops import Step, Stop, start_loop
from inboxd.outgoing.imap_drafts import find_missing, note_gone
from inboxd.outgoing.imap_folders import MailboxDesk, work_one
from inboxd.store.duties import Leaders, keeps_mailbox, led

# How long an answer in Sent may stay unseen; also keeps the connection from falling asleep (RFC 9051 5.4).
_LOOK_SECONDS = 60.0
# Changes come in crowds with the mails they follow from; a look at the store for each would be for nothing.
_CROWD_SECONDS = 1.0
_BACK_OFF = (1.0, 5.0, 15.0, 60.0, 300.0)
# A folder that cannot be read must not keep the answers in Sent from being seen for ever.
_LONGEST_WAIT = dt.timedelta(minutes=15)


def start_mailboxes(
    config: Config,
    engine: Engine,
    clock: Clock,
    accepted: Callable[[], None],
    stop: Stop,
    leaders: Leaders | None = None,
) -> tuple[list[threading.Thread], list[threading.Event]]:
    """Look after every mailbox on a thread of its own; return the threads, and the events that say "there is work".

    Of several daemons one looks after a mailbox, as ``leaders`` say.
    """
    threads, wakes = [], []
    for account in mailboxes(config):
        if not (account.sent or account.drafts):
            continue
        wake = threading.Event()
        stop.watch(wake)
        begin = partial(_begin_watching, config, account, clock, accepted, wake)
        step = led(leaders, keeps_mailbox(account.mailbox), engine, stop, begin)
        threads.append(start_loop(f"mailbox {account.mailbox}", step, threading.Event(), 0.0, stop))
        wakes.append(wake)
    return threads, wakes


def _begin_watching(
    config: Config,
    account: ImapAccount,
    clock: Clock,
    accepted: Callable[[], None],
    wake: threading.Event,
    engine: Engine,
    stop: Stop,
) -> Step:
    return MailboxWatch(config, account, engine, clock, accepted, wake, stop).step


def look_once(config: Config, engine: Engine, clock: Clock) -> int:
    """Read Sent and make the changes that are due, once; return how much was done.

    A mailbox that cannot be reached is a problem in the log; the others are looked after all the same.
    """
    done = 0
    for account in mailboxes(config):
        if not (account.sent or account.drafts):
            continue
        round_ = Round(config, account, engine, clock)
        try:
            with contextlib.closing(open_mailbox(account)) as session:
                done += round_.look(session) + round_.work(session)
        except InboxdError as error:
            maillog.problem(f"mailbox {account.mailbox}: {error}")
    return done


class Round:
    """What is done in a mailbox, on one connection after the other."""

    def __init__(
        self,
        config: Config,
        account: ImapAccount,
        engine: Engine,
        clock: Clock,
        accepted: Callable[[], None] = lambda: None,
        ended: Callable[[], bool] = lambda: False,
    ) -> None:
        self._config = config
        self._account = account
        self._engine = engine
        self._clock = clock
        self._accepted = accepted
        self._ended = ended
        self._since = clock()
        self._sent: Folder | None = None

    def look(self, session: MailboxSession) -> int:
        """Read Sent to its end and see which drafts still lie there; return how many mails were taken."""
        # Looked for before Sent is read: what was sent meanwhile is found there, not missed here.
        missing = find_missing(self._engine, self._account.mailbox, session)
        taken = self._read_sent(session)
        note_gone(self._engine, missing, self._clock())
        return taken

    def work(self, session: MailboxSession) -> int:
        """Make every change that is due; return how many there were."""
        desk = MailboxDesk(self._account, self._engine, self._clock)
        done = 0
        while not self._ended() and work_one(desk, session):
            done += 1
        return done

    def forget_connection(self) -> None:
        """Begin anew on the next connection: what came while there was none is looked for more widely."""
        self._sent = None

    def _read_sent(self, session: MailboxSession) -> int:
        now = self._clock()
        waited = now - self._since > _LONGEST_WAIT
        if not (waited or questions_are_in(self._config, self._account, self._engine, now)):
            return 0
        try:
            if self._sent is not None:
                return poll_folder(self._sent, session)
            self._sent = sent_folder(
                self._config,
                self._account,
                session,
                self._engine,
                self._clock,
                self._accepted,
                self._ended,
            )
            return begin(self._sent, session) if self._sent else 0
        except PermanentError as error:
            maillog.problem(f"Sent of {self._account.mailbox}: {error}")
            self._sent = None
            return 0


class MailboxWatch:
    """Keeps one mailbox connected; a step is the life of one connection."""

    def __init__(
        self,
        config: Config,
        account: ImapAccount,
        engine: Engine,
        clock: Clock,
        accepted: Callable[[], None],
        wake: threading.Event,
        stop: Stop,
    ) -> None:
        self._account = account
        self._wake = wake
        self._stop = stop
        self._failures = 0
        self._round = Round(config, account, engine, clock, accepted, stop.is_set)

    def step(self) -> bool:
        """Connect and look after the mailbox until the connection or the desk ends; after a failure wait longer."""
        try:
            with contextlib.closing(open_mailbox(self._account)) as session:
                while not self._stop.is_set():
                    self._round.look(session)
                    self._failures = 0
                    self._work_until_next_look(session)
        except InboxdError as error:
            maillog.problem(f"mailbox {self._account.mailbox}: {error}")
            self._failures += 1
            self._stop.wait(_BACK_OFF[min(self._failures, len(_BACK_OFF)) - 1])
        self._round.forget_connection()
        return True

    def _work_until_next_look(self, session: MailboxSession) -> None:
        """Make changes as they come due until it is time to read Sent again."""
        until = time.monotonic() + _LOOK_SECONDS
        while not self._stop.is_set():
            # Cleared before looking: what is queued while we look sets it again and is not overslept.
            self._wake.clear()
            self._round.work(session)
            left = until - time.monotonic()
            if left <= 0 or not self._wake.wait(left):
                return
            self._stop.wait(_CROWD_SECONDS)
