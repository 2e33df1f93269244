from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxd.config import default_config
from inboxd.outgoing import transport, webhook
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.secretsource import SecretSource

PARCEL = Parcel("a@acme.test", ("carla@customer.test",), "<m1@acme.test>", b"Subject: hi\r\n\r\n")


def test_the_default_is_the_maildir(tmp_path: Path) -> None:
    """The embedded defaults send into ``var/outgoing``."""
    assert transport.make_transport(default_config(tmp_path))(PARCEL).outcome is Outcome.SENT
    assert len(list((tmp_path / "var" / "outgoing" / "new").iterdir())) == 1


def test_smtp_as_configured(tmp_path: Path, sink: Callable[..., Any]) -> None:
    """Host, port and TLS of the configuration are used, and the desk's domain in EHLO."""
    peer = sink()
    config = default_config(tmp_path)
    outgoing = replace(config.outgoing, transport="smtp", host="127.0.0.1", port=peer.port, tls="none")
    assert transport.make_transport(replace(config, outgoing=outgoing))(PARCEL).outcome is Outcome.SENT
    assert peer.got[0][1] == ("carla@customer.test",)


def test_the_password_is_asked_for_each_time(tmp_path: Path) -> None:
    """A password changed on disk is used for the next mail: no restart."""
    (tmp_path / "password").write_text("one\n")
    config = default_config(tmp_path)
    outgoing = replace(
        config.outgoing, transport="smtp", user="ada", password=SecretSource("", tmp_path / "password")
    )
    smarthost = transport.make_smarthost(replace(config, outgoing=outgoing))
    assert smarthost.password() == "one"
    (tmp_path / "password").write_text("two\n")
    assert smarthost.password() == "two"
    assert (smarthost.tls, smarthost.ehlo_name) == ("starttls", "inboxd.localhost")


def test_a_webhook_is_no_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rule posts goes to its address by HTTP, never into the mail transport."""
    posted: list[Parcel] = []

    def post(parcel: Parcel) -> Reply:
        posted.append(parcel)
        return Reply(Outcome.SENT, "200 OK")

    monkeypatch.setattr(webhook, "transmit", post)
    call = replace(PARCEL, kind="webhook", recipients=("https://acme.test/hook",))
    assert transport.make_transport(default_config(tmp_path))(call).text == "200 OK"
    assert posted == [call]
    assert not (tmp_path / "var").exists()
