"""Programs of ``[hooks]``, from the mail to the process."""

import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from inboxd.confighooks import HookPlan, HooksModel, read_hooks
from inboxd.core.facts import EventKind
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transport import make_transport
from inboxd.webhooks import webhook_key

NOTE = "import os, sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read() + os.environ['INBOXD_SIGNATURE'].encode() + b'\\n')"


@pytest.fixture
def told(stage: Any, tmp_path: Path) -> Path:
    """A desk whose program notes every new ticket and every reply of a customer in this file."""
    command = (sys.executable, "-c", NOTE, str(tmp_path / "told"))
    stage.configure(hooks=HookPlan({"ticket.created": command, "customer.replied": command}))
    return tmp_path / "told"


def test_every_event_of_rules_can_have_a_program() -> None:
    """There is a key for each event that rules know, and none besides."""
    written: dict[str, dict[str, list[str]]] = {}
    for event in EventKind:
        group, _, name = event.value.partition(".")
        written.setdefault(group, {})[name] = ["tell", name]
    plan = read_hooks(HooksModel.model_validate(written))
    assert plan.commands == {event.value: ("tell", event.value.partition(".")[2]) for event in EventKind}


def deliver(stage: Any) -> None:
    delivery = Delivery(stage.desk.engine, stage.clock, make_transport(stage.desk.config))
    until_idle((lambda: deliver_one(delivery),))


def test_a_program_is_told_of_each_event_once(stage: Any, told: Path, mail: Any) -> None:
    """A new ticket and a reply are told once each, signed, with ids and labels and without the customer's words."""
    first = mail("My unicorn is gone.", message_id="<q1@customer.test>")
    for raw in (first, first, mail("Still gone.", in_reply_to="<q1@customer.test>")):
        stage.take(raw)
        deliver(stage)
    lines = [line.rpartition("sha256=") for line in told.read_text("utf-8").splitlines()]
    documents = [json.loads(body) for body, _, _ in lines]
    assert [one["event"] for one in documents] == ["ticket.created", "customer.replied"]
    assert documents[0]["ticket"]["number"] == 1
    assert documents[0]["customer"] == "carla@customer.test"
    assert "unicorn" not in told.read_text("utf-8")
    key = webhook_key(stage.desk.stationery.tokens.secret).encode()
    assert all(hmac.new(key, body.encode(), hashlib.sha256).hexdigest() == sign for body, _, sign in lines)


def test_history_is_told_to_nobody(stage: Any, told: Path, mail: Any) -> None:
    """What was history when it came is filed, and no program hears of it."""
    stage.take(mail(), imported=True)
    deliver(stage)
    assert len(stage.tickets) == 1
    assert not told.exists()
