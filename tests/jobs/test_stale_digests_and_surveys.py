"""Digests and surveys that never left: their customers were not asked, their days are told with the next."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from outages import ADA, HOUR, kinds, settle, states

from inboxd.jobs.calendar import run_all
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.resources import resource_path
from inboxd.rulefiles import load_rules
from inboxd.store import core_tables, customers
from inboxd.store.engine import read


def test_a_digest_is_made_anew_and_tells_of_both_days(alone: Any, mail: Any) -> None:
    """What could not leave until the next morning is not sent; the next digest begins where it began."""
    alone.take(mail())
    settle(alone)
    tuesday = dt.datetime(2026, 11, 17, 8, 0, tzinfo=dt.UTC)
    alone.clock.now = tuesday
    run_all(alone.desk)
    alone.clock.now = tuesday + 20 * HOUR
    assert "digest" not in kinds(settle(alone))
    assert states(alone, "digest") == ["cancelled"]
    alone.clock.now = tuesday + 24 * HOUR
    assert kinds(settle(alone)).count("digest") == 1
    *_, told = alone.written("digest")
    assert "1 new" in told.mail.text, "the question of Monday is news on Wednesday"
    assert "digest" not in kinds(settle(alone))


def test_a_digest_that_left_before_is_where_the_next_begins(alone: Any, mail: Any) -> None:
    """Of two digests the second is withdrawn: the third tells of what came after the first, week and all."""
    alone.take(mail())
    settle(alone)
    monday = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
    alone.clock.now = monday - dt.timedelta(days=3)
    assert "digest" in kinds(settle(alone))
    alone.clock.now = monday
    run_all(alone.desk)
    assert "your week" in alone.written("digest")[-1].mail.subject
    alone.clock.now = monday + 24 * HOUR
    settle(alone)
    assert states(alone, "digest") == ["sent", "cancelled", "sent"]
    assert "your week" in alone.written("digest")[-1].mail.subject
    alone.clock.now = monday + 48 * HOUR
    settle(alone)
    assert "your week" not in alone.written("digest")[-1].mail.subject


def test_the_digest_tells_what_customers_did_not_get(alone: Any, mail: Any) -> None:
    """A withdrawn answer stands among what needs a look, and not among what was answered by itself."""
    alone.shelf.knows("export-data")
    alone.take(mail())
    alone.clock.now = dt.datetime(2026, 11, 19, 8, 0, tzinfo=dt.UTC)
    settle(alone)
    (told,) = alone.written("digest")
    assert "waited too long to be sent" in told.mail.text
    assert "Answered by itself" not in told.mail.text


def test_a_survey_that_never_left_asked_nobody(alone: Any, mail: Any) -> None:
    """After a week it is withdrawn, and the customer may be asked about his next ticket."""
    survey(alone, mail)
    alone.clock.advance(days=7, hours=1)
    assert "survey" not in kinds(settle(alone))
    assert asked(alone) == (None, "stale")
    with read(alone.desk.engine) as connection:
        customer = customers.find(connection, alone.ticket().customer_id)
    assert customer is not None
    assert customer.surveyed_at is None
    survey(alone, mail, subject="Another")
    assert kinds(settle(alone)).count("survey") == 1


def survey(stage: Any, mail: Any, **headers: str) -> None:
    """Let a question be solved, and its survey be written but not sent."""
    stage.take(mail(**headers))
    stage.reply(stage.written("notification")[-1], "#solved\nHere is how.", from_=ADA)
    settle(stage)
    stage.clock.advance(days=2)
    run_all(stage.desk)
    assert states(stage, "survey")[-1] == "queued"


def asked(stage: Any) -> tuple[Any, str]:
    table = core_tables.survey
    with read(stage.desk.engine) as connection:
        row = connection.execute(sa.select(table.c.sent_at, table.c.withdrawn_why)).one()
    return row.sent_at, row.withdrawn_why


def test_a_survey_that_may_have_left_counts_as_asked(alone: Any, mail: Any) -> None:
    """Where the daemon died while it sent the survey, the customer is not asked again so soon."""
    survey(alone, mail)

    def die(_parcel: Parcel) -> Reply:
        raise KeyboardInterrupt

    def others(parcel: Parcel) -> Reply:
        return die(parcel) if parcel.kind == "survey" else Reply(Outcome.SENT, "250 OK")

    with pytest.raises(KeyboardInterrupt):
        until_idle((lambda: deliver_one(Delivery(alone.desk.engine, alone.clock, others)),))
    alone.clock.advance(days=7, hours=1)
    assert "survey" not in kinds(settle(alone))
    assert states(alone, "survey") == ["cancelled"]
    sent_at, why = asked(alone)
    assert (sent_at is not None, why) == (True, "")


def test_a_silent_customer_is_still_asked_once_more(alone: Any, mail: Any) -> None:
    """The question whether it helped is no answer: withdrawn, its rule has its turn again, and then it is sent once."""
    alone.take(mail())
    alone.clock.now = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
    alone.reply(alone.written("notification")[0], "It is under Settings.", from_=ADA)
    alone.desk.active.replace(ruleset=load_rules(resource_path("rules")))
    settle(alone)
    alone.clock.now = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)
    run_all(alone.desk)
    assert states(alone, "answer") == ["queued"]
    alone.clock.advance(hours=48, minutes=1)
    assert kinds(settle(alone)).count("answer") == 1
    assert states(alone, "answer") == ["cancelled", "sent"]
    assert alone.ticket().status == "pending"
    assert alone.events("undelivered") == []
    alone.clock.advance(hours=1)
    assert "answer" not in kinds(settle(alone))
