"""A desk for one command: opened, used, and left; ``run --until-idle`` among them."""

from dataclasses import replace
from functools import partial

from sqlalchemy import Engine

from inboxd.building import build_desk, load_files
from inboxd.clock import Clock
from inboxd.company import is_alone
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.errors import Problem
from inboxd.jobs.alarms import report_problems
from inboxd.jobs.calendar import run_all
from inboxd.jobs.watch import Watch
from inboxd.last_good import load_or_last_good, remember_good
from inboxd.listed_customers import take_customer_file
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.pipeline import process_one
from inboxd.store.engine import open_store


def open_desk(config: Config, clock: Clock) -> Desk:
    """Return a desk for one command; raise ``ConfigError`` when its files are broken."""
    return build_desk(config, open_store(config.store_url), load_files(config), clock, on_demand=True)


def run_until_idle(config: Config, clock: Clock) -> int:
    """Process all accepted mail, run every job that is due, deliver what is due; return how much was done.

    While daemons work on the same PostgreSQL, calendar and mailboxes are left to them.
    """
    engine = open_store(config.store_url)
    active, problems = load_or_last_good(config, engine)
    if not problems:
        remember_good(config, engine, clock)
    desk = build_desk(config, engine, active, clock, on_demand=True)
    desk = replace(desk, report=partial(_report, desk))
    listed = take_customer_file(config, engine, desk.tokens.secret, desk.now)
    problems = (*problems, *listed, *desk.knowledge.load_articles())
    if problems:
        report_problems(desk, problems, desk.now)
    delivery = Delivery(desk.engine, clock, make_transport(config))
    if not is_alone(engine):
        # On PostgreSQL: they have the calendar and the mailboxes; what is claimed mail by mail can be shared.
        return until_idle((lambda: process_one(desk), lambda: deliver_one(delivery)))
    done = _fetch(config, desk.engine, clock) if config.intake.imap else 0
    steps = (lambda: process_one(desk), lambda: run_all(desk), lambda: deliver_one(delivery))
    done += _look_into_mailboxes(config, desk.engine, clock)
    done += _work_in_queues(config, desk.engine, clock) + until_idle(steps)
    # What became of the mails says where they belong; moving them changes nothing else.
    done += _work_in_queues(config, desk.engine, clock) + until_idle(steps)
    done += _look_into_mailboxes(config, desk.engine, clock)
    Watch(config, desk.engine, clock).step()
    return done + until_idle(steps)


def _report(desk: Desk, problems: tuple[Problem, ...]) -> None:
    report_problems(desk, problems, desk.now)


def _fetch(config: Config, engine: Engine, clock: Clock) -> int:
    """Read every IMAP folder to its end; one that cannot be read is a problem in the log."""
    from inboxd.intake.imap_bar import progress_bar  # noqa: PLC0415  a desk without IMAP need not pay for it
    from inboxd.intake.imap_watch import fetch_once  # noqa: PLC0415  likewise

    with progress_bar() as show:
        return fetch_once(config, engine, clock, show)


def _look_into_mailboxes(config: Config, engine: Engine, clock: Clock) -> int:
    """Read the answers in Sent, lay drafts ready and take them away; return how much was done."""
    if not config.intake.imap:
        return 0
    from inboxd.mailboxes import look_once  # noqa: PLC0415  a desk without IMAP need not pay for it

    return look_once(config, engine, clock)


def _work_in_queues(config: Config, engine: Engine, clock: Clock) -> int:
    """Look into the queue folders and move what is wanted elsewhere; return how many mails were moved."""
    if not any(account.folders for account in config.intake.imap):
        return 0
    from inboxd.intake.queue_folders import work_once  # noqa: PLC0415  few desks have them

    return work_once(config, engine, clock)
