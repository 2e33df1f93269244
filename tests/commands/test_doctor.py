import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from imapclient import IMAPClient
from sqlalchemy import Engine

from inboxd.clock import system_clock
from inboxd.commands import doctor_desk, doctor_trip
from inboxd.commands.doctor import all_checks, examine
from inboxd.config import Config, Operator, default_config
from inboxd.configfolders import FoldersModel, read_folders
from inboxd.configintake import ImapAccount
from inboxd.configlogin import Submission
from inboxd.core.probe import Check
from inboxd.intake.accept import Arrival, accept
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.passwords import save_hash
from inboxd.secretsource import SecretSource

Checks = dict[str, Check]


@pytest.fixture(scope="module")
def pymap_port() -> Iterator[int]:
    """Yield the port of a running pymap."""
    port = _free_port()
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
        intake=replace(base.intake, smtp=replace(base.intake.smtp, port=_free_port())),
        outgoing=replace(base.outgoing, transport="smtp", host="127.0.0.1", port=_free_port(), tls="none"),
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


def test_the_embedded_desk_is_well(tmp_path: Path, clock: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """With defaults and nothing running there is nothing wrong, and it says what was not looked at."""
    base = default_config(tmp_path)
    base = replace(base, intake=replace(base.intake, smtp=replace(base.intake.smtp, port=_free_port())))

    assert examine(base, clock, 0.0, as_json=True) == 0

    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"ok", "checks"}
    assert document["ok"] is True
    assert all(set(one) == {"name", "ok", "detail"} and one["detail"] for one in document["checks"])
    said = {one["name"]: one["detail"] for one in document["checks"]}
    assert "no test mail is sent" in said["round trip"]
    assert "not running" in said["smtp port"]


def test_something_wrong_is_exit_one(config: Config, clock: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A smarthost that does not answer is told, and nothing raises."""
    assert examine(config, clock, 0.0, as_json=False) == 1
    assert "outgoing" in capsys.readouterr().out


def test_mail_that_comes_back_whole(config: Config, pymap_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a smarthost that changes nothing into a real mailbox: every check of the mail is well."""
    sent = carry(monkeypatch, into_mailbox(pymap_port))
    # pymap says by the real clock when mail came.
    found = checks_of(with_mailbox(config, pymap_port), system_clock)

    trip = ("round trip", "from kept", "message-id kept", "clock", "plus addresses", "return path")
    assert {name: found[name].ok for name in trip} == dict.fromkeys(trip, True)
    assert found["folder INBOX"].ok
    assert found["idle"].ok
    assert "Sent is Sent" in found["special folders"].detail
    # It writes to nobody but the desk itself.
    assert len(sent) == 3
    assert all(
        one.recipients[0].startswith("support") and one.recipients[0].endswith("@acme.test") for one in sent
    )


def test_a_provider_that_meddles(
    config: Config, clock: Any, pymap_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From rewritten, plus addresses bounced, return path refused: each is named with the setting to change."""
    honest = into_mailbox(pymap_port, lambda raw: raw.replace(b"<support@acme.test>", b"<me@acme.test>"))

    def transmit(parcel: Parcel) -> Reply:
        if "+" in parcel.reverse_path:
            return Reply(Outcome.FAILED, "553 5.7.1 not your address")
        return honest(parcel) if "+" not in parcel.recipients[0] else Reply(Outcome.SENT, "250 OK")

    carry(monkeypatch, transmit)
    found = checks_of(with_mailbox(config, pymap_port), clock, wait=1.0)

    assert found["round trip"].ok
    assert not found["from kept"].ok
    assert "recipient_delimiter" in found["plus addresses"].detail
    assert "return_path" in found["return path"].detail
    assert "553 5.7.1" in found["return path"].detail
    assert not found["plus addresses"].ok
    assert not found["return path"].ok


def test_mail_that_never_comes_back(config: Config, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Swallowed by the smarthost it is one failed check, not three."""
    carry(monkeypatch, lambda _: Reply(Outcome.SENT, "250 OK"))
    found = checks_of(config, clock, wait=0.1)
    assert not found["round trip"].ok
    assert "plus addresses" not in found


def test_mail_the_smarthost_refuses(config: Config, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own words are shown, and nobody waits."""
    carry(monkeypatch, lambda _: Reply(Outcome.FAILED, "550 5.7.60 not allowed to send as this sender"))
    started = time.monotonic()
    found = checks_of(config, clock, wait=60.0)
    assert "5.7.60" in found["round trip"].detail
    assert time.monotonic() - started < 20


def test_mail_that_comes_back_to_our_own_port(
    config: Config, clock: Any, lite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk without IMAP finds the test mails among those it accepted."""

    def transmit(parcel: Parcel) -> Reply:
        accept(lite_engine, [Arrival(parcel.raw, parcel.reverse_path, parcel.recipients, "smtp")], clock())
        return Reply(Outcome.SENT, "250 OK")

    carry(monkeypatch, transmit)
    found = checks_of(config, clock)
    assert found["round trip"].ok
    assert found["plus addresses"].ok


def test_a_mailbox_that_lets_nobody_in(config: Config, clock: Any, pymap_port: int) -> None:
    """A wrong password is one failed check with the server's words."""
    wrong = with_mailbox(config, pymap_port, password=SecretSource(command="echo wrong"))
    found = checks_of(wrong, clock, wait=0.0)
    assert not found["login demouser@127.0.0.1"].ok


def test_queue_folders_are_looked_at(config: Config, clock: Any, pymap_port: int) -> None:
    """Where queue folders are on, the doctor names those that are there and those that will be made."""
    with IMAPClient("127.0.0.1", pymap_port, ssl=False, timeout=10) as client:
        client.login("demouser", "demopass")
        client.create_folder("Desk/Waiting")
    folders = read_folders(FoldersModel())
    found = checks_of(with_mailbox(config, pymap_port, folders=folders), clock, wait=0.0)
    there, _, to_come = found["queue folders"].detail.partition("; ")
    assert there == "there: Desk/Waiting"
    assert "Desk/Done" in to_come
    assert found["queue moves"].ok


def test_a_folder_that_is_not_there(config: Config, clock: Any, pymap_port: int) -> None:
    """A mistyped folder is a failed check."""
    found = checks_of(with_mailbox(config, pymap_port, folder="Supprot"), clock, wait=0.0)
    assert not found["folder Supprot"].ok


@pytest.mark.parametrize(
    ("greeting", "ok"),
    [(b"220 acme.test inboxd 0.1.0\r\n", True), (b"220 mail Postfix\r\n", False), (b"", False)],
)
def test_who_listens_at_our_port(config: Config, clock: Any, greeting: bytes, *, ok: bool) -> None:
    """The desk says its name; any other program there is in its way."""
    with socket.create_server(("127.0.0.1", config.intake.smtp.port)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        found = {one.name: one for one in doctor_desk.check_ports(config, clock)}
        thread.join(10)
    assert found["smtp port"].ok is ok


def test_the_submission_port(config: Config, clock: Any, tmp_path: Path) -> None:
    """Its certificate is read, and that somebody has a password for it."""
    made = trustme.CA().issue_cert("localhost")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    place = Submission(True, "127.0.0.1", _free_port(), cert, key)
    there = replace(config, intake=replace(config.intake, submission=place))
    found = {one.name: one for one in doctor_desk.check_ports(there, clock)}
    assert not found["certificate"].ok
    assert "inboxd password" in found["operators' passwords"].detail

    cert.write_bytes(made.cert_chain_pems[0].bytes())
    key.write_bytes(made.private_key_pem.bytes())
    save_hash(tmp_path / "ada", "scrypt$ln=15,r=8,p=3$AAAAAAAA$AAAAAAAA")
    there = replace(there, operators=(Operator("Ada", "ada@acme.test", (), (), tmp_path / "ada"),))
    found = {one.name: one for one in doctor_desk.check_ports(there, clock)}
    assert found["certificate"].ok
    assert found["operators' passwords"].ok


@pytest.mark.parametrize(
    ("program", "output", "ok", "words"),
    [
        ("rspamc", "Results for file: stdin\nAction: no action\nScore: 1.20 / 15.00", True, "1.2 of 15"),
        ("rspamc", "Score: 12.00 / 15.00", False, "12 of 15"),
        ("spamc", "0.9/5.0", True, "0.9 of 5"),
        ("spamc", "0/0", True, "not measured"),
        ("spamassassin", "X-Spam-Status: No, score=-0.1 required=5.0 tests=A", True, "-0.1 of 5"),
        ("spamassassin", "nonsense", True, "not measured"),
    ],
)
def test_spam_filters(
    config: Config,
    clock: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    output: str,
    words: str,
    *,
    ok: bool,
) -> None:
    """What a filter says about the desk's own acknowledgement is read; a filter that says nothing is no failure."""
    script = tmp_path / "bin" / program
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\ncat > {tmp_path}/got.eml\necho '{output}'\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/bin:/usr/bin")

    check = checks_of(config, clock, wait=0.0)["spam score"]

    assert (check.ok, words in check.detail) == (ok, True)
    assert b"X-Inboxd-Kind: acknowledgement" in (tmp_path / "got.eml").read_bytes()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
