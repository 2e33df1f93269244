"""An event handed to a program of the operator's."""

import datetime as dt
import json
import sys
from pathlib import Path

import pytest

from inboxd.confighooks import HookPlan
from inboxd.outgoing import hook
from inboxd.outgoing.transmit import Outcome, Parcel

BODY = json.dumps({"event": "ticket.created"}).encode()
RAW = b"X-Inboxd-Delivery: 7\r\nX-Inboxd-Signature: sha256=ab\r\n\r\n" + BODY
PARCEL = Parcel("", ("hook:ticket.created",), "<w7@acme.test>", RAW, "hook")
KEEP = (
    "import os, sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read() + '|'.join("
    "os.environ[name] for name in ('INBOXD_EVENT', 'INBOXD_DELIVERY', 'INBOXD_SIGNATURE')).encode())"
)


def plan(*command: str, seconds: float = 30) -> HookPlan:
    return HookPlan({"ticket.created": command}, dt.timedelta(seconds=seconds))


def test_the_program_gets_the_document(tmp_path: Path) -> None:
    """It reads the document from standard input, and event, delivery and signature from its environment."""
    reply = hook.transmit(plan(sys.executable, "-c", KEEP, str(tmp_path / "got")), PARCEL)
    assert reply.outcome is Outcome.SENT
    assert (tmp_path / "got").read_bytes() == BODY + b"ticket.created|7|sha256=ab"


@pytest.mark.parametrize(
    ("command", "seconds", "said"),
    [
        ((sys.executable, "-c", "raise SystemExit(3)"), 30, "ended with exit code 3"),
        (("/nowhere/tell",), 30, "/nowhere/tell cannot be run: No such file or directory"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), 0.05, "did not end within 0.05 s"),
    ],
)
def test_a_program_that_fails_is_tried_again(command: tuple[str, ...], seconds: float, said: str) -> None:
    """Another exit code, no program and too long a time mean "later", and say why."""
    reply = hook.transmit(plan(*command, seconds=seconds), PARCEL)
    assert reply.outcome is Outcome.LATER
    assert reply.text.endswith(said)


def test_an_event_nobody_wants_any_more_is_given_up() -> None:
    """What was queued for a program that is no longer configured fails at once."""
    reply = hook.transmit(HookPlan(), PARCEL)
    assert reply.outcome is Outcome.FAILED
    assert "ticket.created" in reply.text
