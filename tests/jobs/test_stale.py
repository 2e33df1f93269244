"""Nothing stale is sent after an outage, and what was withdrawn is made good: once, and as of now."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from outages import ADA, HOUR, hold, kinds, settle, states

from inboxd.core.escalation import EscalationStep
from inboxd.jobs.calendar import run_all
from inboxd.jobs.stale import withdraw_stale
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.resources import resource_path
from inboxd.rulefiles import load_rules
from inboxd.store import core_tables, outbox
from inboxd.store.engine import read, write


def test_a_week_of_downtime_sends_no_old_receipt_but_every_word_of_a_person(alone: Any, mail: Any) -> None:
    """Acknowledgement and reminder stay here, the operator's answer and his notification leave."""
    alone.take(mail())
    alone.take(mail(from_="dora@other.test", subject="Import"))
    alone.reply(alone.written("notification")[0], "It is in the menu.", from_=ADA)
    alone.clock.advance(days=8)
    left = settle(alone)
    assert kinds(left) == ["chase", "digest", "notification", "notification", "relay"]
    assert states(alone, "acknowledgement") == ["cancelled", "cancelled"]
    assert [one.ticket_number for one in alone.events("withdrawn")] == [1, 2]
    assert {one.detail["reason"] for one in alone.events("withdrawn")} == {"stale"}
    assert settle(alone) == []


def test_a_receipt_that_never_left_promised_nothing(alone: Any, mail: Any) -> None:
    """The time it named is nobody's measure; where an earlier receipt did arrive, it is."""
    alone.take(mail())
    alone.desk.active.replace(ruleset=load_rules(resource_path("rules")))
    promise = alone.ticket().promised_at
    assert promise is not None
    settle(alone)
    assert alone.ticket().promised_at == promise
    alone.take(mail(from_="dora@other.test", subject="Import"))
    assert alone.ticket(2).promised_at is not None
    alone.clock.advance(days=3)
    assert withdraw_stale(alone.desk, alone.clock()) == 1
    assert (alone.ticket(1).promised_at, alone.ticket(2).promised_at) == (promise, None)
    assert [one.kind for one in messages(alone, 2)] == ["mail", "withdrawn"]


def messages(stage: Any, number: int = 1) -> Any:
    from inboxd.store import tickets  # noqa: PLC0415  one helper needs it

    with read(stage.desk.engine) as connection:
        return tickets.list_messages(connection, number)


def test_an_automatic_answer_that_is_too_old_unanswers_its_ticket(alone: Any, mail: Any) -> None:
    """After two days it is withdrawn: the ticket waits since the question, is due as before, and its operator sees it."""
    alone.shelf.knows("export-data")
    alone.take(mail())
    assert alone.ticket().status == "pending"
    assert alone.ticket().answered_automatically
    asked = alone.clock()
    alone.clock.advance(hours=48, minutes=1)
    assert "answer" not in kinds(settle(alone))
    ticket = alone.ticket()
    assert (ticket.status, ticket.first_response_at, ticket.answered_automatically) == ("open", None, False)
    assert (ticket.waiting_since, ticket.automatic_article) == (asked, "")
    assert ticket.first_response_due == dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
    (told,) = alone.written("notification")
    assert "The automatic answer could not be sent" in told.mail.text
    assert "it could not be sent in time" in told.mail.text
    assert "> How do I export my data?" in told.mail.text
    assert [one.direction for one in messages(alone)] == ["in", "note"]
    alone.reply(told, "Under Settings.", from_=ADA)
    assert kinds(settle(alone)) == ["relay"]
    assert alone.ticket().status == "pending"


def test_counted_from_the_question(alone: Any, mail: Any) -> None:
    """A mail that waited for the worker for a day and a half is answered, and its answer has twelve hours left."""
    alone.shelf.knows("export-data")
    alone.accept(mail())
    alone.clock.advance(hours=36)
    alone.take(mail(from_="dora@other.test"))
    assert [one.queued.recipients[0] for one in alone.written("answer")] == [
        "carla@customer.test",
        "dora@other.test",
    ]
    alone.clock.advance(hours=12)
    left = settle(alone)
    assert [one.recipients[0] for one in left if one.kind == "answer"] == ["dora@other.test"]


def test_what_a_person_answered_meanwhile_stays_answered(alone: Any, mail: Any) -> None:
    """A withdrawn automatic answer opens no ticket whose operator has written since."""
    alone.shelf.knows("export-data")
    alone.take(mail())
    alone.clock.advance(hours=47)
    alone.take(mail("Hello?", in_reply_to=messages(alone)[0].message_id))
    alone.reply(alone.written("notification")[-1], "Under Settings.", from_=ADA)
    answered = alone.clock()
    alone.clock.advance(hours=2)
    assert kinds(settle(alone)).count("answer") == 0
    assert (alone.ticket().status, alone.ticket().first_response_at) == ("pending", answered)
    assert len(alone.written("notification")) == 1


def test_a_reminder_is_made_anew_as_of_now(alone: Any, mail: Any) -> None:
    """A warning that could not leave for half a day becomes the breach it is now; told once, and not twice."""
    alone.take(mail())
    settle(alone)
    alone.clock.advance(hours=6, minutes=1)
    run_all(alone.desk)
    assert [one.kind for one in alone.events("sla.warned", "sla.breached")] == ["sla.warned"]
    alone.clock.advance(hours=10)
    assert kinds(settle(alone)) == ["chase"], "younger than twelve hours it still leaves"
    alone.clock.now = dt.datetime(2026, 11, 17, 10, 0, 1, tzinfo=dt.UTC)
    run_all(alone.desk)
    alone.clock.advance(days=8)
    left = settle(alone)
    assert kinds(left) == ["chase", "digest"]
    assert states(alone, "chase") == ["sent", "cancelled", "sent"]
    assert [one.kind for one in alone.events("sla.warned", "sla.breached")] == [
        "sla.warned",
        "sla.breached",
        "sla.breached",
    ]
    assert alone.ticket().breached_at == dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
    assert settle(alone) == []


def test_reminders_that_were_gathered_are_gathered_anew(alone: Any, mail: Any) -> None:
    """What one withdrawn mail said of several tickets is said again, but not of what was answered meanwhile."""
    for number in range(3):
        alone.take(mail(f"Question {number}", from_=f"customer{number}@one.test", subject=f"Topic {number}"))
    settle(alone)
    alone.clock.advance(days=2)
    run_all(alone.desk)
    assert [one.mail.subject.partition(" ·")[0] for one in alone.written("chase")] == ["3 tickets: 3 late"]
    alone.reply(alone.written("notification")[1], "#solved", from_=ADA)
    alone.clock.advance(hours=13)
    settle(alone)
    *_, told = alone.written("chase")
    assert told.mail.subject.startswith("2 tickets: 2 late")
    assert states(alone, "chase") == ["cancelled", "sent"]
    assert len(alone.events("withdrawn")) == 3


def test_who_was_reached_is_not_told_again(alone: Any, mail: Any) -> None:
    """Where only one address is away for long, nobody else hears of the same breach or step a second time."""
    step = EscalationStep(HOUR, ("boss@else.test",))
    alone.configure(sla=replace(alone.desk.config.sla, escalation=(step,)))
    alone.take(mail())
    settle(alone)
    alone.clock.advance(days=2)
    hold(alone, "boss@else.test")
    alone.clock.advance(hours=13)
    left = settle(alone)
    assert [one.recipients[0] for one in left if one.kind == "chase"] == ["boss@else.test"]
    assert [one.queued.recipients[0] for one in alone.written("chase")] == [
        "ada@acme.test",
        "boss@else.test",
        "boss@else.test",
    ]
    assert len(alone.events("sla.breached")) == 1
    assert len(alone.events("sla.escalated")) == 2


def test_what_is_being_sent_is_left_alone(alone: Any, mail: Any) -> None:
    """A mail that another daemon has just handed over is not withdrawn under its hands."""
    alone.take(mail())
    seen: list[int] = []

    def transmit(_parcel: Parcel) -> Reply:
        alone.clock.advance(hours=48)
        with write(alone.desk.engine) as connection:
            table = core_tables.attempt
            connection.execute(sa.update(table).values(at=alone.clock() - dt.timedelta(minutes=1)))
        seen.append(withdraw_stale(alone.desk, alone.clock()))
        return Reply(Outcome.SENT, "250 OK")

    deliver_one(Delivery(alone.desk.engine, alone.clock, transmit))
    assert seen == [0]
    assert states(alone, "acknowledgement") == ["sent"]


def test_an_order_to_send_it_holds(alone: Any, mail: Any) -> None:
    """``outbox retry`` sends a waiting mail, however old it is: a person wants it sent."""
    alone.take(mail())
    (receipt,) = alone.written("acknowledgement")
    alone.clock.advance(days=3)
    with write(alone.desk.engine) as connection:
        assert outbox.retry(connection, receipt.queued.outbox_id, alone.clock())
    assert "acknowledgement" in kinds(settle(alone))


def test_the_sending_process_never_takes_what_is_stale(alone: Any, mail: Any, transport: Any) -> None:
    """Before any job has looked, the first look after an outage sends what is worth it and passes over the rest."""
    alone.take(mail())
    alone.clock.advance(days=3)
    delivery = Delivery(alone.desk.engine, alone.clock, transport)
    while deliver_one(delivery):
        pass
    assert kinds(transport.parcels) == ["notification"]
    assert states(alone, "acknowledgement") == ["queued"]


def test_a_crash_in_the_middle_withdraws_and_makes_good_together(
    alone: Any, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the process dies between the withdrawal and what follows from it, neither has happened; then both have."""
    alone.shelf.knows("export-data")
    alone.take(mail())
    alone.clock.advance(days=3)
    with monkeypatch.context() as broken:
        broken.setattr("inboxd.jobs.stale.maillog.withdrawn", lambda *_: 1 / 0)
        assert withdraw_stale(alone.desk, alone.clock()) == 0
    assert states(alone, "answer") == ["queued"]
    assert alone.ticket().status == "pending"
    assert [withdraw_stale(alone.desk, alone.clock()) for _ in range(2)] == [1, 0]
    assert (states(alone, "answer"), alone.ticket().status) == (["cancelled"], "open")


def test_nothing_is_left_of_the_key(alone: Any, mail: Any) -> None:
    """A reminder that was withdrawn keeps no key that would forbid its successor; an answer keeps its own."""
    alone.shelf.knows("export-data")
    alone.take(mail())
    alone.clock.advance(days=3)
    settle(alone)
    table = core_tables.outbox
    with read(alone.desk.engine) as connection:
        rows = connection.execute(sa.select(table.c.kind, table.c.once_key, table.c.why)).all()
    assert [(row.once_key, row.why["withdrawn"]) for row in rows if row.kind == "answer"] == [
        ("reply:mail:1", "stale")
    ]
