"""The table of recurring jobs. Each is an idempotent step over rows that are due: a restart repeats nothing.

APScheduler only says when to look (memory store, coalesced, never "misfired"); what is due stands in the database.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

from inboxd import maillog
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.jobs.ahead import bring_back
from inboxd.jobs.brake import watch_brake
from inboxd.jobs.categories import learn_categories
from inboxd.jobs.chase import chase
from inboxd.jobs.digest import send_digest
from inboxd.jobs.drafts import settle_drafts
from inboxd.jobs.failures import report_failures
from inboxd.jobs.learn import learn
from inboxd.jobs.model import note_model
from inboxd.jobs.queue_folders import follow_queue_folders
from inboxd.jobs.reconcile import reconcile_nightly
from inboxd.jobs.retention import forget_old
from inboxd.jobs.snooze import close_old, note_idle, wake_up
from inboxd.jobs.stale import withdraw_stale
from inboxd.jobs.survey import send_surveys
from inboxd.jobs.trials import compare_trials
from inboxd.jobs.tuning import tune_nightly
from inboxd.store.one_connection import one_connection


@dataclass(frozen=True, slots=True)
class Job:
    """A step over due rows and how often to look; ``step`` returns how much it did.

    ``beside``: it takes long and changes no ticket, so the worker runs it beside the mails, not between them.
    ``daemon_only``: it takes minutes and nothing waits for it, so a single run (``run --until-idle``) leaves it out.
    """

    name: str
    step: Callable[[Desk, dt.datetime], int]
    every_seconds: int
    beside: bool = False
    daemon_only: bool = False


JOBS = (
    Job("ahead", bring_back, 60),
    # Before the others: what is withdrawn is made anew by the jobs behind it.
    Job("stale", withdraw_stale, 60),
    Job("failures", report_failures, 30),
    Job("drafts", settle_drafts, 60),
    Job("queue_folders", follow_queue_folders, 5),
    Job("chase", chase, 60),
    Job("snooze", wake_up, 60),
    Job("reconcile", reconcile_nightly, 600, beside=True),
    Job("digest", send_digest, 60, beside=True),
    Job("retention", forget_old, 600, beside=True),
    Job("brake", watch_brake, 60),
    Job("model", note_model, 60),
    Job("survey", send_surveys, 300),
    Job("idle", note_idle, 600),
    Job("close", close_old, 3600),
    Job("learn", learn, 3600, beside=True),
    Job("trials", compare_trials, 300),
    Job("categories", learn_categories, 3600, beside=True),
    Job("tune", tune_nightly, 600, beside=True, daemon_only=True),
)


def run_job(desk: Desk, job: Job) -> int:
    """Run one job now; a store that is away for a moment is no reason to die."""
    try:
        did = job.step(desk, desk.now)
    except TransientError as error:
        maillog.problem(f"job {job.name}: {error}")
        return 0
    if did:
        maillog.job_ran(job.name, did)
    return did


def run_all(desk: Desk) -> bool:
    """Run every job once but those only a daemon has time for; return whether any did something."""
    with one_connection(desk.engine):
        return sum(run_job(desk, job) for job in JOBS if not job.daemon_only) > 0


def start_calendar(due: Callable[[Job], None]) -> BackgroundScheduler:
    """Start a scheduler that hands each job to ``due`` when it is time to look."""
    scheduler = BackgroundScheduler(
        timezone=dt.UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for job in JOBS:
        scheduler.add_job(due, "interval", args=(job,), seconds=job.every_seconds, id=job.name)
    scheduler.start()
    return scheduler
