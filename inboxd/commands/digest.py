"""``inboxd digest --preview``."""

import base64
import dataclasses
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.core.mail import Attachment
from inboxd.desk import Desk
from inboxd.jobs.digest import IllustratedWeek, build_digest, illustrate_week
from inboxd.jobs.digest_week import build_week, due_week, latest_week
from inboxd.oneshot import open_desk
from inboxd.store.engine import read


def preview_digest(
    config: Config, clock: Clock, html: Path | None, *, with_week: bool = False, as_json: bool = False
) -> None:
    """Print the digest as it would go out now; with ``html`` write that part of the mail to a file.

    ``with_week``: it tells of the latest week even when today's would not. Charts are only drawn for a file.
    """
    desk, now = open_desk(config, clock), clock()
    operator = config.operators[0].address.lower()
    told = _week(desk, operator, now, with_week=with_week, with_charts=html is not None)
    view = build_digest(desk, operator, now, told.week if told else None)
    rendered = desk.active.templates.render("digest", config.desk.language, view)
    if html is not None:
        html.write_text(embedded(rendered.html, told.parts if told else ()), encoding="utf-8")
    if as_json:
        print_json({"subject": rendered.subject, "text": rendered.text, **_facts(dataclasses.asdict(view))})
    else:
        print_text(f"Subject: {rendered.subject}", "", rendered.text)


def embedded(html: str, parts: Iterable[Attachment]) -> str:
    """Return the HTML with the pictures of the mail inside it, as a file needs them."""
    for part in parts:
        data = base64.b64encode(part.content).decode("ascii")
        html = html.replace(f"cid:{part.content_id}", f"data:{part.content_type};base64,{data}")
    return html


def _week(
    desk: Desk, operator: str, now: dt.datetime, *, with_week: bool, with_charts: bool
) -> IllustratedWeek | None:
    with read(desk.engine) as connection:
        last = latest_week(desk, now) if with_week else due_week(desk, connection, operator, now)
    if last is None:
        return None
    return (
        illustrate_week(desk, last, now) if with_charts else IllustratedWeek(build_week(desk, last, now), ())
    )


def _facts(view: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in view.items() if name not in {"desk", "now"}}
