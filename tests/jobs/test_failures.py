from typing import Any

import pytest
import sqlalchemy as sa

from inboxd.jobs.failures import report_failures
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Reply
from inboxd.store import core_tables, tickets
from inboxd.store.engine import write

NO = Reply(Outcome.FAILED, "550 5.1.1 No such user")


def refuse(stage: Any, kind: str) -> None:
    """Let the peer refuse everything of this kind and take the rest."""

    def transmit(parcel: Any) -> Reply:
        return NO if parcel.kind == kind else Reply(Outcome.SENT, "250 OK")

    while deliver_one(Delivery(stage.desk.engine, stage.clock, transmit)):
        pass


def alarms(stage: Any) -> list[tuple[str, str]]:
    return [(one.queued.recipients[0], one.mail.text) for one in stage.written("alarm")]


def test_the_operators_are_told_once(stage: Any, mail: Any) -> None:
    """A mail that was refused for good is told to every operator once, in the peer's own words."""
    stage.shelf.knows("export-data")
    stage.take(mail())
    refuse(stage, "answer")
    assert [report_failures(stage.desk, stage.clock()) for _ in range(3)] == [1, 0, 0]
    assert [address for address, _ in alarms(stage)] == ["ada@acme.test", "grace@acme.test"]
    assert all(
        "550 5.1.1 No such user" in text and "carla@customer.test" in text for _, text in alarms(stage)
    )


def test_an_answer_that_did_not_leave_is_no_answer(stage: Any, mail: Any) -> None:
    """The ticket is open again and unanswered, and its first answer is due."""
    stage.shelf.knows("export-data")
    stage.take(mail())
    assert (stage.ticket().status, stage.ticket().chase_at) == ("pending", None)
    refuse(stage, "answer")
    stage.clock.advance(hours=1)
    report_failures(stage.desk, stage.clock())
    ticket = stage.ticket()
    assert (ticket.status, ticket.first_response_at) == ("open", None)
    assert ticket.first_response_due is not None
    assert ticket.chase_at is not None


def test_what_did_not_leave_was_no_pause(lite_stage: Any, mail: Any) -> None:
    """An answer that could not be sent for days leaves the first answer due when it was: the customer waited on."""
    lite_stage.take(mail())
    promised = lite_stage.ticket().first_response_due
    lite_stage.clock.advance(hours=1)
    notified = lite_stage.written("notification")[0]
    lite_stage.reply(notified, "It is in the menu.")
    assert (lite_stage.ticket().status, lite_stage.ticket().chase_at) == ("pending", None)
    lite_stage.clock.advance(days=2)
    refuse(lite_stage, "relay")
    report_failures(lite_stage.desk, lite_stage.clock())
    assert (lite_stage.ticket().status, lite_stage.ticket().first_response_due) == ("open", promised)


def test_a_receipt_promised_nothing(stage: Any, mail: Any) -> None:
    """An acknowledgement that did not leave is told, and moves no ticket."""
    stage.take(mail())
    refuse(stage, "acknowledgement")
    assert report_failures(stage.desk, stage.clock()) == 1
    assert stage.ticket().status == "new"
    assert stage.events("undelivered") == []


def test_an_alarm_about_an_alarm_would_never_end(stage: Any, mail: Any) -> None:
    """An alarm that cannot be sent is not told by another alarm."""
    stage.take(mail())
    refuse(stage, "acknowledgement")
    report_failures(stage.desk, stage.clock())
    refuse(stage, "alarm")
    assert len(alarms(stage)) == 2
    assert report_failures(stage.desk, stage.clock()) == 2
    assert report_failures(stage.desk, stage.clock()) == 0
    assert len(alarms(stage)) == 2


def test_the_answer_of_a_merged_ticket(stage: Any, mail: Any) -> None:
    """An answer refused after its ticket was merged opens the ticket it was merged into, and stops no other report."""
    stage.take(mail())
    stage.shelf.knows("export-data")
    stage.take(mail(from_="dora@other.test"))
    with write(stage.desk.engine) as connection:
        tickets.merge(connection, 2, 1, stage.clock())
    refuse(stage, "answer")
    assert report_failures(stage.desk, stage.clock()) == 1
    assert report_failures(stage.desk, stage.clock()) == 0
    assert [one.status for one in stage.tickets] == ["new", "merged"]
    assert [one.ticket_number for one in stage.events("undelivered")] == [1]


def test_one_that_cannot_be_told_stops_no_other(
    stage: Any, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that raises is tried again at the next look; the others are told meanwhile."""
    stage.take(mail())
    stage.take(mail(from_="dora@other.test"))
    refuse(stage, "acknowledgement")
    monkeypatch.setattr(
        "inboxd.jobs.failures.current_case", lambda _desk, _c, number, _now: 1 / (number - 1) and None
    )
    assert report_failures(stage.desk, stage.clock()) == 1
    monkeypatch.undo()
    assert report_failures(stage.desk, stage.clock()) == 1


def test_retried_and_refused_again_is_told_again(stage: Any, mail: Any) -> None:
    """A mail the operator sent again by hand, and that failed again, is news."""
    stage.take(mail())
    refuse(stage, "acknowledgement")
    report_failures(stage.desk, stage.clock())
    with write(stage.desk.engine) as connection:
        outbox = core_tables.outbox
        again = sa.update(outbox).where(outbox.c.kind == "acknowledgement")
        connection.execute(again.values(state="queued", reported=False, next_attempt_at=stage.clock()))
    refuse(stage, "acknowledgement")
    assert report_failures(stage.desk, stage.clock()) == 1
    assert len(alarms(stage)) == 4
