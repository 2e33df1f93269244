"""A desk for the doctor, with a mailbox at pymap and a smarthost of the test's own."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from peers import free_port
from sqlalchemy import Engine

from inboxd.commands import doctor_trip
from inboxd.commands.doctor import all_checks
from inboxd.config import Config, default_config
from inboxd.configintake import ImapAccount
from inboxd.core.probe import Check
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.secretsource import SecretSource

Checks = dict[str, Check]


@pytest.fixture(scope="module")
def pymap_port() -> Iterator[int]:
    """Yield the port of a running pymap."""
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    process = subprocess.Popen(command)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        time.sleep(0.02)
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=10) as client:
        client.login("demouser", "demopass")
        client.create_folder("Sent")
    yield port
    process.terminate()
    process.wait(20)


@pytest.fixture
def config(lite_engine: Engine, tmp_path: Path) -> Config:
    """Return a desk that sends through a smarthost, whose port nobody listens at."""
    base = default_config(tmp_path)
    return replace(
        base,
        desk=replace(base.desk, address="support@acme.test", name="Acme Support"),
        store_url=lite_engine.url.render_as_string(hide_password=False),
        intake=replace(base.intake, smtp=replace(base.intake.smtp, port=free_port())),
        outgoing=replace(base.outgoing, transport="smtp", host="127.0.0.1", port=free_port(), tls="none"),
    )


def with_mailbox(config: Config, port: int, **changes: Any) -> Config:
    """Return the desk with a mailbox at pymap."""
    account = ImapAccount(
        "127.0.0.1", port, "none", "demouser", SecretSource(command="echo demopass"), "INBOX"
    )
    return replace(config, intake=replace(config.intake, imap=(replace(account, **changes),)))


def checks_of(config: Config, clock: Any, wait: float = 10.0) -> Checks:
    """Return all checks by name; the DNS knows nothing."""
    return {one.name: one for one in all_checks(config, clock, wait, lambda *_: ())}


def carry(monkeypatch: pytest.MonkeyPatch, transmit: Callable[[Parcel], Reply]) -> list[Parcel]:
    """Let test mails leave through ``transmit``; return what left."""
    sent: list[Parcel] = []

    def noting(parcel: Parcel) -> Reply:
        sent.append(parcel)
        return transmit(parcel)

    monkeypatch.setattr(doctor_trip, "make_transport", lambda _: noting)
    monkeypatch.setattr(doctor_trip, "_POLL_SECONDS", 0.05)
    return sent


def into_mailbox(port: int, change: Callable[[bytes], bytes] = lambda raw: raw) -> Callable[[Parcel], Reply]:
    """Return a smarthost that puts every mail into the mailbox, changed."""

    def transmit(parcel: Parcel) -> Reply:
        with IMAPClient("127.0.0.1", port, ssl=False, timeout=10) as client:
            client.login("demouser", "demopass")
            client.append("INBOX", change(parcel.raw))
        return Reply(Outcome.SENT, "250 OK")

    return transmit
