import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.escalation import EscalationStep
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


def test_rules_hear_of_a_warning(stage: Any, mail: Any) -> None:
    """Rules on ``sla.warned`` act, once, before anything is late."""
    stage.take(mail())
    stage.rules('[[rule]]\nname = "soon"\non = ["sla.warned"]\nthen.note = "soon"\nthen.tag = ["soon"]\n')
    stage.clock.advance(hours=6, minutes=1)
    for _ in range(2):
        chase(stage.desk, stage.clock())
    assert stage.ticket().tags == ("soon",)
    assert stage.events("sla.breached") == []


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
    look = chase_module._look

    def stumble(desk: Any, terms: Any, case: Any, now: Any) -> Any:
        if case.ticket.number == 1:
            raise ZeroDivisionError
        return look(desk, terms, case, now)

    monkeypatch.setattr(chase_module, "_look", stumble)
    stage.clock.advance(days=1, hours=12)
    assert chase(stage.desk, stage.clock()) == 1
    assert [one.ticket_number for one in stage.events("sla.breached")] == [2]
    monkeypatch.undo()
    stage.clock.advance(minutes=10)
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


def test_nobody_is_warned_at_night(stage: Any, mail: Any) -> None:
    """A warning whose time passed while nothing ran comes at the next opening, not at night."""
    stage.take(mail())
    chase(stage.desk, stage.clock())
    stage.clock.now = dt.datetime(2026, 11, 16, 20, 0, tzinfo=dt.UTC)
    version = stage.ticket().version
    assert chase(stage.desk, stage.clock()) == 0
    assert (chases(stage), stage.ticket().version) == ([], version)
    stage.clock.now = dt.datetime(2026, 11, 17, 9, 0, tzinfo=dt.UTC)
    assert chase(stage.desk, stage.clock()) == 1
    assert [one.kind for one in stage.events("sla.warned", "sla.breached")] == ["sla.warned"]


def test_a_reminder_that_has_not_left_is_taken_back(stage: Any, mail: Any) -> None:
    """Once the ticket is answered, a reminder that still waits for the smarthost does not leave."""
    stage.take(mail())
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    stage.reply(stage.written("notification")[0], "Here is how.", from_="Ada <ada@acme.test>")
    assert [one.queued.state for one in stage.written("chase")] == ["cancelled"]


def test_edited_promises_hold_for_tickets_that_are_there(stage: Any, mail: Any) -> None:
    """Who shortens a target in config.toml has open tickets chased by it, without anybody writing first."""
    stage.take(mail())
    stage.clock.advance(hours=3)
    assert chase(stage.desk, stage.clock()) == 0
    sla = stage.desk.config.sla
    stage.configure(sla=replace(sla, targets=replace(sla.targets, first_response=dt.timedelta(hours=2))))
    assert chase(stage.desk, stage.clock()) == 1
    assert stage.ticket().first_response_due == dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)


def test_a_step_that_is_added_later_counts_for_what_is_late(stage: Any, mail: Any) -> None:
    """A new ``[[sla.escalate]]`` passes on what was late before it was written."""
    stage.take(mail())
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    step = EscalationStep(dt.timedelta(hours=1), ("boss@else.test",))
    stage.configure(sla=replace(stage.desk.config.sla, escalation=(step,)))
    assert chase(stage.desk, stage.clock()) == 1
    assert [address for address, _ in chases(stage)][-1] == "boss@else.test"


def test_a_bounce_makes_the_same_time_late_again(stage: Any, mail: Any) -> None:
    """An answer that did not arrive was none: the clock ran on, and its breach is told when that is known."""
    stage.take(mail())
    stage.clock.advance(hours=1)
    stage.reply(stage.written("notification")[0], "Here is how.", from_="Ada <ada@acme.test>")
    stage.clock.advance(days=2)
    assert chase(stage.desk, stage.clock()) == 0
    (relayed,) = stage.written("relay")
    path = stage.desk.stationery.tokens.return_path("support@acme.test", relayed.queued.outbox_id)
    bounce = mail(
        "550 5.1.1 <carla@customer.test>: no such user",
        from_="Mail Delivery System <mailer-daemon@customer.test>",
        subject="Undelivered Mail Returned to Sender",
        to=path,
        auto_submitted="auto-replied",
    )
    stage.take(bounce, reverse_path="", to=(path,))
    assert stage.events("undelivered") != []
    chase(stage.desk, stage.clock())
    assert [one.detail["target"] for one in stage.events("sla.breached")] == ["first_response"]


@pytest.mark.parametrize(
    ("confidence", "offered", "first"), [(0.02, False, False), (0.4, True, False), (0.7, True, True)]
)
def test_a_suggestion_is_worth_its_place(
    lite_stage: Any,
    mail: Any,
    confidence: float,
    offered: bool,  # noqa: FBT001  a column of the table
    first: bool,  # noqa: FBT001  likewise
) -> None:
    """An article that hardly answers is not offered, one that rather does not is no main button: shown and chased alike."""
    lite_stage.shelf.knows("export-data", confidence, sure=False)
    lite_stage.take(mail())
    lite_stage.clock.advance(days=2)
    chase(lite_stage.desk, lite_stage.clock())
    (shown,), (chased,) = lite_stage.written("notification"), lite_stage.written("chase")
    for one in (shown.mail, chased.mail):
        assert ("Suggested answer" in one.text) is offered
        assert ("Send suggestion" in one.text) is offered
        button = one.html[: one.html.find("Send suggestion")].rpartition("<a ")[2] if offered else ""
        plain = one.html[: one.html.find("Snooze 1 day")].rpartition("<a ")[2]
        assert (_look(button) != _look(plain)) is first or not offered


def _look(button: str) -> str:
    """Return how a button looks: its markup without what it links to."""
    return re.sub(r'href="[^"]*"', "", button)
