import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from inboxd.core.mail import Mail
from inboxd.jobs.snooze import note_idle
from inboxd.resources import resource_path
from inboxd.rulefiles import load_rules
from inboxd.store import core_tables, customers
from inboxd.store.engine import write

ADA = "Ada <ada@acme.test>"
FRIDAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def silent(stage: Any, mail: Any) -> Any:
    """The starter rules, and a question that was answered on Friday at three; since then the customer is silent."""
    answered(stage, mail)
    stage.desk.active.replace(ruleset=load_rules(resource_path("rules")))
    return stage


def answered(stage: Any, mail: Any, **headers: str) -> None:
    stage.take(mail(**headers))
    stage.clock.now = FRIDAY
    if told := stage.written("notification"):
        stage.reply(told[0], "It is under Settings.", from_=ADA)


def look(stage: Any, moment: dt.datetime) -> int:
    stage.clock.now = moment
    return note_idle(stage.desk, moment)


def follow_ups(stage: Any) -> list[Mail]:
    return [one.mail for one in stage.written("answer") if "have not heard from you" in one.mail.text]


def day(number: int, hour: int = 15, minute: int = 0) -> dt.datetime:
    """Return a moment of November or December 2026: 25 is the 25th of November, 31 the first of December."""
    return dt.datetime(2026, 11, 1, hour, minute, tzinfo=dt.UTC) + dt.timedelta(days=number - 1)


def test_the_follow_up_goes_out_after_three_working_days(silent: Any) -> None:
    """Friday, Monday, Tuesday, Wednesday: on the third working day the customer is asked once more, to the second."""
    assert silent.ticket().status == "pending"
    for moment in (day(23), day(24), day(25, 14, 59)):
        look(silent, moment)
    assert follow_ups(silent) == []
    assert look(silent, day(25)) == 1
    (sent,) = follow_ups(silent)
    assert "Export" in sent.subject
    assert [one.addr_spec for one in sent.to] == ["carla@customer.test"]


def test_then_it_is_solved_after_seven(silent: Any) -> None:
    """Each rule acts once in one silence, however often the calendar looks; after seven working days it is solved."""
    for number in range(23, 34):
        for hour in (9, 15, 16):
            look(silent, day(number, hour))
    assert len(follow_ups(silent)) == 1
    assert [one.detail["rules"] for one in silent.events("ticket.idle")] == [
        ["a silent customer is asked once more"],
        ["no news is good news"],
    ]
    solved = [one for one in silent.events("status") if one.detail["to"] == "solved"]
    assert [one.at for one in solved] == [day(31)]
    assert (silent.ticket().status, silent.ticket().idle_at) == ("solved", None)


def test_a_follow_up_is_no_answer(silent: Any) -> None:
    """It stops no clock, counts as no answer by itself, and does not begin the silence anew."""
    before = silent.ticket()
    look(silent, day(25))
    after = silent.ticket()
    assert (after.silent_since, after.answered_automatically) == (before.silent_since, False)
    assert len(silent.events("answered")) == 1


def test_a_mail_of_his_ends_the_silence(silent: Any, mail: Any) -> None:
    """He wrote: nothing is followed up until he is silent again, and then it is once more."""
    (relayed,) = silent.written("relay")
    silent.clock.now = day(24)
    silent.reply(relayed, "That does not work.", from_="carla@customer.test")
    assert silent.ticket().status == "open"
    look(silent, day(25))
    assert follow_ups(silent) == []
    silent.reply(silent.written("notification")[-1], "Then try this.", from_=ADA)
    look(silent, day(30))
    assert len(follow_ups(silent)) == 1


def test_his_holiday_note_does_not_end_it(silent: Any, mail: Any) -> None:
    """An automatic reply is not his word."""
    (relayed,) = silent.written("relay")
    silent.clock.now = day(24)
    silent.reply(relayed, "I am away.", from_="carla@customer.test", auto_submitted="auto-replied")
    look(silent, day(25))
    assert len(follow_ups(silent)) == 1


def test_a_week_of_downtime_sends_nothing_stale(silent: Any) -> None:
    """When the time to solve it has come as well, it is solved, and nobody is asked first whether it helped."""
    assert look(silent, day(34)) == 1
    assert (follow_ups(silent), silent.ticket().status) == ([], "solved")


def test_after_downtime_a_follow_up_comes_late_but_once(silent: Any) -> None:
    """Down on the third and fourth day: on the fifth the customer is asked."""
    assert look(silent, day(27)) == 1
    look(silent, day(27, 16))
    assert len(follow_ups(silent)) == 1


@pytest.mark.parametrize("how", ["machine", "opted out", "undeliverable"])
def test_who_must_not_be_written_to_is_not(stage: Any, mail: Any, how: str) -> None:
    """No machine, nobody who opted out, nobody whose address bounced is followed up; the ticket is solved all the same."""
    answered(stage, mail, **({"auto_submitted": "auto-generated"} if how == "machine" else {}))
    stage.desk.active.replace(ruleset=load_rules(resource_path("rules")))
    with write(stage.desk.engine) as connection:
        connection.execute(sa.update(core_tables.ticket).values(status="pending"))
        if how == "opted out":
            connection.execute(sa.update(core_tables.customer).values(opted_out=True))
        if how == "undeliverable":
            customers.mark_undeliverable(connection, "carla@customer.test", "5.1.1", FRIDAY)
    for number in range(23, 34):
        look(stage, day(number))
    assert follow_ups(stage) == []
    assert stage.ticket().status == "solved"
    refused = [one for one in stage.events("suppressed") if one.detail["template"] == "follow_up"]
    assert len(refused) == 1


def test_a_snoozed_ticket_is_left_alone(silent: Any) -> None:
    """Who put it off knows why."""
    silent.reply(silent.written("notification")[0], "#snooze 4w", from_=ADA)
    for number in range(23, 31):
        look(silent, day(number))
    assert (follow_ups(silent), silent.events("ticket.idle")) == ([], [])


def test_a_forgotten_ticket_is_shown_again_once(stage: Any, mail: Any) -> None:
    """What waits for us for five working days is told to its operator once more."""
    stage.take(mail())
    stage.desk.active.replace(ruleset=load_rules(resource_path("rules")))
    told = len(stage.written("notification"))
    for number in range(17, 28):
        look(stage, day(number))
    assert len(stage.written("notification")) == told + 1


def test_a_brake_only_puts_it_off(silent: Any) -> None:
    """A limit that passes by itself does not cost the customer his follow-up."""
    limits = silent.desk.config.limits
    strict = replace(limits, per_ticket=(replace(limits.per_ticket[0], at_most=0),))
    silent.configure(limits=strict)
    look(silent, day(25))
    assert follow_ups(silent) == []
    silent.configure(limits=limits)
    look(silent, day(26))
    assert len(follow_ups(silent)) == 1
