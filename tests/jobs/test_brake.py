import datetime as dt
from dataclasses import replace
from typing import Any

from inboxd.core.limits import Window
from inboxd.jobs.brake import watch_brake


def test_one_alarm_while_the_brake_is_on(stage: Any, mail: Any) -> None:
    """When too much went out by itself within an hour nothing more does, and every operator is told once."""
    limits = replace(stage.desk.config.limits, brake=Window(dt.timedelta(hours=1), 3))
    stage.configure(limits=limits)
    for number in range(5):
        stage.take(mail(f"Question {number} about something else", from_=f"c@domain{number}.test"))
    assert len(stage.written("acknowledgement")) == 3
    assert len(stage.tickets) == 5
    for _ in range(5):
        watch_brake(stage.desk, stage.clock.advance(minutes=2))
    assert [one.queued.recipients[0] for one in stage.written("alarm")] == [
        "ada@acme.test",
        "grace@acme.test",
    ]
    assert {one.detail["limit"] for one in stage.events("suppressed")} == {"brake"}


def test_no_alarm_below_it(stage: Any, mail: Any) -> None:
    """An ordinary hour rings no alarm, and looking counts as nothing done."""
    stage.take(mail())
    assert watch_brake(stage.desk, stage.clock()) == 0
    assert stage.written("alarm") == []


def test_the_brake_lets_go(stage: Any, mail: Any) -> None:
    """An hour later mail goes out again, with no further alarm."""
    limits = replace(stage.desk.config.limits, brake=Window(dt.timedelta(hours=1), 1))
    stage.configure(limits=limits)
    stage.take(mail())
    watch_brake(stage.desk, stage.clock())
    stage.clock.advance(hours=1, minutes=1)
    stage.take(mail("Something quite different", from_="dora@other.test"))
    assert len(stage.written("acknowledgement")) == 2
