import datetime as dt
from typing import Any

import pytest

from inboxd.jobs import chase as chase_module
from inboxd.jobs.chase import chase

SLA_RULES = """
[[rule]]
name = "late tickets are urgent"
on = ["sla.breached"]
then.priority = "urgent"
then.tag = ["late"]
"""


def chases(stage: Any) -> list[tuple[str, str]]:
    return [(one.queued.recipients[0], one.mail.subject) for one in stage.written("chase")]


def test_nothing_before_its_time(stage: Any, mail: Any) -> None:
    """A ticket is not spoken of before three quarters of the promised time are over."""
    stage.take(mail())
    assert stage.ticket().first_response_due == dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
    stage.clock.advance(hours=5, minutes=59)
    assert chase(stage.desk, stage.clock()) == 0
    assert chases(stage) == []


def test_warned_once_then_told_once(stage: Any, mail: Any) -> None:
    """The assignee is warned once and told once of the breach, however often the job runs and the desk restarts."""
    stage.take(mail())
    stage.clock.advance(hours=6, minutes=1)
    assert [chase(stage.desk, stage.clock()) for _ in range(3)] == [1, 0, 0]
    assert [one.kind for one in stage.events("sla.warned", "sla.breached")] == ["sla.warned"]
    stage.clock.advance(hours=20)
    assert [chase(stage.desk, stage.clock()) for _ in range(3)] == [1, 0, 0]
    assert [one.kind for one in stage.events("sla.warned", "sla.breached")] == ["sla.warned", "sla.breached"]
    assert [address for address, _ in chases(stage)] == ["ada@acme.test", "ada@acme.test"]
    assert stage.ticket().breached_at == stage.ticket().first_response_due


def test_a_week_of_downtime_tells_the_breach_only(stage: Any, mail: Any) -> None:
    """After a week away nobody is warned of what has long been late; the breach is told once, with its own time."""
    stage.take(mail())
    due = stage.ticket().first_response_due
    stage.clock.advance(days=7)
    while chase(stage.desk, stage.clock()):
        pass
    assert [one.kind for one in stage.events("sla.warned", "sla.breached")] == ["sla.breached"]
    assert stage.ticket().breached_at == due
    assert len(chases(stage)) == 1


def test_an_answer_stops_it(stage: Any, mail: Any) -> None:
    """Once the operator has answered nobody is chased for the first answer."""
    stage.take(mail())
    (told,) = stage.written("notification")
    stage.reply(told, "Here is how.", from_="Ada <ada@acme.test>")
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    assert chases(stage) == []


def test_a_solved_ticket_is_left_alone(stage: Any, mail: Any) -> None:
    """A solved ticket has no time running, and one that is opened again has."""
    stage.take(mail())
    (told,) = stage.written("notification")
    stage.reply(told, "#solved", from_="Ada <ada@acme.test>")
    assert (stage.ticket().status, stage.ticket().chase_at) == ("solved", None)
    stage.clock.advance(hours=1)
    stage.take(mail("It is broken again", in_reply_to=stage.written("acknowledgement")[0].mail.message_id))
    assert stage.ticket().status == "open"
    assert stage.ticket().chase_at is not None


def test_rules_hear_of_it(stage: Any, mail: Any) -> None:
    """Rules on ``sla.breached`` act on the ticket in the same step, once."""
    stage.take(mail())
    stage.rules(SLA_RULES)
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    assert (stage.ticket().priority, stage.ticket().tags) == ("urgent", ("late",))


def test_no_rule_can_send_to_a_machine(stage: Any, mail: Any) -> None:
    """A rule that would write to the customer on a breach writes to no machine, and the refusal is recorded."""
    stage.take(mail(auto_submitted="auto-generated"))
    stage.rules('[[rule]]\nname = "sorry"\non = ["sla.breached"]\nthen.reply = "acknowledgement"\n')
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    assert stage.written("acknowledgement") == []
    assert [one.detail["limit"] for one in stage.events("suppressed")][-1:] == ["may_not_answer"]


def test_a_ticket_that_raises_stops_no_other(stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket the job stumbles over stays due; the tickets behind it are chased all the same."""
    stage.take(mail())
    stage.take(mail(from_="dora@other.test"))
    chase_one = chase_module._chase_one

    def stumble(desk: Any, case: Any, now: Any) -> None:
        if case.ticket.number == 1:
            raise ZeroDivisionError
        chase_one(desk, case, now)

    monkeypatch.setattr(chase_module, "_chase_one", stumble)
    stage.clock.advance(days=1, hours=12)
    assert chase(stage.desk, stage.clock()) == 1
    assert [one.ticket_number for one in stage.events("sla.breached")] == [2]
    monkeypatch.undo()
    assert chase(stage.desk, stage.clock()) == 1


def test_a_later_warning_is_not_repeated(stage: Any, mail: Any) -> None:
    """A breach of a nearer time does not make the desk warn again of a farther one."""
    stage.take(mail())
    while stage.clock() < dt.datetime(2026, 11, 28, tzinfo=dt.UTC):
        stage.clock.advance(hours=3)
        while chase(stage.desk, stage.clock()):
            pass
    seen = [(one.kind, one.detail["target"]) for one in stage.events("sla.warned", "sla.breached")]
    assert seen == [
        ("sla.warned", "first_response"),
        ("sla.breached", "first_response"),
        ("sla.warned", "resolution"),
        ("sla.breached", "resolution"),
    ]
