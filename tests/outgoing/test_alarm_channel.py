import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inboxd.configalarm import AlarmPlan
from inboxd.outgoing.alarm_channel import Words, command_problem, run_command, send_mail
from inboxd.outgoing.transmit import Outcome
from inboxd.secretsource import SecretSource

WORDS = Words("⚠ Desk: x", "All is lost.\n", "disk_full", "raised")


def plan(folder: Path, **changes: Any) -> AlarmPlan:
    """Return a channel; ``changes`` are its fields."""
    values: dict[str, Any] = {
        "address": "ada@home.test",
        "transport": "smtp",
        "maildir": folder / "alarms",
        "host": "127.0.0.1",
        "port": 1,
        "tls": "none",
        "user": "",
        "password": SecretSource(),
        "sender": "desk@home.test",
        "command": (),
        "timeout": dt.timedelta(seconds=5),
    }
    return AlarmPlan(**{**values, **changes})


def test_mail_by_its_own_server(tmp_path: Path, sink: Callable[..., Any]) -> None:
    """The alarm goes to its address in its sender's name; a server that is away means later."""
    peer = sink()
    reply = send_mail(plan(tmp_path, port=peer.port), "<a@b>", b"Subject: x\r\n\r\nx\r\n", "acme.test")
    assert reply.outcome is Outcome.SENT
    assert peer.got[0][:2] == ("desk@home.test", ("ada@home.test",))
    away = send_mail(plan(tmp_path), "<a@b>", b"x", "acme.test")
    assert away.outcome is Outcome.LATER


def test_no_encryption_is_no_login(tmp_path: Path, sink: Callable[..., Any]) -> None:
    """A server that cannot do what ``tls`` asks for gets neither password nor alarm."""
    peer = sink()
    reply = send_mail(plan(tmp_path, port=peer.port, tls="starttls"), "<a@b>", b"x", "acme.test")
    assert (reply.outcome, peer.got) == (Outcome.LATER, [])


def test_a_folder(tmp_path: Path) -> None:
    """A Maildir gets the alarm as any mail client reads it."""
    assert send_mail(plan(tmp_path, transport="maildir"), "<a@b>", b"x", "a").outcome is Outcome.SENT
    assert len(list((tmp_path / "alarms" / "new").iterdir())) == 1


def test_a_program_gets_words_not_a_shell(tmp_path: Path) -> None:
    """Each argument is one argument whatever it holds; the text comes on standard input."""
    out = tmp_path / "out"
    script = "import sys; open(sys.argv[1], 'w').write('|'.join(sys.argv[2:]) + '|' + sys.stdin.read())"
    command = (
        sys.executable,
        "-X",
        "utf8",
        "-c",
        script,
        str(out),
        "{subject}; rm -rf /",
        "{step}",
        "{other}",
    )
    assert run_command(plan(tmp_path, command=command), WORDS).outcome is Outcome.SENT
    assert out.read_text("utf-8") == "⚠ Desk: x; rm -rf /|raised|{other}|All is lost.\n"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("sh", "-c", "exit 7"), "exit code 7"),
        (("no-such-program-of-inboxd",), "cannot be run"),
        (("sh", "-c", "sleep 5"), "did not end"),
        (("true\0",), "cannot be run"),
    ],
)
def test_a_program_that_fails(tmp_path: Path, command: tuple[str, ...], words: str) -> None:
    """Whatever goes wrong with it is "later", in words."""
    reply = run_command(plan(tmp_path, command=command, timeout=dt.timedelta(seconds=0.3)), WORDS)
    assert reply.outcome is Outcome.LATER
    assert words in reply.text


def test_is_there_such_a_program(tmp_path: Path) -> None:
    """A program that is nowhere is a problem, one that is there and a channel of mail are none."""
    assert "no-such" in command_problem(plan(tmp_path, command=("no-such-program-of-inboxd",)))
    assert command_problem(plan(tmp_path, command=("sh",))) == ""
    assert command_problem(plan(tmp_path)) == ""
