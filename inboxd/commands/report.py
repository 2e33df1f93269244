"""``inboxd report``: the figures of the desk, as tables, JSON, CSV or a page."""

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from inboxd.clock import Clock
from inboxd.commands.printing import print_json
from inboxd.commands.report_csv import to_csv
from inboxd.commands.report_document import document_of
from inboxd.commands.report_page import to_page
from inboxd.commands.report_tables import print_report
from inboxd.config import Config
from inboxd.core.digest_week import stated_against_observed
from inboxd.core.report import Report, make_report
from inboxd.core.units import parse_duration
from inboxd.errors import ConfigError, Problem
from inboxd.improvements import improved_tickets
from inboxd.report_terms import report_terms
from inboxd.store.engine import open_store, read
from inboxd.store.reports import load_past
from inboxd.store.stated import automatic_answers


class ReportForm(NamedTuple):
    """How the report is wanted: one of these, else tables for people."""

    json: bool = False
    csv: bool = False
    html: Path | None = None


def report(config: Config, clock: Clock, since: str, form: ReportForm) -> None:
    """Print the report of the time since then; raise ``ConfigError`` when ``since`` is no time before now."""
    now = clock()
    made = read_report(config, read_since(since, now, config.desk.timezone), now)
    if form.html is not None:
        form.html.write_text(to_page(made, config.desk.name, config.desk.timezone), encoding="utf-8")
    if form.json:
        print_json(document_of(made))
    elif form.csv:
        sys.stdout.write(to_csv(made))
    elif form.html is None:
        print_report(made, config.desk.timezone)


def read_report(config: Config, since: dt.datetime, now: dt.datetime) -> Report:
    """Return the report of a configured desk, from what its store and its git say."""
    with read(open_store(config.store_url)) as connection:
        past = load_past(connection, since, now)
        improved = improved_tickets((config.rules, config.kb.path), since, now)
        terms = report_terms(config, connection, improved)
        answers = automatic_answers(connection, since, now)
    made = make_report(past, terms, since, now)
    return replace(made, stated=stated_against_observed(answers, (now - since).days))


def read_since(text: str, now: dt.datetime, zone: str) -> dt.datetime:
    """Return the moment that ``90d`` or ``2026-11-01`` (ISO 8601; without an offset: by the desk's clock) means.

    Raises ``ConfigError`` for anything else, and for what is not before ``now``.
    """
    try:
        since = _moment(text, zone) or now - parse_duration(text)
    except (ValueError, OverflowError) as error:
        said = f"{text!r} is neither a span such as 90d nor a date such as 2026-11-01"
        raise ConfigError((Problem("--since", 1, said),)) from error
    if since >= now:
        raise ConfigError((Problem("--since", 1, f"{text!r} is not before now"),))
    return since


def _moment(text: str, zone: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)
