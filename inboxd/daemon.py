"""The composition root: builds the parts and runs them, as a daemon or until nothing is left to do."""

from pathlib import Path

from inboxd.building import build_desk, load_files, open_store
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.front import run_front
from inboxd.jobs.alarms import report_problems
from inboxd.jobs.calendar import run_all
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.pipeline import process_one
from inboxd.worker import load_or_nothing, run_worker
from inboxd.worker_link import FrontLink


def run_daemon(config: Config, config_path: Path | None, clock: Clock) -> int:
    """Serve until a signal; return the exit code. The store is migrated before the first mail is accepted."""
    engine = open_store(config)
    build_desk(config, engine, load_or_nothing(config)[0], clock)
    return run_front(config, config_path, engine, clock)


def run_worker_process(config: Config, clock: Clock, work_read: int, status_write: int) -> int:
    """Be the worker of a front that started this process and holds the other ends of the pipes."""
    return run_worker(config, open_store(config), clock, FrontLink(work_read, status_write))


def open_desk(config: Config, clock: Clock) -> Desk:
    """Return a desk for one command; raise ``ConfigError`` when its files are broken."""
    return build_desk(config, open_store(config), load_files(config), clock, on_demand=True)


def run_until_idle(config: Config, clock: Clock) -> int:
    """Process all accepted mail, run every job that is due, deliver what is due; return how much was done."""
    active, problems = load_or_nothing(config)
    desk = build_desk(config, open_store(config), active, clock, on_demand=True)
    problems = (*problems, *desk.knowledge.load_articles())
    if problems:
        report_problems(desk, problems, desk.now)
    delivery = Delivery(desk.engine, clock, make_transport(config))
    return until_idle((lambda: process_one(desk), lambda: run_all(desk), lambda: deliver_one(delivery)))
