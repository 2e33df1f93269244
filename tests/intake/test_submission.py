import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import Engine

from inboxd import passwords
from inboxd.config import Operator
from inboxd.core.own_addresses import OwnAddresses
from inboxd.intake.certificate import Certificate
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.lockout import MOST_FAILURES
from inboxd.intake.submission import SubmissionIntake, make_submission
from inboxd.loops import Stop, start_loop
from inboxd.passwords import hash_password, save_hash
from inboxd.store import mails
from inboxd.store.engine import read

PASSWORD = "correct horse battery"
Mail = Callable[..., bytes]


@dataclass
class Port:
    """A running submission port and how a mail client gets in."""

    port: int
    engine: Engine
    ca: trustme.CA
    hash_file: Path

    @contextlib.contextmanager
    def client(self, *, login: str = "ada@acme.test", password: str = PASSWORD) -> Iterator[smtplib.SMTP]:
        """Yield a mail client that has said STARTTLS, and signed in when ``login`` is not empty."""
        context = ssl.create_default_context()
        self.ca.configure_trust(context)
        with contextlib.closing(smtplib.SMTP("localhost", self.port, "laptop.test", timeout=10)) as client:
            client.starttls(context=context)
            if login:
                client.login(login, password)
            yield client


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    """Return an authority for certificates of localhost."""
    return trustme.CA()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the hash of ``PASSWORD``, a cheap one."""
    monkeypatch.setattr(passwords, "_LOG2_N", 4)
    return hash_password(PASSWORD)


def write_certificate(ca: trustme.CA, folder: Path) -> tuple[Path, Path]:
    """Return the files of a fresh certificate for localhost."""
    made = ca.issue_cert("localhost")
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    key.write_bytes(made.private_key_pem.bytes())
    return cert, key


@pytest.fixture
def door(lite_engine: Engine, clock: Any, tmp_path: Path, ca: trustme.CA, kept: str) -> Iterator[Port]:
    """Yield a submission port where Ada has a password and Grace has none."""
    hash_file = tmp_path / "passwords" / "ada"
    save_hash(hash_file, kept)
    operators = (
        Operator("Ada", "ada@acme.test", ("Ada@home.test",), (), hash_file),
        Operator("Grace", "grace@acme.test", (), ()),
    )
    commit, stop = GroupCommit(lite_engine, clock), Stop()
    thread = start_loop("commit", commit.step, commit.wake, 60.0, stop)
    own = OwnAddresses(frozenset({"support@acme.test"}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = make_submission(
        SubmissionIntake(own, commit, 100),
        Certificate(*write_certificate(ca, tmp_path)),
        operators,
        host="localhost",
        port=port,
        max_size=100_000,
        timeout=10.0,
        ident="acme.test",
    )
    server.start()
    yield Port(port, lite_engine, ca, hash_file)
    server.stop()
    stop.set()
    thread.join(10)


def test_an_operators_mail_is_kept_with_its_proof(door: Port, mail: Mail) -> None:
    """What a signed-in operator sends to the desk is accepted, and says who was signed in."""
    raw = mail(from_="Ada <ada@acme.test>")

    with door.client() as client:
        refused = client.sendmail("ada@acme.test", ["support+o12.abc@acme.test"], raw)

    assert refused == {}
    with read(door.engine) as connection:
        stored = mails.find(connection, 1)
        assert mails.load_raw(connection, 1) == raw
    assert stored is not None
    assert (stored.source, stored.submitter, stored.reverse_path) == (
        "submission",
        "ada@acme.test",
        "ada@acme.test",
    )
    assert stored.forward_paths == ("support+o12.abc@acme.test",)


def test_an_alias_is_his_as_well(door: Port, mail: Mail) -> None:
    """He signs in by name and sends from another of his addresses: that one is proven."""
    with door.client(login="ADA") as client:
        client.sendmail("ada@HOME.test", ["support@acme.test"], mail(from_="ada@home.test"))

    with read(door.engine) as connection:
        stored = mails.find(connection, 1)
    assert stored is not None
    assert stored.submitter == "ada@home.test"


@pytest.mark.parametrize("sender", ["grace@acme.test", "support@acme.test", "carla@customer.test", ""])
def test_nobody_sends_as_somebody_else(door: Port, sender: str) -> None:
    """Signed in as Ada one may not send as another operator, as the desk, as a customer or as nobody."""
    with door.client() as client:
        assert client.mail(sender)[0] == 553


@pytest.mark.parametrize("recipient", ["carla@customer.test", "support@acme.test.evil.test", "ada@acme.test"])
def test_it_relays_for_nobody(door: Port, recipient: str) -> None:
    """Mail to others than the desk is refused in words the mail client shows; the desk answers customers itself."""
    with door.client() as client:
        client.mail("ada@acme.test")
        code, words = client.rcpt(recipient)

    assert code == 550
    assert b"to the desk only" in words


def test_nothing_goes_without_tls(door: Port) -> None:
    """Before STARTTLS no password is asked for and no mail is taken (RFC 3207 4)."""
    with contextlib.closing(smtplib.SMTP("localhost", door.port, timeout=10)) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.docmd("AUTH", "PLAIN AGFkYQBzZWNyZXQ=")[0] == 530
        assert client.mail("ada@acme.test")[0] == 530


def test_nothing_goes_without_a_password(door: Port) -> None:
    """After STARTTLS a stranger still cannot send."""
    with door.client(login="") as client:
        client.ehlo()
        assert client.mail("ada@acme.test")[0] == 530


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ada@acme.test", "wrong"),
        ("ada@acme.test", ""),
        ("grace@acme.test", PASSWORD),
        ("grace@acme.test", ""),
        ("support@acme.test", PASSWORD),
        ("nobody", PASSWORD),
    ],
)
def test_a_wrong_password_opens_nothing(door: Port, login: str, password: str) -> None:
    """Neither a wrong password, nor the right one of somebody else, nor the name of one who has none."""
    with (
        pytest.raises(smtplib.SMTPAuthenticationError) as raised,
        door.client(login=login, password=password),
    ):
        pass
    assert raised.value.smtp_code == 535


def test_who_guesses_has_to_wait(door: Port) -> None:
    """After some failures even the right password is not looked at from there."""
    with door.client(login="") as client:
        client.ehlo()
        codes = [client.docmd("AUTH", "PLAIN AGFkYQB4")[0] for _ in range(MOST_FAILURES + 1)]

    assert codes == [535] * MOST_FAILURES + [454]
    with pytest.raises(smtplib.SMTPAuthenticationError, match="wait"), door.client():
        pass


def test_a_broken_hash_file_is_no_open_door(door: Port) -> None:
    """A file that is no hash lets nobody in."""
    door.hash_file.write_text("")
    with pytest.raises(smtplib.SMTPAuthenticationError), door.client(password=""):
        pass


def test_a_changed_password_counts_at_once(door: Port) -> None:
    """``inboxd password`` needs no restart."""
    save_hash(door.hash_file, hash_password("another one of these"))
    with door.client(password="another one of these") as client:
        assert client.noop()[0] == 250
