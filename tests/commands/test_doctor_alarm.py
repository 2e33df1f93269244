import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from inboxd.commands.doctor_alarm import check_alarm
from inboxd.config import Config, default_config
from inboxd.configalarm import AlarmPlan
from inboxd.core.parse import parse
from inboxd.core.probe import Check
from inboxd.secretsource import SecretSource


def desk(folder: Path, port: int = 0, **changes: Any) -> Config:
    """Return a desk whose alarms go to a server at ``port``."""
    made = AlarmPlan(
        address="ada@home.test",
        transport="smtp",
        maildir=folder,
        host="127.0.0.1",
        port=port,
        tls="none",
        user="",
        password=SecretSource(),
        sender="desk@home.test",
        command=(),
        timeout=dt.timedelta(seconds=5),
    )
    base = default_config(folder)
    return replace(base, desk=replace(base.desk, address="support@acme.test"), alarm=replace(made, **changes))


def test_no_channel(tmp_path: Path, clock: Any) -> None:
    """Without a channel the doctor says what that means, and that is not wrong."""
    (check,) = check_alarm(default_config(tmp_path), clock)
    assert check.ok
    assert "[alarm]" in check.detail


def test_a_test_alarm_by_mail(tmp_path: Path, clock: Any, sink: Callable[..., Any]) -> None:
    """The test alarm goes out over the channel's own server, in its sender's name, marked as an alarm."""
    peer = sink()
    (check,) = check_alarm(desk(tmp_path, peer.port), clock)
    assert (check.ok, check.name) == (True, "alarm channel")
    ((reverse_path, forward_paths, raw),) = peer.got
    assert (reverse_path, forward_paths) == ("desk@home.test", ("ada@home.test",))
    mail = parse(raw)
    assert mail.header("X-Inboxd-Kind") == "alarm"
    assert "Sent by `inboxd doctor`" in mail.text


def test_a_channel_that_refuses(tmp_path: Path, clock: Any, sink: Callable[..., Any]) -> None:
    """What the server says to it is told; so is that nobody answers, a program that fails, and one that is not there."""
    peer = sink()
    peer.says["RCPT"] = "550 5.1.1 no such user"
    assert "550 5.1.1 no such user" in only(check_alarm(desk(tmp_path, peer.port), clock))
    assert "did not reach" in only(check_alarm(desk(tmp_path, 1), clock))
    assert "exit code 3" in only(check_alarm(desk(tmp_path, command=("sh", "-c", "exit 3")), clock))
    assert "cannot be run" in only(check_alarm(desk(tmp_path, command=("no-such-program",)), clock))
    slow = desk(tmp_path, command=("sleep", "9"), timeout=dt.timedelta(seconds=0.1))
    assert "did not end" in only(check_alarm(slow, clock))


def test_the_same_server_is_no_second_channel(tmp_path: Path, clock: Any, sink: Callable[..., Any]) -> None:
    """A channel over the server of all other mail is told as what it is."""
    peer = sink()
    config = desk(tmp_path, peer.port)
    config = replace(config, outgoing=replace(config.outgoing, transport="smtp", host="127.0.0.1"))
    assert "sends all other mail too" in only(check_alarm(config, clock))


def only(checks: Any) -> str:
    """Return the detail of the only check, which must not be well."""
    found: list[Check] = list(checks)
    assert [one.ok for one in found] == [False]
    return found[0].detail
