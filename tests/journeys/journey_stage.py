"""A whole desk in this process: mail comes in over real SMTP, goes out into a Maildir, and time is moved by hand."""

import contextlib
import dataclasses
import datetime as dt
import shutil
import smtplib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from inboxd import worker as worker_module
from inboxd.building import build_desk, load_or_nothing
from inboxd.config import Config, load_config
from inboxd.core.facts import KbMatch
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.desk import Desk
from inboxd.errors import Problem
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp import SmtpIntake, make_controller
from inboxd.jobs.calendar import run_all
from inboxd.knowledge.base import KnowledgeBase
from inboxd.loops import Stop, start_loop, until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.outgoing.transport import make_transport
from inboxd.pipeline import process_one
from inboxd.store.engine import open_engine

REPOSITORY = Path(__file__).parents[2]
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
CONFIG = """\
[desk]
name = "Acme Support"
address = "support@acme.test"

[[operators]]
name = "Ada"
address = "ada@acme.test"

[digest]
enabled = false
"""


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """Return the time it was moved to."""
        return self.now


class WordForWord(KnowledgeBase):
    """The knowledge base without its model: an article is sure when a mail contains one of its questions."""

    def load(self) -> tuple[Problem, ...]:
        """Read the articles; there is nothing to embed."""
        return self.load_articles()

    def match(self, subject: str, new_text: str, language: str) -> tuple[KbMatch, ...]:
        """Return the articles one of whose questions stands in the mail."""
        del subject, language
        asked = new_text.casefold()
        return tuple(
            KbMatch(article.slug, article.title, "", 0.99, sure=article.auto_reply, score=1.0)
            for article in self.articles.values()
            if any(question.casefold() in asked for question in article.questions)
        )


class NoFront:
    """The pipe to the front, in a process that is both."""

    def begin(self, mail_id: int) -> None:
        """Say nothing."""

    def end(self, stages: Iterable[tuple[str, float]] = ()) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Stage:
    """A running desk, the post that came out of it, and what the peer said to each mail that went in."""

    desk: Desk
    clock: MovableClock
    delivery: Delivery
    port: int
    folder: Path
    worker: worker_module.Worker
    post: list[Mail] = field(default_factory=list)
    smarthost_away: bool = False

    def send(self, raw: bytes, reverse_path: str, recipients: Sequence[str]) -> None:
        """Hand a mail over by SMTP as any server would, then let the desk do all there is to do."""
        self.hand_over(raw, reverse_path, recipients)
        self.settle()

    def hand_over(self, raw: bytes, reverse_path: str, recipients: Sequence[str]) -> None:
        """Hand a mail over by SMTP and leave it there."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(reverse_path, list(recipients), raw)

    def settle(self) -> list[Mail]:
        """Process, run every job, deliver, until nothing is left to do; return the mails that went out."""
        mail = (lambda: process_one(self.desk), self._deliver)
        until_idle((lambda: until_idle(mail) > 0, lambda: run_all(self.desk)))
        fresh = self._collect()
        self.post.extend(fresh)
        return fresh

    def _deliver(self) -> bool:
        transmit = _nobody_answers if self.smarthost_away else self.delivery.transmit
        return deliver_one(dataclasses.replace(self.delivery, transmit=transmit))

    def pass_time(self, span: dt.timedelta, every: dt.timedelta) -> None:
        """Move the clock, and let the calendar look every so often on the way."""
        end = self.clock.now + span
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + every)
            self.settle()

    def save(self, name: str, text: str) -> None:
        """Save a file of the operator's as his editor would, and let the desk notice."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.worker.reload()
        self.worker.step()
        self.settle()

    def last(self, kind: str, to: str = "", about: str = "") -> Mail:
        """Return the newest mail of a kind; raise ``LookupError`` when there is none."""
        for mail in reversed(self.post):
            fits = not to or any(one.key == to.lower() for one in mail.to)
            if mail.header("X-Inboxd-Kind") == kind and fits and about in mail.subject:
                return mail
        sent = ", ".join(f"{mail.header('X-Inboxd-Kind')} to {mail.to[0].key}" for mail in self.post)
        raise LookupError(f"no {kind} to {to or 'anybody'} about {about!r}; sent so far: {sent or 'nothing'}")

    def _collect(self) -> list[Mail]:
        box = self.desk.config.outgoing.maildir
        fresh = []
        for path in (box / "new").glob("*") if (box / "new").is_dir() else ():
            fresh.append(parse(path.read_bytes()))
            path.rename(box / "cur" / f"{path.name}:2,S")
        # The signed Message-ID <t12.m34.…> carries the outbox id: the order in which the mails were written.
        return sorted(fresh, key=lambda mail: int(mail.message_id.split(".m")[1].split(".")[0]))


def _nobody_answers(_parcel: Parcel) -> Reply:
    return Reply(Outcome.LATER, "451 4.4.1 no answer from host")


@contextlib.contextmanager
def open_stage(
    folder: Path,
    store_url: str,
    *,
    config: str = CONFIG,
    files: Mapping[str, Path] | None = None,
    now: dt.datetime = MONDAY,
    opened: Engine | None = None,
) -> Iterator[Stage]:
    """Yield a desk in ``folder`` that listens on a free port. ``files``: where its rules and articles come from.

    ``opened`` is the store when it is open already.
    """
    loaded = make_desk_folder(folder, store_url, config, files or {})
    clock = MovableClock(now)
    engine = open_engine(store_url) if opened is None else opened
    try:
        active, problems = load_or_nothing(loaded)
        desk = build_desk(loaded, engine, active, clock)
        knowledge = WordForWord(loaded.kb.path, "none", loaded.kb.max_error_rate, engine)
        desk = dataclasses.replace(desk, knowledge=knowledge)
        worker = worker_module.Worker(desk, NoFront())  # type: ignore[arg-type]
        worker.take_problems((*problems, *knowledge.load()))
        worker.step()
        delivery = Delivery(engine, clock, make_transport(loaded))
        with _smtp_server(loaded, GroupCommit(engine, clock)) as port, _reload_at_once():
            yield Stage(desk, clock, delivery, port, folder, worker)
    finally:
        if opened is None:
            engine.dispose()


def make_desk_folder(folder: Path, store_url: str, config: str, files: Mapping[str, Path]) -> Config:
    """Return the configuration of a desk whose files are copies: a journey may edit them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(config, encoding="utf-8")
    for name in ("rules", "kb"):
        shutil.copytree(
            files.get(name, REPOSITORY / name), folder / name, ignore=shutil.ignore_patterns("examples")
        )
    # A fixed key keeps the order of tokens, and so every run, the same.
    (folder / "var").mkdir(exist_ok=True)
    (folder / "var" / "secret").write_bytes(bytes(range(32)))
    return dataclasses.replace(load_config(folder / "config.toml"), store_url=store_url)


@contextlib.contextmanager
def _smtp_server(config: Config, commit: GroupCommit) -> Iterator[int]:
    stop = Stop()
    thread = start_loop("commit", commit.step, commit.wake, 60.0, stop)
    smtp, port = config.intake.smtp, free_port()
    controller = make_controller(
        SmtpIntake(config.own_addresses, commit, smtp.max_recipients),
        host="127.0.0.1",
        port=port,
        max_size=smtp.max_size,
        timeout=30.0,
        ident="desk.test",
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
        stop.set()
        thread.join()


@contextlib.contextmanager
def _reload_at_once() -> Iterator[None]:
    """Load changed articles on the spot instead of on a thread, so that a journey need not wait for it."""
    before = worker_module.load_in_background

    def load(base: KnowledgeBase, done: Callable[[tuple[Problem, ...]], None]) -> threading.Thread:
        done(base.load_or_give_up())
        return threading.current_thread()

    worker_module.load_in_background = load
    try:
        yield
    finally:
        worker_module.load_in_background = before


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
