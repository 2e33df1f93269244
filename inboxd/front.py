"""The front: bytes in and out. No parsing, no model; it keeps accepting whatever happens to the worker."""

import collections
import contextlib
import datetime as dt
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from inboxd import garbage, maillog
from inboxd.clock import Clock
from inboxd.company import FRONT, front_duties, keep_company, listen_to_others
from inboxd.config import Config
from inboxd.core import retry
from inboxd.errors import TransientError
from inboxd.giving_way import TakingIn
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp_servers import smtp_server, submission_server
from inboxd.jobs.watch import INTERVAL_SECONDS, Watch
from inboxd.loops import Step, Stop, start_loop
from inboxd.outgoing.deliver import Delivery, deliver_one, record_answers
from inboxd.outgoing.transport import make_transport
from inboxd.service_notices import READY, STOPPING, Watchdog, notify
from inboxd.store import mails
from inboxd.store.duties import WATCH, Leaders, led
from inboxd.store.engine import write
from inboxd.store.wakeups import Wake
from inboxd.worker_link import WorkerStatus
from inboxd.worker_start import StartedWorker, start_worker

# A worker that spends longer than this on one mail is restarted (DESIGN 3.1).
MAX_SECONDS_PER_MAIL = 60.0
_DELIVER_INTERVAL = 15.0
_RESTART_SECONDS = (0.2, 1.0, 5.0, 15.0, 30.0)
_SHUTDOWN_SECONDS = 20.0
_REMEMBERED_DEATHS = 20


def run_front(
    config: Config,
    config_path: Path | None,
    engine: Engine,
    clock: Clock,
    worker: StartedWorker | None = None,
    content: bytes | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; return the exit code (1 when a loop died: let systemd start us again).

    ``worker`` is the first one, where it has been started already; ``content`` is what ``config`` was read from.
    """
    stop = Stop()
    # nohup(1) lets us ignore that the terminal is gone.
    gone = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)
    for number in (signal.SIGTERM, signal.SIGINT, *gone):
        signal.signal(number, lambda *_: stop.set())
    supervisor = Supervisor(config_path, engine, clock, worker, content)
    work = supervisor.work
    commit = GroupCommit(engine, clock, accepted=work)
    delivery = Delivery(engine, clock, make_transport(config))
    company = keep_company(engine, clock, FRONT, front_duties(config), stop)
    leaders = company.leaders
    watch = led(leaders, WATCH, engine, stop, partial(_begin_watching, config, clock, supervisor, commit))
    threads = [
        start_loop("commit", commit.step, commit.wake, 60.0, stop),
        start_loop(
            "deliver", lambda: _try_to_deliver(delivery, stop), supervisor.outgoing, _DELIVER_INTERVAL, stop
        ),
        start_loop("watch", watch, threading.Event(), INTERVAL_SECONDS, stop),
        *listen_to_others(
            engine, {Wake.MAIL: supervisor.work.set, Wake.OUTGOING: supervisor.tell_outgoing}, stop
        ),
        *company.threads,
    ]
    with _ended(stop, threads), contextlib.ExitStack() as servers:
        threads += _start_mailboxes(config, engine, clock, stop, leaders, supervisor)
        if config.metrics:
            from inboxd.metrics import WorkerSigns  # noqa: PLC0415  few desks are watched so
            from inboxd.metrics_server import serve  # noqa: PLC0415  likewise

            signs = WorkerSigns(supervisor.worker_lives, supervisor.ended, lambda: commit.trouble)
            servers.enter_context(serve(config.metrics, config, engine, clock, signs))
        if config.intake.smtp.enabled:
            servers.enter_context(smtp_server(config, commit))
        if config.intake.submission.enabled:
            servers.enter_context(submission_server(config, commit))
        notify(READY)
        garbage.settle_soon()
        supervisor.watch(stop)
    _record_last_answers(delivery)
    return 1 if stop.because is not None else 0


@contextlib.contextmanager
def _ended(stop: Stop, threads: Sequence[threading.Thread]) -> Iterator[None]:
    """End all loops with the block, whatever ends it: over a port that is taken no process must live on that serves nobody."""
    try:
        yield
    finally:
        notify(STOPPING)
        stop.set()
        for thread in threads:
            thread.join(_SHUTDOWN_SECONDS)


def _start_mailboxes(
    config: Config,
    engine: Engine,
    clock: Clock,
    stop: Stop,
    leaders: Leaders | None,
    supervisor: "Supervisor",
) -> list[threading.Thread]:
    """Start whatever reads and keeps the mailboxes there are."""
    threads: list[threading.Thread] = []
    work = supervisor.work
    if config.intake.imap:
        from inboxd.intake.imap_watch import start_imap  # noqa: PLC0415  a desk without IMAP need not pay for it
        from inboxd.mailboxes import start_mailboxes  # noqa: PLC0415  likewise

        threads += start_imap(config, engine, clock, work, stop, leaders, supervisor.taking_in.much)
        looking, supervisor.mailboxes = start_mailboxes(config, engine, clock, work.set, stop, leaders)
        threads += looking
    if any(account.folders for account in config.intake.imap):
        from inboxd.intake.queue_folders import start_queues  # noqa: PLC0415  few desks have them

        threads += start_queues(config, engine, clock, work.set, stop, leaders)
    return threads


def _begin_watching(
    config: Config, clock: Clock, supervisor: "Supervisor", commit: GroupCommit, engine: Engine, _stop: Stop
) -> Step:
    return Watch(
        config,
        engine,
        clock,
        deaths=supervisor.deaths,
        wake=supervisor.outgoing.set,
        trouble=lambda: commit.trouble,
        since=clock(),
    ).step


class Supervisor:
    """Starts the worker, wakes it, and starts it again when it dies or hangs."""

    def __init__(
        self,
        config_path: Path | None,
        engine: Engine,
        clock: Clock,
        first: StartedWorker | None = None,
        content: bytes | None = None,
    ) -> None:
        self.work = threading.Event()
        self.outgoing = threading.Event()
        self.taking_in = TakingIn(self.work)
        self.mailboxes: list[threading.Event] = []
        self._config_path = config_path
        self._content = content
        self._first = first
        self._engine = engine
        self._clock = clock
        self._status = WorkerStatus()
        self._deaths = 0
        self._died_at: collections.deque[dt.datetime] = collections.deque(maxlen=_REMEMBERED_DEATHS)
        self._ended = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = Watchdog()

    def deaths(self) -> tuple[dt.datetime, ...]:
        """Return when the worker died, the last few times."""
        return tuple(self._died_at)

    def ended(self) -> int:
        """Return how often a worker died since this process began."""
        return self._ended

    def worker_lives(self) -> bool:
        """Return whether a worker runs at this moment."""
        process = self._process
        return process is not None and process.poll() is None

    def tell_outgoing(self) -> None:
        """Wake whoever sends mails or changes mailboxes: the worker queued something."""
        for wake in (self.outgoing, *self.mailboxes):
            wake.set()

    def watch(self, stop: Stop) -> None:
        """Keep a worker alive until ``stop``; then let it finish its mail and end."""
        stop.watch(self.work)
        while not stop.is_set():
            started = time.monotonic()
            with self._worker() as (process, wake_descriptor):
                self._attend(process, wake_descriptor, stop)
            if stop.is_set():
                return
            self._note_death(process.returncode, lived=time.monotonic() - started)
            stop.wait(_RESTART_SECONDS[min(self._deaths, len(_RESTART_SECONDS)) - 1])

    @contextlib.contextmanager
    def _worker(self) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
        started, self._first = self._first, None
        if started is None:
            started = start_worker(self._config_path)
            started.begin(self._content)
        # What was there before it is work as well.
        self.work.set()
        self._process = started.process
        threading.Thread(
            target=self._status.listen,
            args=(started.status_read, self.tell_outgoing),
            name="worker-status",
            daemon=True,
        ).start()
        try:
            yield started.process, started.work_write
        finally:
            # End-of-file on this pipe is how a healthy worker learns that it should finish.
            os.close(started.work_write)
            _end(started.process)

    def _attend(self, process: "subprocess.Popen[bytes]", wake_descriptor: int, stop: Stop) -> None:
        while not stop.is_set() and process.poll() is None:
            self._watchdog.beat()
            if self.work.wait(1.0):
                self.work.clear()
                with contextlib.suppress(BrokenPipeError):
                    os.write(wake_descriptor, self.taking_in.word())
            busy = self._status.busy
            if busy is not None and time.monotonic() - busy.since > MAX_SECONDS_PER_MAIL:
                process.kill()

    def _note_death(self, exit_code: int | None, *, lived: float) -> None:
        """Count the death against the mail that was in work: it is tried again, and at the third time held."""
        busy = self._status.busy
        maillog.worker_ended(exit_code, busy.mail_id if busy else None)
        self._died_at.append(self._clock())
        self._ended += 1
        self._status.forget()
        self._deaths = 1 if lived > MAX_SECONDS_PER_MAIL else self._deaths + 1
        if busy is None:
            return
        now = self._clock()
        try:
            with write(self._engine) as connection:
                attempts = mails.book_failure(connection, busy.mail_id, now)
                if attempts >= retry.MOST_FAILURES:
                    detail = f"the worker ended with {exit_code} over this mail, {attempts} times"
                    mails.hold(connection, busy.mail_id, "worker_died", detail, now)
                    maillog.held(busy.mail_id, "worker_died")
        except TransientError as error:
            maillog.problem(str(error))


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_SHUTDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _try_to_deliver(delivery: Delivery, stop: Stop) -> bool:
    """Deliver one mail; a store that is away for a moment is no reason to die."""
    try:
        return deliver_one(delivery)
    except TransientError as error:
        maillog.problem(str(error))
        stop.wait(5.0)
        return False


def _record_last_answers(delivery: Delivery) -> None:
    """Write down what a peer said while the store was away; after this moment nobody knows it any more."""
    try:
        record_answers(delivery)
    except TransientError as error:
        maillog.problem(f"an answer of a peer is lost, its mail will be sent again: {error}")
