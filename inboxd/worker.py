"""The worker: pipeline, calendar and model, one step at a time on one thread, so that no ticket is changed twice at once."""

import contextlib
import datetime as dt
import logging
import queue
import resource
import signal
import threading
import time
from dataclasses import replace
from types import FrameType

from sqlalchemy import Engine

from inboxd import garbage, maillog, stages
from inboxd.building import build_desk, load_files
from inboxd.clock import Clock, WallClock
from inboxd.company import WORKER, Company, keep_company, require_same_secret
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.errors import ConfigError, Problem, TransientError
from inboxd.giving_way import GivingWay
from inboxd.jobs.alarms import report_problems
from inboxd.jobs.beside import Beside
from inboxd.jobs.calendar import Job, run_job, start_calendar
from inboxd.knowledge.base import load_in_background
from inboxd.last_good import load_or_last_good, remember_good
from inboxd.listed_customers import take_customer_file
from inboxd.loops import Stop, sweep
from inboxd.pipeline import process_one
from inboxd.reading_ahead import ReadingAhead
from inboxd.reloading import WatchedFiles
from inboxd.stages import Batch
from inboxd.store import learnt, postponed
from inboxd.store.duties import CALENDAR, reign
from inboxd.store.engine import read, write
from inboxd.worker_link import FrontLink

# A hostile mail may make a parser run away: the worker is stopped by memory or time, never the machine.
MEMORY_LIMIT = 6 * 1024**3
CPU_SECONDS_PER_MAIL = 10.0
_INTERVAL = 1.0
_RELOAD_SECONDS = 1.0
# The front ends a worker that spends a minute on one mail; a job that hangs is noticed by this.
_LONGEST_TURN = 90.0
_LEARNT_SECONDS = 60.0
_MODEL_SECONDS = 60.0
_PATIENCE_SECONDS = 2.0

_log = logging.getLogger(__name__)


class ParseTimeoutError(Exception):
    """One mail took more processor time than any mail may (DESIGN 3.1)."""


class Worker:
    """What the worker's one thread goes through: files, jobs, mails."""

    def __init__(self, desk: Desk, link: FrontLink) -> None:
        self.company: Company | None = None
        self.wake = threading.Event()
        self.stop = Stop()
        self._desk = replace(desk, report=self.take_problems)
        self._link = link
        self._due: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._problems: queue.SimpleQueue[tuple[Problem, ...]] = queue.SimpleQueue()
        self._loaded = threading.Event()
        self._watched = WatchedFiles(desk.config)
        self._customers_due = True
        self._turned_at = time.monotonic()
        self._wall_clock = WallClock()
        self._asked_at = 0.0
        self._model_asked_at = time.monotonic()
        self._learnt_at: dt.datetime | None = None
        self._beside = Beside()
        self.way = GivingWay()
        self._limit = CpuLimit()
        self._stages = Batch()
        self._ahead = ReadingAhead(desk, self._begin, self._end)

    def observe(self, stage: str, seconds: float) -> None:
        """Keep what a stage took; the front is told with the end of the mail."""
        self._stages.observe(stage, seconds)

    def close(self) -> None:
        """Let go of what works beside it."""
        self._ahead.close()

    def take_job(self, job: Job) -> None:
        """Queue a calendar job; it runs between two mails, on the worker's own thread."""
        self._due.put(job)
        self.wake.set()

    def take_problems(self, problems: tuple[Problem, ...]) -> None:
        """Queue what is wrong with the operator's files, to be told to him."""
        self._problems.put(problems)
        self.wake.set()

    def take_articles(self, problems: tuple[Problem, ...]) -> None:
        """Queue what is wrong with the articles that were just loaded, and look at the mails that waited for them."""
        self._loaded.set()
        self.take_problems(problems)

    def turns(self) -> bool:
        """Return whether the loop still turns: no mail and no job between two mails takes longer."""
        return time.monotonic() - self._turned_at < _LONGEST_TURN

    def step(self) -> bool:
        """Do the next thing there is to do; return False when there is none."""
        self._turned_at = time.monotonic()
        if self._wall_clock.was_set_back():
            # The calendar would wait until the old time comes again; what was written down for it, jobs/ahead.py finds.
            maillog.problem("the clock was set back: the worker begins anew")
            self.stop.set()
        return self._report() or self._run_due() or self._process()

    def reload(self) -> None:
        """Put saved files live when they are good; keep the last good ones and tell the operator when they are not."""
        changed = self._watched.changed()
        self._customers_due = self._customers_due or changed.customers
        if changed.articles or self._learnt_elsewhere() or self._model_changed():
            load_in_background(self._desk.knowledge, self.take_articles)
        if changed.rules:
            try:
                fresh = load_files(self._desk.config)
            except ConfigError as error:
                self.take_problems(error.problems)
            else:
                self._desk.active.replace(
                    ruleset=fresh.ruleset, templates=fresh.templates, categories=fresh.categories
                )
                remember_good(self._desk.config, self._desk.engine, self._desk.clock)
        if self._customers_due:
            self.take_customers()

    def take_customers(self) -> None:
        """Let ``customers.csv`` hold as it is now; while the store is away, as it was, and it is tried again."""
        desk = self._desk
        problems = take_customer_file(desk.config, desk.engine, desk.tokens.secret, desk.now)
        self._customers_due = False
        if problems:
            self.take_problems(problems)

    def _learnt_elsewhere(self) -> bool:
        """Return whether the daemon that has the calendar let new evidence count; asked every minute."""
        now = time.monotonic()
        if self.company is None or self.company.is_alone() or now - self._asked_at < _LEARNT_SECONDS:
            return False
        self._asked_at = now
        with read(self._desk.engine) as connection:
            before, self._learnt_at = self._learnt_at, learnt.last_adopted(connection)
        leads = self.company.leaders is not None and self.company.leaders.term(CALENDAR) is not None
        return not leads and before != self._learnt_at

    def _model_changed(self) -> bool:
        """Return whether somebody tuned the model or took that back while we run (``kb tune``); asked every minute."""
        now = time.monotonic()
        if now - self._model_asked_at < _MODEL_SECONDS:
            return False
        self._model_asked_at = now
        return self._desk.knowledge.is_outdated()

    def watch_files(self) -> None:
        """Look for saved files until the end; runs on a thread of its own."""
        while not self.stop.wait(_RELOAD_SECONDS):
            try:
                self.reload()
            except OSError:
                _log.exception("files cannot be read", extra={"action": "reload_failed"})
            except TransientError as error:
                maillog.problem(str(error))

    def _process(self) -> bool:
        self.way.wait()
        try:
            # What is read ahead may be another daemon's turn, and be read for nothing.
            if self.company is None or self.company.is_alone():
                self._ahead.look()
            return process_one(self._desk, self._begin)
        except TransientError as error:
            maillog.problem(str(error))
            self.stop.wait(1.0)
            return False
        finally:
            self._end()

    def _begin(self, mail_id: int) -> None:
        self._link.begin(mail_id)
        self._limit.start()

    def _end(self) -> None:
        self._limit.end()
        self._link.end(self._stages.take())

    def _run_due(self) -> bool:
        try:
            job = self._due.get_nowait()
        except queue.Empty:
            return False
        desk = self._calendar_desk()
        if desk is None:
            return True
        if job.beside:
            self._beside.take(desk, job)
        else:
            run_job(desk, job)
        return True

    def _calendar_desk(self) -> Desk | None:
        """Return the desk as whoever has the calendar may write it; None while another daemon has it."""
        if self.company is None or self.company.leaders is None:
            return self._desk
        ours = reign(self.company.leaders, CALENDAR, self.stop)
        return None if ours is None else replace(self._desk, engine=ours.engine)

    def _resume(self) -> None:
        if self._loaded.is_set():
            self._loaded.clear()
            with write(self._desk.engine) as connection:
                postponed.resume(connection, self._desk.now)

    def _report(self) -> bool:
        try:
            problems = self._problems.get_nowait()
        except queue.Empty:
            return False
        try:
            self._resume()
            report_problems(self._desk, problems, self._desk.now)
        except TransientError as error:
            maillog.problem(str(error))
        return True


def run_worker(config: Config, engine: Engine, clock: Clock, link: FrontLink) -> int:
    """Work until the front is gone or says so; return the exit code (1 when a loop died)."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, resource.getrlimit(resource.RLIMIT_AS)[1]))
    active, problems = load_or_last_good(config, engine)
    desk = build_desk(config, engine, active, clock, link.wake)
    require_same_secret(engine, desk.tokens.secret, clock())
    worker = Worker(desk, link)
    if config.metrics:
        stages.tell(worker.observe)
    if problems:
        worker.take_problems(problems)
    else:
        remember_good(config, engine, clock)
    with contextlib.suppress(TransientError):
        # Before the first mail: rules may ask for it.
        worker.take_customers()
    signal.signal(signal.SIGTERM, lambda *_: worker.stop.set())
    for name, target in (
        ("front", lambda: link.listen(worker.way.hear, worker.wake.set, worker.stop.set)),
        ("files", worker.watch_files),
    ):
        threading.Thread(target=target, name=name, daemon=True).start()
    articles = load_in_background(desk.knowledge, worker.take_articles)
    worker.company = keep_company(engine, clock, WORKER, (CALENDAR,), worker.stop, worker.turns)
    scheduler = start_calendar(worker.take_job)
    garbage.settle_soon()
    # Mails that came before them would only be looked at twice; where the model must be exported first it takes longer.
    articles.join(_PATIENCE_SECONDS)
    try:
        sweep(worker.step, worker.wake, _INTERVAL, worker.stop)
    finally:
        scheduler.shutdown(wait=False)
        worker.stop.set()
        for thread in worker.company.threads:
            thread.join()
        worker.close()
    return 0


class CpuLimit:
    """Stops a mail that takes too much processor time on the worker's main thread.

    The timer of the system counts all threads, among them the one that loads the model; so it only asks, and the
    main thread's own clock decides.
    """

    def __init__(self) -> None:
        self._began = 0.0
        signal.signal(signal.SIGPROF, self._ask)

    def start(self) -> None:
        """Begin to count."""
        self._began = time.thread_time()
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_PER_MAIL)

    def end(self) -> None:
        """Count no more."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        left = CPU_SECONDS_PER_MAIL - (time.thread_time() - self._began)
        if left <= 0:
            raise ParseTimeoutError(f"more than {CPU_SECONDS_PER_MAIL:.0f} s of processor time")
        signal.setitimer(signal.ITIMER_PROF, max(left, 0.1))
