"""The week in the digest: when it is told, its figures, and its charts as pictures of the mail."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.charts import Drawing, draw_charts
from inboxd.core.chart import HEIGHT, WIDTH
from inboxd.core.digest_charts import AUTOMATION, RESPONSES, SATISFACTION, TICKETS, week_charts
from inboxd.core.digest_week import first_moment, stated_against_observed, week_figures
from inboxd.core.digest_week_view import DigestPictures, DigestWeek, Picture
from inboxd.core.mail import Attachment
from inboxd.core.rule_fields import WEEKDAYS
from inboxd.desk import Desk
from inboxd.errors import PermanentError
from inboxd.report_terms import report_terms
from inboxd.store import mails, reports, settings, stated
from inboxd.store.engine import read

_JOB = "digest-week"
_DAY = dt.timedelta(days=1)
_NEVER = "never"


def due_week(desk: Desk, connection: Connection, operator: str, now: dt.datetime) -> dt.date | None:
    """Return the last day of the week this operator is to be told of now, or None.

    Whoever was away on that morning, or whose desk was down, hears of it with his next digest; of older weeks nobody.
    """
    moment = _told_at(desk, now)
    if moment is None:
        return None
    last = settings.last_run(connection, week_job(operator))
    began = last or mails.first_accepted(connection)
    return moment.date() - _DAY if began is not None and began < moment else None


def latest_week(desk: Desk, now: dt.datetime) -> dt.date:
    """Return the last day of the newest week there is to tell of, whether anybody was told of it or not."""
    moment = _told_at(desk, now)
    return (moment or now.astimezone(ZoneInfo(desk.config.desk.timezone))).date() - _DAY


def week_job(operator: str) -> str:
    """Return the name under which it is noted when he was told of a week."""
    return f"{_JOB}:{operator}"


def build_week(desk: Desk, last: dt.date, now: dt.datetime) -> DigestWeek:
    """Return the figures of the week that ended with ``last``, as the store has them; without pictures."""
    zone = ZoneInfo(desk.config.desk.timezone)
    since = first_moment(last, zone)
    with read(desk.engine) as connection:
        past = reports.load_past(connection, since, now)
        terms = report_terms(desk.config, connection)
        answers = stated.automatic_answers(connection, since, now)
    return replace(
        week_figures(past, terms, last, now), stated=stated_against_observed(answers, (now - since).days)
    )


def with_pictures(desk: Desk, week: DigestWeek) -> tuple[DigestWeek, tuple[Attachment, ...]]:
    """Return the week with its charts, and the parts of the mail they are; without them when they cannot be drawn.

    Their words say the same, so a desk that cannot draw still tells everything.
    """
    try:
        drawings = draw_charts(week_charts(week, desk.config.desk.timezone))
    except PermanentError as error:
        maillog.problem(str(error))
        return week, ()
    parts = {
        (name, variant): _part(name, variant, png, desk.config.desk.domain)
        for name, drawing in drawings.items()
        for variant, png in (("light", drawing.light), ("dark", drawing.dark))
    }
    pictures = DigestPictures(
        *(_picture(name, parts, drawings) for name in (TICKETS, RESPONSES, AUTOMATION, SATISFACTION))
    )
    return replace(week, pictures=pictures), tuple(parts.values())


def _told_at(desk: Desk, now: dt.datetime) -> dt.datetime | None:
    """Return the latest moment at which a week was to be told, by the desk's clock."""
    plan, zone = desk.config.digest, ZoneInfo(desk.config.desk.timezone)
    if plan.weekly == _NEVER:
        return None
    local = now.astimezone(zone)
    day = local.date() - (local.weekday() - WEEKDAYS.index(plan.weekly)) % 7 * _DAY
    moment = dt.datetime.combine(day, plan.at, zone)
    return moment if moment <= now else dt.datetime.combine(day - 7 * _DAY, plan.at, zone)


def _part(name: str, variant: str, png: bytes, domain: str) -> Attachment:
    """Return a picture as a part of the mail; named by what it shows, so that the same digest has the same bytes."""
    content_id = (
        f"{name}-{variant}.{hashlib.sha256(png).hexdigest()[:16]}@{domain}"  # RFC 2392: as unique as a msg-id
    )
    return Attachment(
        filename=f"{name}-{variant}.png",
        content_type="image/png",
        size=len(png),
        inline=True,
        content_id=content_id,
        content=png,
    )


def _picture(
    name: str, parts: Mapping[tuple[str, str], Attachment], drawings: Mapping[str, Drawing]
) -> Picture | None:
    if name not in drawings:
        return None
    light, dark = parts[name, "light"], parts[name, "dark"]
    return Picture(light.content_id, dark.content_id, WIDTH, HEIGHT)
