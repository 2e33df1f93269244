"""A customer's whole life on a desk, erased by the command: not a byte is left anywhere, and no mailbox brings it back."""

import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from email.header import Header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from databases import postgres_program
from imap_servers import ImapServer
from journey_stage import free_port
from sqlalchemy import Engine, text
from traces import files, hits
from typer.testing import CliRunner

from inboxd import cli
from inboxd.commands import knowledge_gaps
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.store import engine as store_engine
from inboxd.store.engine import open_engine

ADDRESS, SECOND, NAME = "carla@cliente.test", "carla.private@zuhause.test", "Carla Cliéntez"
WORDS = {
    "asked": "zebrafish",
    "html": "axolotl-tank",
    "subject": "Quokka invoice",
    "attachment": "platypus-ledger",
    "file": "pangolin.txt",
    "utf-16": "narwhal diary",
    "fetched": "kookaburra",
    "answered": "wombat-setting",
    "by hand": "capybara advice",
    "comment": "ocelot-praise",
    "note": "met at the tapir fair",
    "listed": "Okapi Handels",
    "waiting": "manatee",
    "unread": "echidna",
    "forged": "dugong",
}
# PostgreSQL gives what is no catalogue of its own this number or a higher one (FirstNormalObjectId).
_FIRST_OWN = 16_384
TRACES = (ADDRESS, SECOND, NAME, "Cliéntez", *WORDS.values())
MONDAY, TUESDAY = "2026-11-16T10:00:00+00:00", "2026-11-17T10:00:00+00:00"
THURSDAY, LATER = "2026-11-19T10:00:00+00:00", "2026-11-23T10:00:00+00:00"
CONFIG = """
[desk]
address = "support@acme.test"
[[operators]]
name = "Ada"
address = "ada@acme.test"
[store]
url = "{url}"
[[intake.imap]]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password_file = "password"
sent = "Sent"
drafts = "Drafts"
[survey]
after = "1h"
"""
NO_SMARTHOST = """
[outgoing]
transport = "smtp"
host = "127.0.0.1"
port = {port}
tls = "none"
"""
RULES = """
[[rule]]
name = "all"
on = ["ticket.created", "customer.replied"]
then.reply = "acknowledgement"
then.notify = true
then.draft = "draft"
"""


_numbers = itertools.count(1)


class Life:
    """A desk in a folder, worked on by the commands alone."""

    def __init__(self, folder: Path, url: str, server: ImapServer) -> None:
        self.folder, self.url, self.server = folder, url, server
        self.opened: list[Engine] = []
        self.config = CONFIG.format(url=url, port=server.port, user=server.user)
        (folder / "config.toml").write_text(self.config, "utf-8")
        (folder / "password").write_text(server.password, "utf-8")
        (folder / "customers.csv").write_text(
            f"address,name,company\n{ADDRESS} {SECOND},{NAME},{WORDS['listed']}\n", "utf-8"
        )
        (folder / "rules").mkdir()
        (folder / "rules" / "10.toml").write_text(RULES, "utf-8")
        (folder / "kb").mkdir()

    def run(self, *words: str, now: str, code: int = 0, answer: str | None = None) -> str:
        """Run a command; return what it printed."""
        result = CliRunner().invoke(cli.app, ["--now", now, *words], input=answer)
        # A command leaves its connections to the end of its process, which here does not come.
        while self.opened:
            self.opened.pop().dispose()
        assert result.exit_code == code, result.output
        return result.stdout

    def takes(self, raw: bytes, sender: str, now: str, to: str = "support@acme.test") -> None:
        """Let a mail come in by the command, and the desk do all there is to do."""
        incoming = self.folder / "incoming.eml"
        incoming.write_bytes(raw)
        self.run("accept", "--from", sender, "--to", to, str(incoming), now=now)
        incoming.unlink()
        self.run("run", "--until-idle", now=now)

    def answers(self, kind: str, about: str, body: str, sender: str, now: str) -> None:
        """Let somebody answer the newest letter of a kind to him in whose subject something stands."""
        told = [one for one in self.letters(kind, sender) if about in one.subject][-1]
        to = told.reply_to[0].addr_spec
        raw = made(body, sender=sender, to=to, subject=f"Re: {told.subject}", answers=told.message_id)
        self.takes(raw, sender, now, to)

    def letters(self, kind: str, to: str) -> list[Mail]:
        """Return what was delivered to somebody, oldest first."""
        found = [parse(path.read_bytes()) for path in (self.folder / "var/outgoing/new").iterdir()]
        wanted = [one for one in found if one.header("X-Inboxd-Kind") == kind and one.to[0].key == to]
        return sorted(wanted, key=lambda one: int(one.message_id.split(".m")[1].split(".")[0]))

    def puts(self, folder: str, raw: bytes) -> None:
        """Put a mail into a folder of the mailbox."""
        with self.server.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw)

    def lies(self) -> Iterator[tuple[str, bytes]]:
        """Yield every mail of the mailbox."""
        with self.server.client() as client:
            for _, _, name in client.list_folders():
                client.select_folder(name, readonly=True)
                for uid, items in client.fetch(client.search(), ["BODY.PEEK[]"]).items():
                    yield f"{name} {uid}", items[b"BODY[]"]

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """Yield every byte of the desk: its folder, database, caches and mailbox; what its owner wrote left aside."""
        kept = {"customers.csv", "incoming.eml"}
        for name, content in files(self.folder):
            if not any(name.endswith(one) for one in kept):
                yield name, content
        yield from self.lies()
        if self.url.startswith("postgresql"):
            yield from self._postgres()

    def _postgres(self) -> Iterator[tuple[str, bytes]]:
        plain = self.url.replace("+psycopg", "")
        dump = subprocess.run([postgres_program("pg_dump"), plain], capture_output=True, check=True)
        yield "pg_dump", dump.stdout
        engine = open_engine(self.url)
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("checkpoint"))
            home = connection.execute(text("select current_setting('data_directory')")).scalar_one()
            database = connection.execute(
                text("select oid from pg_database where datname = current_database()")
            ).scalar_one()
        engine.dispose()
        for name, content in files(Path(home) / "base" / str(database)):
            number = Path(name).name.partition("_")[0].partition(".")[0]
            if number.isdigit() and int(number) >= _FIRST_OWN:
                yield name, content


def made(
    body: str, *, sender: str, to: str = "support@acme.test", subject: str = "", answers: str = ""
) -> bytes:
    """Return a mail, its text in base64 or quoted-printable where it is beyond ASCII."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Mon, 16 Nov 2026 09:59:00 +0000"
    mail["Message-ID"] = f"<{next(_numbers)}@client.test>"
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(body)
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def first_mail() -> bytes:
    """Return a mail with everything in it: encoded names, an alternative, a file, a text in UTF-16."""
    mail = EmailMessage()
    mail["From"] = f"{NAME} <{ADDRESS}>"
    mail["To"], mail["Message-ID"] = "support@acme.test", "<first@client.test>"
    mail["Subject"] = WORDS["subject"]
    mail.set_content(f"My {WORDS['asked']} is ill. Qué pena!", cte="base64")
    mail.add_alternative(f"<p>My <b>{WORDS['html']}</b> é</p>", subtype="html", cte="quoted-printable")
    mail.add_attachment(
        f"all of it: {WORDS['attachment']}".encode(), "application", "x-ledger", filename=WORDS["file"]
    )
    mail.add_attachment(WORDS["utf-16"].encode("utf-16"), "application", "octet-stream", filename="diary.bin")
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    encoded = Header(WORDS["subject"], "utf-8").encode()
    return raw.replace(f"Subject: {WORDS['subject']}".encode(), f"Subject: {encoded}".encode())


@pytest.fixture
def life(
    store_url: str, dovecot: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Life]:
    """A desk on each database with a mailbox of its own on Dovecot."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path / "cache"))
    # Likeness by spelling is enough here: in an empty cache the model would have to be exported first.
    monkeypatch.setattr(knowledge_gaps, "load_embedder", lambda _model: None)
    monkeypatch.setenv("PATH", f"{postgres_program('pg_dump').parent}{os.pathsep}{os.environ['PATH']}")
    server = ImapServer("dovecot", dovecot.port, f"life{next(_numbers)}", dovecot.password)
    lived = Life(tmp_path, store_url, server)
    opens = store_engine.open_engine

    def open_and_keep(url: str) -> Engine:
        lived.opened.append(opens(url))
        return lived.opened[-1]

    monkeypatch.setattr(store_engine, "open_engine", open_and_keep)
    yield lived
    server.hang_up()


def lived(life: Life) -> list[tuple[str, bytes]]:
    """Let Carla live on the desk for a week; return the mails with which a mailbox would bring her back."""
    life.run("run", "--until-idle", now=MONDAY)
    life.takes(first_mail(), ADDRESS, MONDAY)
    fetched = made(
        f"And my {WORDS['fetched']}, señor?", sender=f"{NAME} <{SECOND}>", subject="One more thing"
    )
    life.puts("INBOX", fetched)
    life.puts("INBOX", made("Mine is fine.", sender="Dora <dora@other.test>", subject="Dora's own"))
    life.run("run", "--until-idle", now=MONDAY)
    life.answers(
        "notification",
        WORDS["subject"],
        f"#solved\n#note call her\n\nUse the {WORDS['answered']}.",
        "ada@acme.test",
        TUESDAY,
    )
    by_hand = made(
        f"Try {WORDS['by hand']}.",
        sender="Ada <support@acme.test>",
        to=f"{NAME} <{ADDRESS}>",
        subject=f"Re: {WORDS['subject']}",
        answers="<first@client.test>",
    )
    life.puts("Sent", by_hand)
    life.run("run", "--until-idle", now=TUESDAY)
    life.run("customer", ADDRESS, "--note", WORDS["note"], now=TUESDAY)
    life.run("customer", ADDRESS, "--tag", "vip", now=TUESDAY)
    life.run("run", "--until-idle", now=THURSDAY)
    surveyed = next(one for one in (SECOND, ADDRESS, "dora@other.test") if life.letters("survey", one))
    life.answers("survey", "", f"1\n\n{WORDS['comment']}", surveyed, THURSDAY)
    forged = made(f"#solved\n\n{WORDS['forged']}, says {NAME}", sender="ada@acme.test", subject="Forged")
    life.takes(forged, ADDRESS, THURSDAY)
    dora = made(f"{NAME} told me of you ({SECOND}), ñ", sender="Dora <dora@other.test>", subject="Dora again")
    life.takes(dora, "dora@other.test", THURSDAY)
    life.run("kb", "gaps", "--at-least", "2", now=THURSDAY)
    back = list(life.lies())
    (life.folder / "config.toml").write_text(life.config + NO_SMARTHOST.format(port=free_port()), "utf-8")
    life.takes(
        made(f"Still there, my {WORDS['waiting']}?", sender=f"{NAME} <{ADDRESS}>", subject="Waiting"),
        ADDRESS,
        LATER,
    )
    (life.folder / "config.toml").write_text(life.config, "utf-8")
    (life.folder / "incoming.eml").write_bytes(made(f"Not yet read: {WORDS['unread']}", sender=ADDRESS))
    life.run("accept", "--from", ADDRESS, "incoming.eml", now=LATER)
    return back


def test_nothing_is_left_of_a_life(life: Life) -> None:
    """Database, log, dump, Maildir, caches, drafts and mailbox hold no byte of her; the next polls bring nothing back."""
    back = lived(life)
    before = "\n".join(hits(life.everything(), TRACES))
    assert [one for one in TRACES if repr(one) not in before] == []
    certificate: dict[str, Any] = json.loads(
        life.run("customer", SECOND, "--erase", "--yes", "--json", now=LATER)
    )
    assert certificate["store_compacted"] is True
    assert [(one["file"], one["line"]) for one in certificate["still_listed"]] == [("customers.csv", 2)]
    life.run("run", "--until-idle", now=LATER)
    assert hits(life.everything(), TRACES) == []
    assert hits([("certificate", json.dumps(certificate).encode())], TRACES) == []

    for name, raw in back:
        life.puts(name.rpartition(" ")[0], raw)
    tickets = len(json.loads(life.run("tickets", "--json", now=LATER)))
    sent = len(list((life.folder / "var/outgoing/new").iterdir()))
    life.run("run", "--until-idle", now=LATER)
    assert len(json.loads(life.run("tickets", "--json", now=LATER))) == tickets
    assert len(list((life.folder / "var/outgoing/new").iterdir())) == sent
    assert json.loads(life.run("reconcile", "--json", now=LATER))["unexplained"] == 0
    desk = [
        (name, content)
        for name, content in life.everything()
        if not name.startswith(("INBOX", "Sent", "Drafts"))
    ]
    assert hits(desk, TRACES) == []
    assert [one["name"] for one in json.loads(life.run("customers", "--json", now=LATER))] == ["Dora"]
