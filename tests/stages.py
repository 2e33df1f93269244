"""Fixtures: a desk that takes mail in the test's own process, with a knowledge base that finds what the test says."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from databases import fresh_store
from made_mails import SettableClock, write_mail
from sqlalchemy import Engine, text

from inboxd.building import build_desk
from inboxd.commands.init import make_desk
from inboxd.config import Config, Operator, default_config, load_config
from inboxd.core.facts import KbMatch
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.core.rules import Ruleset
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import ArticleView
from inboxd.desk import ActiveFiles, Desk
from inboxd.intake.accept import Arrival, accept
from inboxd.knowledge.articles import Article
from inboxd.loops import until_idle
from inboxd.pipeline import process_one
from inboxd.rulefiles import load_rules
from inboxd.store import mails, outbox, tickets
from inboxd.store.engine import open_engine, read
from inboxd.store.mails import StoredMail
from inboxd.store.outbox import Queued
from inboxd.store.tickets import RecordedEvent
from inboxd.templating import Templates

RULES = """
[[rule]]
name = "sure questions are answered"
why = "the article answers it"
on = ["ticket.created"]
when.kb.sure = true
then.reply = "kb_answer"
then.status = "pending"

[[rule]]
name = "everything else is acknowledged and shown"
why = "a person answers"
on = ["ticket.created"]
then.reply = "acknowledgement"
then.notify = []

[[rule]]
name = "replies are shown"
on = ["customer.replied"]
then.notify = []
"""


def config_of(folder: Path, store_url: str) -> Config:
    """Return a desk's configuration below ``folder``: support@acme.test, answered by Ada and Grace."""
    config = default_config(folder)
    return replace(
        config,
        desk=replace(config.desk, name="Acme Support", address="support@acme.test"),
        operators=(
            Operator("Ada", "ada@acme.test", (), ("billing",)),
            Operator("Grace", "grace@acme.test", (), ("api",)),
        ),
        store_url=store_url,
    )


class Shelf:
    """Stands where the knowledge base stands: ``matches`` are what it finds for whatever is asked."""

    def __init__(self) -> None:
        self.matches: Any = ()
        self.trouble: str | None = ""
        self.articles: dict[str, Article] = {}
        self.embedder = None

    def knows(self, slug: str, confidence: float = 0.97, *, sure: bool = True) -> None:
        """Let every question be one that this article answers."""
        self.articles[slug] = SimpleNamespace(slug=slug, revision="")  # type: ignore[assignment]
        self.matches = (KbMatch(slug, slug.title(), slug, confidence, sure, confidence),)

    def match(self, *_question: str) -> Any:
        """Return ``matches``."""
        return self.matches

    def article_view(self, slug: str, _ticket: Ticket | None = None) -> ArticleView | None:
        """Return a known article as templates see it."""
        return ArticleView(slug, slug.title(), f"All about {slug}.", 0.97) if slug in self.articles else None

    def suggestions(self, matches: Sequence[KbMatch]) -> tuple[ArticleView, ...]:
        """Return the known ones among the matches."""
        return tuple(view for one in matches if (view := self.article_view(one.article)) is not None)

    def learn(self, _now: dt.datetime) -> None:
        """Learn nothing."""

    def load_articles(self) -> tuple[()]:
        """Find nothing wrong."""
        return ()


@dataclass(slots=True)
class Stage:
    """A desk in a test: mail goes in by ``take``, what it came to is read off ``tickets``, ``written`` and ``stored``."""

    desk: Desk
    clock: SettableClock
    shelf: Shelf
    folder: Path

    def rules(self, source: str) -> None:
        """Put these rules live."""
        folder = self.folder / "own-rules"
        folder.mkdir(exist_ok=True)
        (folder / "10-test.toml").write_text(source, encoding="utf-8")
        self.desk.active.replace(ruleset=load_rules(folder))

    def configure(self, **changes: Any) -> None:
        """Change parts of the configuration."""
        self.desk = replace(self.desk, config=replace(self.desk.config, **changes))

    def accept(
        self,
        raw: bytes,
        *,
        reverse_path: str | None = None,
        to: Iterable[str] = ("support@acme.test",),
        submitter: str = "",
        **arrival: Any,
    ) -> int:
        """Accept a mail; return its id. Without ``reverse_path`` it is the one in From."""
        path = parse(raw).from_.addr_spec if reverse_path is None else reverse_path
        arrived = Arrival(raw, path, tuple(to), "smtp", submitter=submitter, **arrival)
        return accept(self.desk.engine, [arrived], self.clock())[0].mail_id

    def take(self, raw: bytes, **arrival: Any) -> int:
        """Accept a mail and process all there is; return its id."""
        mail_id = self.accept(raw, **arrival)
        until_idle((lambda: process_one(self.desk),))
        return mail_id

    def reply(self, sent: "Sent", body: str, *, from_: str = "", **headers: str) -> int:
        """Answer a mail of ours as its recipient's mail client would: to its Reply-To, with its subject and its id."""
        ours = sent.mail
        address = (ours.reply_to or (ours.from_,))[0].addr_spec
        raw = write_mail(
            body,
            subject=f"Re: {ours.subject}",
            from_=from_ or sent.queued.recipients[0],
            to=address,
            in_reply_to=ours.message_id,
            references=" ".join((*ours.references, ours.message_id)),
            **headers,
        )
        return self.take(raw, to=(address,))

    def stored(self, mail_id: int) -> StoredMail:
        """Return what became of an accepted mail."""
        with read(self.desk.engine) as connection:
            found = mails.find(connection, mail_id)
        assert found is not None
        return found

    @property
    def tickets(self) -> list[Ticket]:
        """Return all tickets by number."""
        with read(self.desk.engine) as connection:
            return list(tickets.list_tickets(connection))

    def ticket(self, number: int = 1) -> Ticket:
        """Return one ticket."""
        return next(one for one in self.tickets if one.number == number)

    def events(self, *kinds: str) -> list[RecordedEvent]:
        """Return the events of these kinds (none given: all), oldest first."""
        with read(self.desk.engine) as connection:
            return list(tickets.list_events(connection, kinds=kinds))

    def written(self, kind: str = "") -> list["Sent"]:
        """Return what was queued (of one kind), oldest first, whatever became of it."""
        with read(self.desk.engine) as connection:
            queued = outbox.list_sent_between(connection, dt.datetime.min.replace(tzinfo=dt.UTC), _FAR)
            return [
                Sent(one, parse(outbox.load_raw(connection, one.outbox_id)))
                for one in queued
                if kind in {"", one.kind}
            ]


_FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of ours: its line of the outbox and the mail itself, parsed."""

    queued: Queued
    mail: Mail


@pytest.fixture(scope="session")
def templates() -> Templates:
    """The shipped templates; read once, because they never change."""
    return Templates.load(None, "en")


def _stage_on(engine: Engine, url: str, clock: SettableClock, folder: Path, templates: Templates) -> Stage:
    shelf = Shelf()
    active = ActiveFiles(Ruleset(), templates)
    desk = build_desk(config_of(folder, url), engine, active, clock)
    stage = Stage(replace(desk, knowledge=shelf), clock, shelf, folder)  # type: ignore[arg-type]
    stage.rules(RULES)
    return stage


@pytest.fixture
def stage(
    engine: Engine, store_url: str, clock: SettableClock, tmp_path: Path, templates: Templates
) -> Stage:
    """A desk with three small rules and an empty knowledge base, on SQLite and on PostgreSQL."""
    return _stage_on(engine, store_url, clock, tmp_path, templates)


@pytest.fixture
def lite_stage(lite_engine: Engine, clock: SettableClock, tmp_path: Path, templates: Templates) -> Stage:
    """The same desk on SQLite alone, where the database makes no difference."""
    url = lite_engine.url.render_as_string(hide_password=False)
    return _stage_on(lite_engine, url, clock, tmp_path, templates)


@pytest.fixture
def new_lite_desk(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk as ``inboxd init`` makes it, without mail, on SQLite; and the working directory."""
    folder = tmp_path / "desk"
    make_desk(folder)
    fresh_store(folder, sqlite_template)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def new_desk(new_lite_desk: Path, store_url: str) -> Path:
    """The same on SQLite and on PostgreSQL."""
    config = new_lite_desk / "config.toml"
    config.write_text(f'{config.read_text("utf-8")}\n[store]\nurl = "{store_url}"\n', encoding="utf-8")
    return new_lite_desk


def ask(query: str) -> list[tuple[Any, ...]]:
    """Return what the store of the desk in the working directory answers to some SQL."""
    opened = open_engine(load_config(Path("config.toml")).store_url)
    with read(opened) as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    opened.dispose()
    return found
