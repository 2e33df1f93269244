import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.classify import classify
from inboxd.core.mail import Bounce, Envelope
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.probe import (
    Arrived,
    Check,
    Probe,
    judge_arrival,
    judge_authentication,
    judge_clock,
    judge_plus,
    judge_return_path,
    with_detail,
    write_probe,
)

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DESK = "support@acme.test"
PROBE = write_probe("Acme Support", DESK, "abc123", NOW)
MINUTE = dt.timedelta(minutes=1)


def back(probe: Probe = PROBE, *changes: tuple[bytes, bytes], top: bytes = b"") -> Arrived:
    """Return a test mail that came back a minute later, with some of its bytes changed and fields on top."""
    raw = probe.raw
    for old, new in changes:
        assert old in raw
        raw = raw.replace(old, new)
    return Arrived(parse(top + raw), "INBOX", NOW + MINUTE, NOW + MINUTE)


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    """Return checks by their names."""
    return {one.name: one for one in checks}


def test_a_probe_is_answered_by_nobody() -> None:
    """It is marked as automatic, goes to the desk itself, and the desk knows it as its own."""
    mail = parse(PROBE.raw)
    assert mail.header("Auto-Submitted").startswith("auto-")
    assert [one.addr_spec for one in mail.to] == [DESK]
    assert not classify(
        mail, Envelope(DESK, (DESK,)), Bounce(is_bounce=False), OwnAddresses(frozenset({DESK}))
    ).may_answer


def test_a_mail_that_comes_back_whole_is_well() -> None:
    """Where nothing was changed every check is well."""
    checks = by_name(judge_arrival(PROBE, back(), NOW, "+"))
    assert all(one.ok for one in checks.values())
    assert set(checks) == {"round trip", "from kept", "message-id kept", "clock"}
    assert "60 s into INBOX" in checks["round trip"].detail


def test_the_junk_folder_is_no_arrival() -> None:
    """What the own provider takes for junk others will too."""
    assert not by_name(judge_arrival(PROBE, replace(back(), in_junk=True), NOW, "+"))["round trip"].ok


def test_a_changed_sender_is_told() -> None:
    """A smarthost that puts its own account into From hides the desk."""
    check = by_name(
        judge_arrival(PROBE, back(PROBE, (b"<support@acme.test>", b"<me@gmail.test>")), NOW, "+")
    )["from kept"]
    assert not check.ok
    assert "me@gmail.test" in check.detail


@pytest.mark.parametrize(("delimiter", "ok"), [("+", True), ("", False)])
def test_a_changed_message_id_matters_without_plus_addresses(delimiter: str, *, ok: bool) -> None:
    """Replies are told by either; without both they cannot be told."""
    changed = back(PROBE, (b"<doctor.abc123@acme.test>", b"<0100018@email.amazonses.test>"))
    check = by_name(judge_arrival(PROBE, changed, NOW, delimiter))["message-id kept"]
    assert check.ok is ok
    assert "0100018" in check.detail


@pytest.mark.parametrize(
    ("minutes", "words"), [(-10, "ahead"), (-1, "agrees"), (1, "agrees"), (2, "agrees"), (10, "behind")]
)
def test_the_clock(minutes: int, words: str) -> None:
    """A mail cannot be received before it was sent, nor after it was seen."""
    arrived = replace(back(), received_at=NOW + minutes * MINUTE)
    assert words in judge_clock(arrived, NOW).detail
    assert judge_clock(arrived, NOW).ok is (words == "agrees")


def test_plus_addresses() -> None:
    """Lost or rewritten, the check names the setting to change."""
    probe = write_probe("Acme", DESK, "k", NOW, recipient=with_detail(DESK, "+", "doctor.k"))
    assert judge_plus(probe, back(probe)).ok
    for lost in (None, back(probe, (b"support+doctor.k@acme.test", b"support@acme.test"))):
        check = judge_plus(probe, lost)
        assert not check.ok
        assert 'recipient_delimiter = ""' in check.detail


def test_return_paths() -> None:
    """Lost or replaced, the check names the setting to change; a server that adds no field says nothing."""
    path = with_detail(DESK, "+", "doctor.k")
    probe = write_probe("Acme", DESK, "k", NOW, reverse_path=path)
    assert judge_return_path(probe, back(probe)).ok
    assert judge_return_path(probe, back(probe, top=f"Return-Path: <{path}>\r\n".encode())).ok
    for lost in (None, back(probe, top=b"Return-Path: <bounce@relay.test>\r\n")):
        check = judge_return_path(probe, lost)
        assert not check.ok
        assert 'return_path = "null"' in check.detail


def test_authentication_results() -> None:
    """What the provider found out about our mail is told, and whose word it is."""
    field = b"Authentication-Results: mx.acme.test; spf=pass smtp.mailfrom=acme.test; dkim=fail header.d=acme.test; dmarc=pass header.from=acme.test\r\n"
    checks = by_name(judge_authentication(back(top=field), ()))
    assert {name: one.ok for name, one in checks.items()} == {
        "spf": True,
        "dkim": False,
        "dmarc": True,
        "trusted authserv-id": True,
    }
    assert 'trusted_authserv_ids = ["mx.acme.test"]' in checks["trusted authserv-id"].detail
    assert by_name(judge_authentication(back(top=field), ("MX.acme.test",)))["trusted authserv-id"].ok
    assert not by_name(judge_authentication(back(top=field), ("mx.other.test",)))["trusted authserv-id"].ok


def test_no_authentication_results() -> None:
    """Silence is no failure."""
    (check,) = judge_authentication(back(), ("mx.acme.test",))
    assert check.ok


@given(st.binary(max_size=400))
def test_nothing_that_comes_back_raises(raw: bytes) -> None:
    """Whatever a provider makes of the mail can be judged."""
    arrived = Arrived(parse(raw), "INBOX", None, NOW)
    judge_arrival(PROBE, arrived, NOW, "+")
    judge_plus(PROBE, arrived)
    judge_return_path(PROBE, arrived)
    judge_authentication(arrived, ())


def test_a_provider_that_names_nobody_is_no_fault() -> None:
    """Microsoft's fields name no server: there is nobody to trust, and only a list that trusts somebody is wrong."""
    field = b"Authentication-Results: spf=pass smtp.mailfrom=acme.test; dmarc=pass header.from=acme.test\r\n"
    assert by_name(judge_authentication(back(top=field), ()))["trusted authserv-id"].ok
    assert not by_name(judge_authentication(back(top=field), ("mx.acme.test",)))["trusted authserv-id"].ok
