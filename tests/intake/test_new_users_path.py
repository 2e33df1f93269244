"""The README's way from a fresh checkout to a first ticket, played word by word against a real IMAP server."""

import contextlib
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from imap_servers import DOVECOT, ImapServer
from journey_stage import free_port
from running_desk import running_desk, until

ROOT = Path(__file__).parents[2]
# The first start of all exports the language model.
_MODEL_SECONDS = 120.0


class Letters:
    """A mail server's ear: keeps who was written to, and what."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a mail."""
        to, content = envelope.rcpt_tos[0], envelope.content  # type: ignore[attr-defined]
        self.received.append((to, content))
        return "250 kept"

    def to(self, address: str) -> list[bytes]:
        """Return what went to an address."""
        return [content for to, content in self.received if to == address]


@pytest.fixture
def smarthost() -> Iterator[tuple[int, Letters]]:
    """Run what the README calls a Postfix on this machine; give its port and what it was handed."""
    letters, port = Letters(), free_port()
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, letters
    controller.stop()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> ImapServer:
    """A mailbox's server as most people have it, or the other one where it is not installed."""
    found: ImapServer = request.getfixturevalue("dovecot" if DOVECOT else "pymap")
    return found


def blocks(language: str) -> list[str]:
    """Return the code blocks of the README's part on a desk of one's own."""
    (part,) = re.findall(
        r"^## A desk of your own\n(.*?)^## ",
        (ROOT / "README.md").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


def on_this_machine(block: str, imap: ImapServer, smtp: int) -> str:
    """Return the README's config.toml as its comments say for servers on this machine, with the ports of this test."""
    here = {"imap": (imap.port, f'\nuser = "{imap.user}"'), "smtp": (smtp, "")}
    for kind, (port, user) in here.items():
        section = re.compile(rf'host = "{kind}.acme.test" .*\nuser = .*', re.MULTILINE)
        assert '"127.0.0.1", port = ' in section.search(block)[0]  # type: ignore[index]
        block = section.sub(f'host = "127.0.0.1"\nport = {port}\ntls = "none"{user}', block)
    # No user, no password.
    return block.rpartition("password_file")[0]


def test_from_the_readme_to_a_ticket(
    server: ImapServer, smarthost: tuple[int, Letters], tmp_path: Path
) -> None:
    """init, the README's configuration, check and run: a mail in the mailbox becomes a ticket, a confirmation and a question."""
    port, letters = smarthost
    with server.client() as client:
        # The server is shared, and other tests leave mails where new ones arrive.
        client.select_folder("INBOX")
        client.delete_messages(client.search())
        client.expunge()
    commands = [shlex.split(line, comments=True) for block in blocks("sh") for line in block.splitlines()]
    names = [
        words[words.index("../desk/config.toml") + 1] for words in commands if "../desk/config.toml" in words
    ]
    assert (commands[0], names) == (["make", "install"], ["check", "run"])
    desk = tmp_path / "desk"
    inboxd = [sys.executable, "-m", "inboxd"]
    subprocess.run([*inboxd, *commands[1][1:-1], str(desk)], capture_output=True, check=True)
    (block,) = blocks("toml")
    config = desk / "config.toml"
    config.write_text(on_this_machine(block, server, port), "utf-8")
    (desk / "var").mkdir(mode=0o700)
    (desk / "var" / "password").write_text(server.password + "\n", "utf-8")
    subprocess.run([*inboxd, "-c", str(config), "check"], capture_output=True, check=True)

    with running_desk(config) as running:
        until(lambda: _was_read(desk) and _is_reconciled(config))
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "carla@customer.test", "support@acme.test", "My accordion"
        mail["Message-ID"] = f"<{tmp_path.name}.{server.kind}@customer.test>"
        mail.set_content("It does not open. What can I do?")
        with server.client() as client:
            client.append("INBOX", mail.as_bytes())
        until(lambda: letters.to("ada@acme.test") and letters.to("carla@customer.test"), _MODEL_SECONDS)
        assert [one["subject"] for one in running.tickets()] == ["My accordion"]
    assert b"It does not open" in letters.to("ada@acme.test")[0]


def _was_read(desk: Path) -> bool:
    """Return whether the mailbox was looked at for the first time: what comes from now on is answered."""
    with contextlib.closing(sqlite3.connect(desk / "var" / "inboxd.db")) as store:
        return bool(store.execute("select 1 from cursor where polled_at is not null").fetchone())


def _is_reconciled(config: Path) -> bool:
    command = [sys.executable, "-m", "inboxd", "-c", str(config), "reconcile", "--json"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
