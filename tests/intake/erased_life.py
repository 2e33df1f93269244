"""A desk that a customer lives on, worked on by the commands alone, and every byte of it."""

import itertools
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from databases import postgres_program
from imap_servers import ImapServer
from sqlalchemy import Engine, text
from traces import files
from typer.testing import CliRunner
from written_rules import ALL

from inboxd import cli
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
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
        (folder / "rules" / "10.toml").write_text(f'{ALL}then.draft = "draft"\n', "utf-8")
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
