import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.escalation import EscalationStep
from inboxd.jobs.chase import chase

HOUR = dt.timedelta(hours=1)
ADA = "Ada <ada@acme.test>"
GRACE = EscalationStep(2 * HOUR, ("grace@acme.test",))
BOSS = EscalationStep(4 * HOUR, ("boss@else.test",))
DUE = dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)  # of a question on Monday at ten


@pytest.fixture
def chain(stage: Any) -> Any:
    """A desk of Ada's, who is alone there on the first day: Grace after two hours, the boss after four."""
    sla = replace(stage.desk.config.sla, escalation=(GRACE, BOSS))
    stage.configure(sla=sla)
    return stage


def run(stage: Any, until: dt.datetime) -> None:
    """Let the calendar look every half hour until then."""
    while stage.clock() < until:
        stage.clock.advance(minutes=30)
        chase(stage.desk, stage.clock())


def told(stage: Any, address: str) -> list[str]:
    return [one.mail.subject for one in stage.written("chase") if one.queued.recipients == (address,)]


def test_the_chain_is_told_step_by_step(chain: Any, mail: Any) -> None:
    """Two working hours after the due time Grace hears of it, two later the boss; each once, however often it runs."""
    chain.take(mail())
    assert chain.ticket().assignee == "ada@acme.test"
    run(chain, DUE + HOUR)
    assert (told(chain, "grace@acme.test"), told(chain, "boss@else.test")) == ([], [])
    run(chain, DUE + 3 * HOUR)
    assert (told(chain, "grace@acme.test"), told(chain, "boss@else.test")) == (["[#1] Export"], [])
    run(chain, DUE + 30 * HOUR)
    assert (told(chain, "grace@acme.test"), told(chain, "boss@else.test")) == (["[#1] Export"],) * 2
    assert [one.detail["to"] for one in chain.events("sla.escalated")][:2] == [
        ["grace@acme.test"],
        ["boss@else.test"],
    ]


def test_an_answer_ends_the_chain(chain: Any, mail: Any) -> None:
    """Once the customer has his answer nobody else is told."""
    chain.take(mail())
    run(chain, DUE + HOUR)
    chain.reply(chain.written("notification")[0], "Here is how.", from_=ADA)
    run(chain, DUE + 30 * HOUR)
    assert told(chain, "grace@acme.test") == told(chain, "boss@else.test") == []


def test_a_pause_moves_the_chain(chain: Any, mail: Any) -> None:
    """While the ticket waits for the customer the chain stands still, and goes on by the new due time."""
    chain.take(mail())
    chain.clock.advance(hours=6)
    chain.reply(chain.written("notification")[0], "#snooze 2d", from_=ADA)
    run(chain, DUE + 8 * HOUR)
    assert told(chain, "grace@acme.test") == []
    assert chain.ticket().chase_at is None


def test_after_a_week_of_downtime_each_is_told_once(chain: Any, mail: Any) -> None:
    """Everybody of the chain gets one mail, and none of a step before it."""
    chain.take(mail())
    chain.clock.advance(days=6)
    assert [chase(chain.desk, chain.clock()) for _ in range(3)] == [1, 0, 0]
    run(chain, DUE + dt.timedelta(days=5, hours=12))
    assert told(chain, "grace@acme.test") == told(chain, "boss@else.test") == ["[#1] Export"]


def test_a_stranger_in_the_chain_gets_no_commands(chain: Any, mail: Any) -> None:
    """Who is no operator reads what is late, and has nothing in hand that commands the desk."""
    chain.take(mail())
    chain.clock.advance(days=7)
    chase(chain.desk, chain.clock())
    (sent,) = [one for one in chain.written("chase") if one.queued.recipients == ("boss@else.test",)]
    assert "How do I export my data?" in sent.mail.text
    assert "mailto:" not in sent.mail.html
    assert [one.addr_spec for one in sent.mail.reply_to] == ["support@acme.test"]
    chain.reply(sent, "#solved", from_="boss@else.test")
    assert chain.ticket(1).status == "new"
    assert len(chain.tickets) == 2


def test_several_late_tickets_are_passed_on_in_one_mail(chain: Any, mail: Any) -> None:
    """The boss, too, reads one mail, which has nothing to tap."""
    chain.configure(operators=chain.desk.config.operators[:1])
    for number in range(3):
        chain.take(mail(from_=f"customer{number}@one.test", subject=f"Topic {number}"))
    chain.clock.advance(days=7)
    assert chase(chain.desk, chain.clock()) == 3
    (sent,) = [one for one in chain.written("chase") if one.queued.recipients == ("boss@else.test",)]
    assert sent.mail.subject.startswith("3 tickets: 3 late")
    assert "mailto:" not in sent.mail.html


def test_a_merged_ticket_is_passed_on_no_more(chain: Any, mail: Any) -> None:
    """What became part of another ticket is told with that one only."""
    chain.take(mail())
    chain.take(mail(from_="carla@customer.test", subject="Again"))
    (first, second) = chain.written("notification")
    chain.reply(second, "#merge 1", from_=second.queued.recipients[0])
    chain.reply(chain.written("result")[0], "#yes", from_=second.queued.recipients[0])
    assert {one.status for one in chain.tickets} >= {"merged"}
    run(chain, DUE + 30 * HOUR)
    numbers = {one.ticket_number for one in chain.events("sla.escalated")}
    assert len(numbers) == 1
    assert first.queued.recipients
