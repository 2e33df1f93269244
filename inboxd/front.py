"""The front: bytes in and out. No parsing, no model; it keeps accepting whatever happens to the worker."""

import collections
import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core import retry
from inboxd.errors import PermanentError, TransientError
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp import SmtpIntake, make_controller
from inboxd.jobs.watch import INTERVAL_SECONDS, Watch
from inboxd.loops import Stop, start_loop
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.store import mails
from inboxd.store.engine import write
from inboxd.worker_link import WorkerStatus

# A worker that spends longer than this on one mail is restarted (DESIGN 3.1).
MAX_SECONDS_PER_MAIL = 60.0
_DELIVER_INTERVAL = 15.0
_RESTART_SECONDS = (0.2, 1.0, 5.0, 15.0, 30.0)
_SHUTDOWN_SECONDS = 20.0
_REMEMBERED_DEATHS = 20


def run_front(config: Config, config_path: Path | None, engine: Engine, clock: Clock) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code (1 when a loop died: let systemd start us again)."""
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    supervisor = Supervisor(config_path, engine, clock)
    work = supervisor.work
    commit = GroupCommit(engine, clock, accepted=work)
    delivery = Delivery(engine, clock, make_transport(config))
    watch = Watch(
        config, engine, clock, deaths=supervisor.deaths, wake=supervisor.outgoing.set, since=clock()
    )
    threads = [
        start_loop("commit", commit.step, commit.wake, 60.0, stop),
        start_loop(
            "deliver", lambda: _try_to_deliver(delivery, stop), supervisor.outgoing, _DELIVER_INTERVAL, stop
        ),
        start_loop("watch", watch.step, threading.Event(), INTERVAL_SECONDS, stop),
    ]
    if config.intake.imap:
        from inboxd.intake.imap_watch import start_imap  # noqa: PLC0415  a desk without IMAP need not pay for it
        from inboxd.mailboxes import start_mailboxes  # noqa: PLC0415  likewise

        threads += start_imap(config, engine, clock, work, stop)
        looking, supervisor.mailboxes = start_mailboxes(config, engine, clock, work.set, stop)
        threads += looking
    if any(account.folders for account in config.intake.imap):
        from inboxd.intake.queue_folders import start_queues  # noqa: PLC0415  few desks have them

        threads += start_queues(config, engine, clock, work.set, stop)
    with contextlib.ExitStack() as servers:
        if config.intake.smtp.enabled:
            servers.enter_context(_smtp_server(config, commit))
        if config.intake.submission.enabled:
            servers.enter_context(_submission_server(config, commit))
        supervisor.watch(stop)
    stop.set()
    for thread in threads:
        thread.join(_SHUTDOWN_SECONDS)
    return 1 if stop.because is not None else 0


class Supervisor:
    """Starts the worker, wakes it, and starts it again when it dies or hangs."""

    def __init__(self, config_path: Path | None, engine: Engine, clock: Clock) -> None:
        self.work = threading.Event()
        self.outgoing = threading.Event()
        self.mailboxes: list[threading.Event] = []
        self._config_path = config_path
        self._engine = engine
        self._clock = clock
        self._status = WorkerStatus()
        self._deaths = 0
        self._died_at: collections.deque[dt.datetime] = collections.deque(maxlen=_REMEMBERED_DEATHS)

    def deaths(self) -> tuple[dt.datetime, ...]:
        """Return when the worker died, the last few times."""
        return tuple(self._died_at)

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
        work_read, work_write = os.pipe()
        status_read, status_write = os.pipe()
        process = subprocess.Popen(  # noqa: S603  this program itself, arguments of our own
            _worker_command(self._config_path, work_read, status_write), pass_fds=(work_read, status_write)
        )
        os.close(work_read)
        os.close(status_write)
        threading.Thread(
            target=self._status.listen,
            args=(status_read, self._tell_outgoing),
            name="worker-status",
            daemon=True,
        ).start()
        try:
            yield process, work_write
        finally:
            # End-of-file on this pipe is how a healthy worker learns that it should finish.
            os.close(work_write)
            _end(process)

    def _tell_outgoing(self) -> None:
        """Wake whoever sends mails or changes mailboxes: the worker queued something."""
        for wake in (self.outgoing, *self.mailboxes):
            wake.set()

    def _attend(self, process: "subprocess.Popen[bytes]", wake_descriptor: int, stop: Stop) -> None:
        while not stop.is_set() and process.poll() is None:
            if self.work.wait(1.0):
                self.work.clear()
                with contextlib.suppress(BrokenPipeError):
                    os.write(wake_descriptor, b"w")
            busy = self._status.busy
            if busy is not None and time.monotonic() - busy.since > MAX_SECONDS_PER_MAIL:
                process.kill()

    def _note_death(self, exit_code: int | None, *, lived: float) -> None:
        """Count the death against the mail that was in work: it is tried again, and at the third time held."""
        busy = self._status.busy
        maillog.worker_ended(exit_code, busy.mail_id if busy else None)
        self._died_at.append(self._clock())
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
        except TransientError as error:
            maillog.problem(str(error))


def _worker_command(config_path: Path | None, work_read: int, status_write: int) -> list[str]:
    config = ["--config", str(config_path)] if config_path else []
    return [sys.executable, "-m", "inboxd", *config, "worker", str(work_read), str(status_write)]


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


@contextlib.contextmanager
def _smtp_server(config: Config, commit: GroupCommit) -> Iterator[None]:
    smtp = config.intake.smtp
    intake = SmtpIntake(config.own_addresses, commit, smtp.max_recipients)
    controller = make_controller(
        intake,
        host=smtp.host,
        port=smtp.port,
        max_size=smtp.max_size,
        timeout=smtp.timeout.total_seconds(),
        ident=config.desk.address.rpartition("@")[2],
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@contextlib.contextmanager
def _submission_server(config: Config, commit: GroupCommit) -> Iterator[None]:
    """Serve the operators' mail clients; without a usable certificate all other mail goes on (DESIGN 2.8)."""
    from inboxd.intake.certificate import Certificate  # noqa: PLC0415  few desks have it
    from inboxd.intake.submission import SubmissionIntake, make_submission  # noqa: PLC0415  likewise

    smtp, place = config.intake.smtp, config.intake.submission
    try:
        certificate = Certificate(place.tls_cert, place.tls_key)
    except PermanentError as error:
        maillog.problem(f"no submission: {error}")
        yield
        return
    controller = make_submission(
        SubmissionIntake(config.own_addresses, commit, smtp.max_recipients),
        certificate,
        config.operators,
        host=place.host,
        port=place.port,
        max_size=smtp.max_size,
        timeout=smtp.timeout.total_seconds(),
        ident=config.desk.domain,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()
