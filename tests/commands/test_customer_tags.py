import json
from dataclasses import replace
from typing import Any

import pytest

from inboxd.commands.customer_tags import tag_customer
from inboxd.core.sla import SlaPolicy, SlaTargets
from inboxd.core.units import parse_duration
from inboxd.jobs.chase import chase

CARLA = "carla@customer.test"


def tags_of(printed: str) -> list[str]:
    tags: list[str] = json.loads(printed)["own_tags"]
    return tags


def test_a_tag_of_the_customer_moves_his_due_times(
    stage: Any, mail: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy for tagged customers holds for his open tickets as soon as the calendar looks, and no longer than the tag."""
    targets = SlaTargets(first_response=parse_duration("2h"))
    vip = SlaPolicy("vip", targets, customer_tags=frozenset({"vip"}))
    stage.configure(sla=replace(stage.desk.config.sla, policies=(vip,)))
    stage.take(mail())
    before = stage.ticket().first_response_due
    asked = stage.clock()
    assert tag_customer(stage.desk.config, stage.clock, CARLA, ["vip", "vip"], [], as_json=True) == 0
    assert tags_of(capsys.readouterr().out) == ["vip"]
    chase(stage.desk, stage.clock())
    assert stage.ticket().first_response_due == asked + parse_duration("2h")
    assert tag_customer(stage.desk.config, stage.clock, CARLA, [], ["vip"], as_json=True) == 0
    assert tags_of(capsys.readouterr().out) == []
    chase(stage.desk, stage.clock())
    assert stage.ticket().first_response_due == before


def test_a_stranger_is_not_tagged(stage: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer is "no" for an address nobody writes from."""
    assert tag_customer(stage.desk.config, stage.clock, "who@else.test", ["vip"], [], as_json=True) == 1
    assert "nobody writes from who@else.test" in capsys.readouterr().out
