"""What the port that speaks TLS must bear beyond what any port must (test_smtp_hostile.py)."""

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from hostile_peers import (
    OWN,
    Taken,
    all_gone,
    connect,
    free_port,
    read_until,
    wait_for,
)

from inboxd.config import Operator
from inboxd.configintake import GateLimits
from inboxd.intake.certificate import Certificate
from inboxd.intake.submission import SubmissionIntake, make_submission


@pytest.fixture
def submission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port for three connections that waits half a second for a handshake; its authority is ``ca.pem``."""
    monkeypatch.setattr("inboxd.intake.smtp_protocol._HANDSHAKE_SECONDS", 0.5)
    monkeypatch.setattr("inboxd.intake.smtp_protocol._LAST_WORD_SECONDS", 0.2)
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    port = free_port()
    controller = make_submission(
        SubmissionIntake(OWN, Taken(), max_recipients=100),
        Certificate(tmp_path / "cert.pem", tmp_path / "key.pem"),
        (Operator("Ada", "ada@acme.test", (), ()),),
        host="127.0.0.1",
        port=port,
        max_size=100_000,
        timeout=20.0,
        ident="acme.test",
        limits=GateLimits(connections=3),
    )
    controller.start()
    yield port
    wait_for(lambda: all_gone(controller))
    controller.stop()


def test_half_open_tls(submission: int, tmp_path: Path) -> None:
    """A handshake that nobody ends, or that breaks off, gives its place back; a real one works beside it."""
    half_open = [connect(submission) for _ in range(2)]
    for client in half_open:
        client.sendall(b"EHLO x\r\nSTARTTLS\r\n")
        read_until(client, b"220 Ready")
    half_open[0].sendall(b"\x16\x03\x01\x02\x00\x01")
    with smtplib.SMTP("127.0.0.1", submission, "mx.example", 20) as client:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        client.starttls(context=context)
        assert client.ehlo()[0] == 250
    half_open[1].close()
    wait_for(lambda: _three_greetings(submission))
    half_open[0].close()


def _three_greetings(port: int) -> bool:
    clients = [connect(port) for _ in range(3)]
    said = [client.recv(3) for client in clients]
    for client in clients:
        client.close()
    return said == [b"220"] * 3
