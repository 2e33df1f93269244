import contextlib
import logging
import smtplib
import socket
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import Engine

from inboxd.config import Config, default_config
from inboxd.configlogin import Submission
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp_servers import submission_server


def config_with(folder: Path) -> Config:
    """Return a desk with a submission port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Submission(True, "127.0.0.1", port, folder / "cert.pem", folder / "key.pem")
    base = default_config(folder)
    return replace(base, intake=replace(base.intake, submission=place))


def test_the_front_serves_mail_clients(lite_engine: Engine, clock: Any, tmp_path: Path) -> None:
    """While the desk runs its port speaks TLS with the configured certificate; afterwards nobody listens."""
    ca = trustme.CA()
    made = ca.issue_cert("localhost")
    (tmp_path / "cert.pem").write_bytes(made.cert_chain_pems[0].bytes())
    (tmp_path / "key.pem").write_bytes(made.private_key_pem.bytes())
    config = config_with(tmp_path)
    context = ssl.create_default_context()
    ca.configure_trust(context)
    port = config.intake.submission.port

    with (
        submission_server(config, GroupCommit(lite_engine, clock)),
        contextlib.closing(smtplib.SMTP("localhost", port, timeout=10)) as client,
    ):
        client.starttls(context=context)
        client.ehlo()
        assert client.has_extn("auth")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def test_without_a_certificate_the_desk_still_starts(
    lite_engine: Engine, clock: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A missing certificate closes this one port; customers' mail comes in as before (DESIGN 2.8)."""
    config = config_with(tmp_path)
    with (
        caplog.at_level(logging.ERROR),
        submission_server(config, GroupCommit(lite_engine, clock)),
        pytest.raises(ConnectionRefusedError),
    ):
        socket.create_connection(("127.0.0.1", config.intake.submission.port), 5)
    assert "cert.pem" in caplog.text
