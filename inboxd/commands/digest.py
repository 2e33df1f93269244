"""``inboxd digest --preview``."""

import dataclasses
from pathlib import Path

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.jobs.digest import build_digest
from inboxd.oneshot import open_desk


def preview_digest(config: Config, clock: Clock, html: Path | None, *, as_json: bool) -> None:
    """Print the digest as it would go out now; with ``html`` write that part of the mail to a file."""
    desk = open_desk(config, clock)
    view = build_digest(desk, config.operators[0].address.lower(), clock())
    rendered = desk.active.templates.render("digest", config.desk.language, view)
    if html is not None:
        html.write_text(rendered.html, encoding="utf-8")
    if as_json:
        print_json({"subject": rendered.subject, "text": rendered.text, **_facts(dataclasses.asdict(view))})
    else:
        print_text(f"Subject: {rendered.subject}", "", rendered.text)


def _facts(view: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in view.items() if name not in {"desk", "now"}}
