import datetime as dt
from typing import Any

import pytest

from inboxd.jobs import chase as chase_module
from inboxd.jobs.chase import chase


def chases(stage: Any) -> list[tuple[str, str]]:
    return [(one.queued.recipients[0], one.mail.subject) for one in stage.written("chase")]


def questions(stage: Any, mail: Any, count: int) -> None:
    """Take so many questions of different customers, all of them for Ada, who is alone."""
    stage.configure(operators=stage.desk.config.operators[:1])
    for number in range(count):
        stage.take(mail(f"Question {number}", from_=f"customer{number}@one.test", subject=f"Topic {number}"))


def test_what_is_late_together_comes_as_one_mail(stage: Any, mail: Any) -> None:
    """Twelve tickets that get late are one mail to their operator: each once, in order of due time, with its actions."""
    questions(stage, mail, 12)
    stage.clock.advance(hours=36)
    assert [chase(stage.desk, stage.clock()) for _ in range(2)] == [12, 0]
    (sent,) = stage.written("chase")
    assert sent.mail.subject.startswith("12 tickets: 12 late")
    places = [sent.mail.text.find(f"#{number} Topic") for number in range(1, 13)]
    assert places == sorted(places)
    assert -1 not in places
    assert sent.mail.html.count("mailto:") >= 36
    assert len(stage.events("sla.breached")) == 12
    assert all(one.breached_at == one.first_response_due for one in stage.tickets)


def test_late_and_nearly_late_stand_in_one_mail(stage: Any, mail: Any) -> None:
    """The subject says how many are late and how many will soon be."""
    stage.configure(operators=stage.desk.config.operators[:1])
    stage.take(mail(subject="Old"))
    stage.clock.now = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.UTC)
    stage.take(mail(from_="dora@other.test", subject="Newer"))
    stage.clock.now = dt.datetime(2026, 11, 17, 10, 30, tzinfo=dt.UTC)
    assert chase(stage.desk, stage.clock()) == 2
    (sent,) = stage.written("chase")
    assert sent.mail.subject.startswith("2 tickets: 1 late, 1 due soon")
    assert [one.kind for one in stage.events("sla.warned", "sla.breached")] == ["sla.breached", "sla.warned"]


def test_one_by_one_they_wait_for_each_other(stage: Any, mail: Any) -> None:
    """What gets late within ten minutes of a reminder is gathered for the next one."""
    stage.configure(operators=stage.desk.config.operators[:1])
    for minute in range(5):
        stage.take(mail(from_=f"customer{minute}@one.test", subject=f"Topic {minute}"))
        stage.clock.advance(minutes=1)
    stage.clock.now = dt.datetime(2026, 11, 16, 15, 59, 30, tzinfo=dt.UTC)
    for _ in range(20):
        stage.clock.advance(minutes=1)
        chase(stage.desk, stage.clock())
    assert [one.mail.subject.partition(" ·")[0] for one in stage.written("chase")] == [
        "[#1] Topic 0",
        "4 tickets: 4 due soon",
    ]


def test_everybody_reads_of_his_own_tickets(stage: Any, mail: Any) -> None:
    """Each operator gets one mail about what is his; who has a single one gets it in its own thread."""
    for number in range(3):
        stage.take(mail(from_=f"customer{number}@one.test", subject=f"Topic {number}"))
    stage.reply(stage.written("notification")[1], "#assign grace", from_="Ada <ada@acme.test>")
    stage.clock.advance(days=2)
    assert chase(stage.desk, stage.clock()) == 3
    told = {one.queued.recipients[0]: one.mail.subject for one in stage.written("chase")}
    assert told["grace@acme.test"] == "[#2] Topic 1"
    assert told["ada@acme.test"].startswith("2 tickets: 2 late")


def test_the_grouped_mail_takes_commands(stage: Any, mail: Any) -> None:
    """A reply with a line per ticket commands each of them, as a reply to the digest does: several after a ``#yes``."""
    questions(stage, mail, 3)
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    (sent,) = stage.written("chase")
    stage.reply(sent, "#2 priority high\n", from_="Ada <ada@acme.test>")
    assert stage.ticket(2).priority == "high"
    stage.reply(sent, "#1 solved\n#3 pending\n", from_="Ada <ada@acme.test>")
    stage.reply(stage.written("result")[0], "#yes", from_="Ada <ada@acme.test>")
    assert [one.status for one in stage.tickets] == ["solved", "new", "pending"]
    stage.clock.advance(days=1)
    while chase(stage.desk, stage.clock()):
        stage.clock.advance(minutes=10)
    assert {one.ticket_number for one in stage.events("sla.warned", "sla.breached")} == {1, 2, 3}


def test_a_stranger_commands_nothing_by_it(stage: Any, mail: Any) -> None:
    """Who merely claims to be the operator and does not have the mail in hand changes nothing."""
    questions(stage, mail, 2)
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    stage.take(mail("#1 solved\n", from_="ada@acme.test", subject="Re: 2 tickets: 2 late"))
    assert [one.status for one in stage.tickets] == ["new", "new"]


def test_a_gathered_reminder_is_taken_back_with_its_last_ticket(stage: Any, mail: Any) -> None:
    """It leaves as long as one of its tickets still waits for us, and not after that."""
    questions(stage, mail, 2)
    stage.clock.advance(days=2)
    chase(stage.desk, stage.clock())
    first, second = stage.written("notification")
    stage.reply(first, "#solved", from_="Ada <ada@acme.test>")
    assert [one.queued.state for one in stage.written("chase")] == ["queued"]
    stage.reply(second, "Here is how.", from_="Ada <ada@acme.test>")
    assert [one.queued.state for one in stage.written("chase")] == ["cancelled"]


def test_mails_that_cannot_be_written_together_are_written_one_by_one(
    stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the grouped mail costs the grouping, not the reminders."""
    questions(stage, mail, 2)
    stage.clock.advance(days=2)

    def broken(*_parts: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(chase_module, "_several", broken)
    assert chase(stage.desk, stage.clock()) == 2
    assert sorted(subject for _, subject in chases(stage)) == ["[#1] Topic 0", "[#2] Topic 1"]


def test_an_apology_is_no_answer(stage: Any, mail: Any) -> None:
    """What a rule writes to customers on a breach goes to each of them once, and stops nobody's clock."""
    questions(stage, mail, 2)
    stage.rules('[[rule]]\nname = "sorry"\non = ["sla.breached"]\nthen.reply = "follow_up"\n')
    stage.clock.advance(days=2)
    assert chase(stage.desk, stage.clock()) == 2
    assert [one.queued.recipients for one in stage.written("answer")] == [
        ("customer0@one.test",),
        ("customer1@one.test",),
    ]
    assert all(one.first_response_at is None and one.waiting_since for one in stage.tickets)
    assert stage.events("answered") == []
