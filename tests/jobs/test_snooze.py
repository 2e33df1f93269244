import datetime as dt
from typing import Any

import pytest

from inboxd.jobs.snooze import close_old, wake_up

ADA = "Ada <ada@acme.test>"


def snoozed(stage: Any, mail: Any, commands: str = "#snooze 3d") -> None:
    stage.take(mail())
    stage.reply(stage.written("notification")[0], commands, from_=ADA)


def test_it_wakes_up_once(stage: Any, mail: Any) -> None:
    """A snoozed ticket sleeps until its time, then is open again and told to its operator, once."""
    snoozed(stage, mail)
    until = stage.ticket().snoozed_until
    assert until is not None
    stage.clock.now = until - dt.timedelta(minutes=1)
    assert wake_up(stage.desk, stage.clock()) == 0
    stage.clock.now = until
    told = len(stage.written("notification"))
    assert [wake_up(stage.desk, stage.clock()) for _ in range(3)] == [1, 0, 0]
    assert (stage.ticket().status, stage.ticket().snoozed_until) == ("open", None)
    assert len(stage.written("notification")) == told + 1


def test_sleep_is_not_late(stage: Any, mail: Any) -> None:
    """While a ticket sleeps its clocks stand still, and go on when it wakes."""
    snoozed(stage, mail)
    assert stage.ticket().chase_at is None
    stage.clock.advance(days=4)
    wake_up(stage.desk, stage.clock())
    assert stage.ticket().chase_at is not None
    assert stage.ticket().chase_at > stage.clock()


@pytest.mark.parametrize("commands", ["#solved\n#snooze 3d", "#snooze 3d\n#solved"])
def test_a_solved_ticket_does_not_wake(stage: Any, mail: Any, commands: str) -> None:
    """A ticket that was solved before its snooze is over stays solved, wakes nobody, and stops no other ticket."""
    snoozed(stage, mail, commands)
    stage.take(mail(from_="dora@other.test"))
    stage.reply(stage.written("notification")[-1], "#snooze 3d")
    told = len(stage.written("notification"))
    stage.clock.advance(days=4)
    wake_up(stage.desk, stage.clock())
    assert wake_up(stage.desk, stage.clock()) == 0
    assert [(one.status, one.snoozed_until) for one in stage.tickets] == [("solved", None), ("open", None)]
    assert len(stage.written("notification")) == told + 1


def test_what_was_solved_long_ago_is_closed(stage: Any, mail: Any) -> None:
    """Four weeks after it was solved a ticket is closed, once; not a day before."""
    stage.take(mail())
    stage.reply(stage.written("notification")[0], "#solved", from_=ADA)
    stage.clock.advance(days=27)
    assert close_old(stage.desk, stage.clock()) == 0
    stage.clock.advance(days=2)
    assert [close_old(stage.desk, stage.clock()) for _ in range(2)] == [1, 0]
    assert (stage.ticket().status, stage.ticket().closed_at) == ("closed", stage.clock())


def test_closing_sends_nothing(stage: Any, mail: Any) -> None:
    """Nobody gets a mail because his ticket was closed."""
    stage.take(mail())
    stage.reply(stage.written("notification")[0], "#solved", from_=ADA)
    before = len(stage.written())
    stage.clock.advance(days=60)
    close_old(stage.desk, stage.clock())
    assert len(stage.written()) == before
