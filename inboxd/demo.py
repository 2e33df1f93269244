"""``inboxd demo``: four days of a desk, played over real SMTP in a moment, with a clock that is moved by hand."""

import contextlib
import datetime as dt
import json
import smtplib
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from inboxd.building import build_desk, load_files
from inboxd.config import Config, default_config
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.demo_facts import count_facts
from inboxd.demo_mails import MONDAY, Scene, scenes
from inboxd.desk import Desk
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp import SmtpIntake, make_controller
from inboxd.jobs.calendar import run_all
from inboxd.jobs.digest import build_digest
from inboxd.loops import Stop, start_loop, until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.pipeline import process_one
from inboxd.store.engine import open_store

_HOUR = dt.timedelta(hours=1)
_SHOWN_LINES = 12
_COLOURS = {
    "acknowledgement": "cyan",
    "answer": "green",
    "notification": "yellow",
    "relay": "bright_green",
    "chase": "red",
    "survey": "magenta",
    "digest": "blue",
}


def play(keep: Path | None, *, as_json: bool) -> int:
    """Play the story; print it, or only its facts. Return 0 when everything happened that should."""
    with contextlib.ExitStack() as stack:
        folder = keep or Path(tempfile.mkdtemp(prefix="inboxd-demo-"))
        folder.mkdir(parents=True, exist_ok=True)
        stage = stack.enter_context(_stage(_config(folder), Console(quiet=as_json, highlight=False)))
        stage.play()
        facts = count_facts(stage.desk.engine)
        if as_json:
            sys.stdout.write(json.dumps(facts, indent=1) + "\n")
        else:
            stage.end(facts, folder)
    return 0 if all(facts[name] for name in facts if name != "automatic_to_machines") else 1


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """Return the time it was moved to."""
        return self.now


@dataclass(slots=True)
class Stage:
    """The running desk, the post that came out of it, and the audience."""

    desk: Desk
    clock: MovableClock
    delivery: Delivery
    port: int
    console: Console
    post: list[Mail]

    def play(self) -> None:
        """Go through four days hour by hour, and through every scene at its time."""
        waiting = list(scenes(self.desk.config.desk.address, self.desk.config.operators[0].address))
        self._say("The desk is open. Mail comes in by SMTP, mail goes out into a Maildir.")
        end = MONDAY + dt.timedelta(days=3, hours=1)
        while self.clock.now < end:
            while waiting and waiting[0].at <= self.clock.now + _HOUR:
                scene = waiting.pop(0)
                self.clock.now = max(self.clock.now, scene.at)
                self._perform(scene)
            self.clock.now += _HOUR
            self._work()

    def end(self, facts: dict[str, int], folder: Path) -> None:
        """Show the digest's file, the figures, and where to look around."""
        html = folder / "digest.html"
        operator = self.desk.config.operators[0].address.lower()
        view = build_digest(self.desk, operator, self.clock.now)
        rendered = self.desk.active.templates.render("digest", self.desk.config.desk.language, view)
        html.write_text(rendered.html, encoding="utf-8")
        table = Table(title="What happened, counted in the desk's own store", title_justify="left")
        table.add_column("fact")
        table.add_column("count", justify="right")
        for name, number in facts.items():
            table.add_row(name.replace("_", " "), str(number))
        self.console.print(table)
        self.console.print(f"The digest as HTML: {html}")
        self.console.print(f"Look around: cd {folder} && inboxd tickets    (the Maildir is var/outgoing)")

    def _perform(self, scene: Scene) -> None:
        raw = scene.write(self.post)
        self._say(scene.title)
        mail = parse(raw)
        self._show(f"→ {mail.from_.addr_spec}: {mail.subject}", mail.text, "white")
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(scene.reverse_path or mail.from_.addr_spec, scene.recipients(self.post), raw)
        self._work()
        if scene.silent:
            self.console.print(Text("    Nothing is sent back.", style="dim"))

    def _work(self) -> None:
        until_idle(
            (lambda: process_one(self.desk), lambda: run_all(self.desk), lambda: deliver_one(self.delivery))
        )
        folder = self.desk.config.outgoing.maildir / "new"
        for path in (
            sorted(folder.glob("*"), key=lambda one: one.stat().st_mtime_ns) if folder.is_dir() else ()
        ):
            mail = parse(path.read_bytes())
            (folder.parent / "cur" / f"{path.name}:2,").write_bytes(path.read_bytes())
            path.unlink()
            self.post.append(mail)
            kind = mail.header("X-Inboxd-Kind")
            title = f"← {kind} to {mail.to[0].addr_spec}: {mail.subject}"
            self._show(title, mail.text, _COLOURS.get(kind, "white"))

    def _say(self, sentence: str) -> None:
        self.console.print()
        self.console.rule(Text(f"{self.clock.now:%A %H:%M}  {sentence}", style="bold"), align="left")

    def _show(self, title: str, text: str, colour: str) -> None:
        lines = [line for line in text.splitlines() if line.strip()]
        more = [f"… {len(lines) - _SHOWN_LINES} more lines"] if len(lines) > _SHOWN_LINES else []
        body = Text("\n".join((*lines[:_SHOWN_LINES], *more)))
        self.console.print(
            Panel(
                body,
                title=Text(f"{self.clock.now:%a %H:%M} {title}"),
                title_align="left",
                border_style=colour,
            )
        )


def _config(folder: Path) -> Config:
    """Return the embedded defaults in ``folder``, on a port nobody uses."""
    config = default_config(folder)
    smtp = replace(config.intake.smtp, port=_free_port())
    return replace(config, intake=replace(config.intake, smtp=smtp))


@contextlib.contextmanager
def _stage(config: Config, console: Console) -> Iterator[Stage]:
    clock = MovableClock(MONDAY)
    engine = open_store(config.store_url)
    desk = build_desk(config, engine, load_files(config), clock)
    with console.status("reading the articles"):
        desk.knowledge.load()
    commit = GroupCommit(engine, clock)
    stop = Stop()
    thread = start_loop("commit", commit.step, commit.wake, 60.0, stop)
    smtp = config.intake.smtp
    controller = make_controller(
        SmtpIntake(config.own_addresses, commit, smtp.max_recipients),
        host=smtp.host,
        port=smtp.port,
        max_size=smtp.max_size,
        timeout=30.0,
        ident="desk.demo",
    )
    controller.start()
    try:
        delivery = Delivery(engine, clock, make_transport(config))
        yield Stage(desk, clock, delivery, smtp.port, console, [])
    finally:
        controller.stop()
        stop.set()
        thread.join()
        engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
