"""The port for everybody: TLS for whoever wants it, and no more mails of one peer than anybody needs to send."""

import contextlib
import datetime as dt
import logging
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import Engine

from inboxd.config import Config, default_config, load_config
from inboxd.configintake import GateLimits
from inboxd.configlogin import Submission
from inboxd.core.limits import Window
from inboxd.errors import ConfigError
from inboxd.intake import smtp_gate
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp_servers import smtp_server
from inboxd.loops import Stop, start_loop
from inboxd.store import mails
from inboxd.store.engine import read

_TO = default_config(Path()).desk.address
_RAW = "Subject: x\r\nMessage-ID: <%d@b.example>\r\n\r\nHow?\r\n"


def config_with(folder: Path, gate: GateLimits | None = None) -> Config:
    """Return a desk whose port has a certificate."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = default_config(folder)
    smtp = replace(
        base.intake.smtp,
        port=port,
        tls_cert=folder / "cert.pem",
        tls_key=folder / "key.pem",
        gate=gate or GateLimits(),
    )
    return replace(base, intake=replace(base.intake, smtp=smtp))


@contextlib.contextmanager
def served(config: Config, engine: Engine, clock: Any) -> Iterator[smtplib.SMTP]:
    """Yield a client of the running port."""
    stop, commit = Stop(), GroupCommit(engine, clock)
    loop = start_loop("commit", commit.step, commit.wake, 60.0, stop)
    try:
        with (
            smtp_server(config, commit),
            contextlib.closing(
                smtplib.SMTP("localhost", config.intake.smtp.port, "mx.test", timeout=10)
            ) as client,
        ):
            yield client
    finally:
        stop.set()
        loop.join(10)


def write_certificate(folder: Path) -> ssl.SSLContext:
    """Write a certificate for localhost; return what trusts it."""
    ca = trustme.CA()
    made = ca.issue_cert("localhost")
    (folder / "cert.pem").write_bytes(made.cert_chain_pems[0].bytes())
    (folder / "key.pem").write_bytes(made.private_key_pem.bytes())
    context = ssl.create_default_context()
    ca.configure_trust(context)
    return context


def test_mail_comes_over_tls(lite_engine: Engine, clock: Any, tmp_path: Path) -> None:
    """Whoever asks for TLS gets it and greets again (RFC 3207 4.2); his mail is kept like any other."""
    context = write_certificate(tmp_path)
    with served(config_with(tmp_path), lite_engine, clock) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=context)
        assert client.docmd("MAIL", "FROM:<a@b.example>")[0] == 503
        client.sendmail("a@b.example", _TO, _RAW % 1)
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
    with read(lite_engine) as connection:
        stored = mails.find(connection, 1)
    assert stored is not None
    assert (stored.source, stored.reverse_path) == ("smtp", "a@b.example")


def test_mail_comes_without_tls_too(lite_engine: Engine, clock: Any, tmp_path: Path) -> None:
    """TLS is offered, not demanded: between servers it must not be (RFC 3207 4)."""
    write_certificate(tmp_path)
    with served(config_with(tmp_path), lite_engine, clock) as client:
        client.sendmail("a@b.example", _TO, _RAW % 1)
    with read(lite_engine) as connection:
        assert mails.find(connection, 1) is not None


def test_a_broken_certificate_stops_no_mail(
    lite_engine: Engine, clock: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a usable certificate nothing is offered, and the log says why (DESIGN 2.8)."""
    with caplog.at_level(logging.ERROR), served(config_with(tmp_path), lite_engine, clock) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
        client.sendmail("a@b.example", _TO, _RAW % 1)
    assert "no STARTTLS" in caplog.text


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    """One without the other is told with file and line."""
    (tmp_path / "config.toml").write_text('[intake.smtp]\ntls_cert = "cert.pem"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "config.toml")
    assert "one needs the other" in str(caught.value.problems)


def test_too_many_mails_of_a_peer_wait(
    lite_engine: Engine, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit a mail hears 450 before its text is sent, and the connection goes on."""
    monkeypatch.setattr(smtp_gate, "is_own_machine", lambda _: False)
    gate = GateLimits(mails_per_peer=Window(dt.timedelta(minutes=10), 2))
    with served(config_with(tmp_path, gate), lite_engine, clock) as client:
        for number in range(2):
            client.sendmail("a@b.example", _TO, _RAW % number)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("a@b.example", _TO, _RAW % 3)
        assert refused.value.smtp_code == 450
        assert client.noop()[0] == 250


def test_the_certificate_of_this_port_is_looked_after(tmp_path: Path) -> None:
    """Alarms, metrics and doctor look at every certificate of ours once, and at none where there is none."""
    intake = config_with(tmp_path).intake
    pair = (tmp_path / "cert.pem", tmp_path / "key.pem")
    assert intake.certificates == (pair,)
    both = replace(intake, submission=Submission(True, "127.0.0.1", 8587, *pair))
    assert both.certificates == (pair,)
    assert default_config(tmp_path).intake.certificates == ()


@pytest.mark.parametrize("hello", [b"", b"GET / HTTP/1.1\r\n\r\n"])
def test_a_handshake_that_fails_is_no_fault_of_ours(
    lite_engine: Engine, clock: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, hello: bytes
) -> None:
    """A peer that asks for TLS and goes, or speaks something else, is one line of the log, not a traceback each time."""
    write_certificate(tmp_path)
    config = config_with(tmp_path)
    with caplog.at_level(logging.INFO), served(config, lite_engine, clock):
        for _ in range(2):
            with socket.create_connection(("localhost", config.intake.smtp.port), 10) as peer:
                for said in (b"EHLO b.example\r\n", b"STARTTLS\r\n", hello):
                    peer.recv(1000)
                    peer.sendall(said)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(1000):
                    pass
    (told,) = [record for record in caplog.records if record.name.startswith("inboxd")]
    assert told.exc_info is None
    assert "no TLS" in told.event["reason"]  # type: ignore[attr-defined]


def test_tls_within_tls_is_refused(lite_engine: Engine, clock: Any, tmp_path: Path) -> None:
    """Whoever has TLS and asks for it again hears that it is there (RFC 3207 4.2), and goes on."""
    context = write_certificate(tmp_path)
    with served(config_with(tmp_path), lite_engine, clock) as client:
        client.starttls(context=context)
        assert client.docmd("STARTTLS")[0] == 503
        assert client.ehlo()[0] == 250


def test_nothing_said_before_tls_is_heard_in_it(lite_engine: Engine, clock: Any, tmp_path: Path) -> None:
    """Commands somebody on the way put behind STARTTLS are thrown away (RFC 3207 5, CVE-2011-0411): they are not the sender's."""
    context = write_certificate(tmp_path)
    with served(config_with(tmp_path), lite_engine, clock) as client:
        client.ehlo()
        client.send(f"STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<{_TO}>\r\n")
        assert client.getreply()[0] == 220
        assert isinstance(client.sock, socket.socket)
        client.sock = context.wrap_socket(client.sock, server_hostname="localhost")
        client.file = None
        assert client.docmd("DATA") == (503, b"Error: send HELO first")
        assert client.docmd("NOOP")[0] == 250
