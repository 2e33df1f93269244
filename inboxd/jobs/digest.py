"""Digest: the operator's morning. Everything in it is read from the store; nothing is counted along the way."""

import datetime as dt
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inboxd.apply import Cause, apply
from inboxd.core.absence import away_until
from inboxd.core.digest_views import DigestFigures, DigestReconciliation
from inboxd.core.digest_week import saved_by
from inboxd.core.digest_week_view import DigestSaved, DigestWeek
from inboxd.core.figures import saved_time
from inboxd.core.mail import Attachment
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.rule_fields import WEEKDAYS
from inboxd.core.ticket import Ticket
from inboxd.core.views import DigestView
from inboxd.desk import Desk
from inboxd.jobs.digest_sections import (
    count_figures,
    list_answered,
    list_incidents,
    list_shadow_rules,
    list_waiting,
)
from inboxd.jobs.digest_week import build_week, due_week, week_job, with_pictures
from inboxd.jobs.noted_gaps import known_gaps
from inboxd.store import absences, mails, reconciliation, settings, stale, tickets
from inboxd.store.dossiers import Dossier
from inboxd.store.engine import read

JOB = "digest"
_FIRST_SPAN = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)


class IllustratedWeek(NamedTuple):
    """A week with its charts, and the parts of the mail these are."""

    week: DigestWeek
    parts: tuple[Attachment, ...]


def send_digest(desk: Desk, now: dt.datetime) -> int:
    """Send today's digest to every operator whose it is time for and who is not away; return how many were sent."""
    due = {one.address.lower(): due_day(desk, one.address.lower(), now) for one in desk.config.operators}
    weeks: dict[dt.date, IllustratedWeek] = {}
    for operator, day in due.items():
        if day is not None:
            _send(desk, operator, day, now, weeks)
    return sum(day is not None for day in due.values())


def due_day(desk: Desk, operator: str, now: dt.datetime) -> dt.date | None:
    """Return the day whose digest is due to this operator now, or None.

    After a week of downtime, or of his being away, only the last one is sent: it tells of the whole week.
    """
    plan = desk.config.digest
    local = now.astimezone(ZoneInfo(desk.config.desk.timezone))
    is_day = WEEKDAYS[local.weekday()] in {*plan.days, plan.weekly}
    if not plan.enabled or not is_day or local.time() < plan.at:
        return None
    scheduled = dt.datetime.combine(local.date(), plan.at, local.tzinfo)
    with read(desk.engine) as connection:
        last = settings.last_run(connection, _job(operator), now)
        is_away = away_until(absences.load(connection, operator), now) is not None
        # A desk set up this afternoon has nothing to tell about this morning.
        began = last or mails.first_accepted(connection)
    is_due = began is not None and began < scheduled and not is_away
    return local.date() if is_due else None


def build_digest(desk: Desk, operator: str, now: dt.datetime, week: DigestWeek | None = None) -> DigestView:
    """Return everything the digest of one operator says as of ``now``."""
    with read(desk.engine) as connection:
        since = settings.last_run(connection, _job(operator), now) or now - _FIRST_SPAN
        events = tickets.list_events(connection, since=since)
        figures = count_figures(connection, events, since)
        return DigestView(
            desk=desk.stationery.view,
            now=now,
            since=since,
            figures=figures,
            reconciliation=reconcile_counts(connection, since, now),
            waiting=tuple(list_waiting(desk, connection, operator, now)),
            answered=tuple(list_answered(desk, connection, operator, since, now)),
            incidents=tuple(list_incidents(connection, events, since)),
            gaps=known_gaps(connection),
            trials=list_shadow_rules(connection, now),
            saved=_saved(desk, figures),
            week=week,
        )


def illustrate_week(desk: Desk, last: dt.date, now: dt.datetime) -> IllustratedWeek:
    """Return the week that ended with ``last``, with its charts."""
    return IllustratedWeek(*with_pictures(desk, build_week(desk, last, now)))


def reconcile_counts(connection: Connection, since: dt.datetime, now: dt.datetime) -> DigestReconciliation:
    """Return what became of the mails accepted since then, and how much is unexplained, of whatever age.

    What still waits for its turn is received and filed to come; what the mailboxes hold is as of last night.
    """
    books = reconciliation.reconcile(connection, now, since)
    untaken = reconciliation.last_look(connection)
    return DigestReconciliation(books.received, books.filed, books.held, books.unexplained + untaken)


def put_back(connection: Connection, operator: str, written_at: dt.datetime) -> None:
    """Note that a digest never left: the next one begins where that one began, and tells of the week if it did."""
    if settings.last_run(connection, _job(operator)) == written_at:
        earlier = stale.last_written(connection, Kind.DIGEST.value, operator, written_at)
        settings.note_run(connection, _job(operator), earlier or written_at - _FIRST_SPAN)
    if settings.last_run(connection, week_job(operator)) == written_at:
        settings.note_run(connection, week_job(operator), written_at - _WEEK)


def _send(
    desk: Desk, operator: str, day: dt.date, now: dt.datetime, weeks: dict[dt.date, IllustratedWeek]
) -> None:
    """Send one digest; ``weeks`` keeps what was drawn for the operator before."""
    with read(desk.engine) as connection:
        last = due_week(desk, connection, operator, now)
    if last is not None and last not in weeks:
        weeks[last] = illustrate_week(desk, last, now)
    told = weeks[last] if last is not None else None
    letter = Letter(
        Kind.DIGEST,
        "digest",
        (operator,),
        f"digest:{day.isoformat()}:{operator}",
        {"rule": "(digest)"},
        attachments=told.parts if told else (),
    )
    view = build_digest(desk, operator, now, told.week if told else None)
    jobs = (_job(operator), *((week_job(operator),) if told else ()))
    cause = Cause(digest=view, also=partial(_note, jobs, now))
    apply(desk, Outcome().with_letter(letter), Dossier(None, None), cause, now)


def _note(jobs: tuple[str, ...], now: dt.datetime, connection: Connection, _ticket: Ticket | None) -> None:
    for job in jobs:
        settings.note_run(connection, job, now)


def _job(operator: str) -> str:
    """Return the name his digests are counted under: each tells what happened since his last one."""
    return f"{JOB}:{operator}"


def _saved(desk: Desk, figures: DigestFigures) -> DigestSaved | None:
    rates = desk.config.report
    return saved_by(figures.answered_by_itself, saved_time(figures.answered_by_itself, rates), rates.currency)
