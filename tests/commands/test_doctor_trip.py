"""The doctor sends the desk a mail and looks what comes back."""

import time
from typing import Any

import pytest
from doctor_scene import carry, checks_of, config, into_mailbox, pymap_port, with_mailbox
from sqlalchemy import Engine

from inboxd.clock import system_clock
from inboxd.config import Config
from inboxd.intake.accept import Arrival, accept
from inboxd.outgoing.transmit import Outcome, Parcel, Reply

__all__ = ["config", "pymap_port"]


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
