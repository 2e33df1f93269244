"""A day-old backup is put back: nothing is answered, relayed, surveyed or sent a second time, and nobody is forgotten."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from inboxd.core.decision import Course
from inboxd.core.facts import EventKind
from inboxd.jobs import occasions
from inboxd.jobs.failures import report_failures
from inboxd.loops import until_idle
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.pipeline import process_one
from inboxd.store import mails, outbox, reconciliation
from inboxd.store.backup import back_up, restore
from inboxd.store.engine import read, write

TO_CUSTOMERS = {"acknowledgement", "answer", "survey", "relay"}


@pytest.fixture
def store_url(own_url: str, postgres_programs: None) -> str:
    """A database of this test alone: a restore on PostgreSQL moves its whole schema."""
    return own_url


class Past:
    """A desk with a day of its life in the backup and a day after it, which is lost; ``again`` is what IMAP still has."""

    def __init__(self, stage: Any, mail: Any, transport: Any, file: Path) -> None:
        self.stage, self.transport = stage, transport
        self.again: list[tuple[bytes, dt.datetime]] = []
        stage.shelf.knows("export-data")
        stage.take(mail())
        self.deliver()
        stage.take(mail("Where is my invoice?", subject="Invoice", from_="erna@fifth.test"))
        back_up(stage.desk.engine, file, stage.clock())
        self.deliver()
        stage.clock.advance(hours=1)
        self.arrive(mail("How do I export?", from_="dora@other.test"))
        asked = stage.written("notification") or stage.written("answer")
        reply = mail(
            "Press the button.",
            from_="ada@acme.test",
            subject="Re: Export",
            in_reply_to=asked[-1].mail.message_id,
            to=stage.desk.stationery.operator_address(1, "ada@acme.test"),
        )
        self.arrive(reply, to=(stage.desk.stationery.operator_address(1, "ada@acme.test"),))
        self.deliver()
        self.lost = max(one.number for one in stage.tickets)
        stage.clock.advance(hours=23)
        stage.desk.engine.dispose()
        self.before = len(transport.parcels)
        _, self.kept_back = restore(
            str(stage.desk.engine.url.render_as_string(hide_password=False)), file, stage.clock(), force=True
        )

    def arrive(self, raw: bytes, **arrival: Any) -> None:
        """Take a mail out of the mailbox, where it stays."""
        self.again.append((raw, self.stage.clock()))
        self.stage.take(raw, received_at=self.stage.clock(), **arrival)

    def deliver(self) -> None:
        """Send all there is."""
        delivery = Delivery(self.stage.desk.engine, self.stage.clock, self.transport)
        until_idle((lambda: deliver_one(delivery),))

    def fetch_again(self) -> list[int]:
        """Take what the mailbox still has, as the IMAP walk does once its cursor went back."""
        self.stage.clock.advance(minutes=5)
        return [self.stage.take(raw, received_at=at) for raw, at in self.again]

    @property
    def sent_to_customers(self) -> list[str]:
        """Return to whom anything left since the restore, operators apart."""
        since = self.transport.parcels[self.before :]
        return [to for parcel in since for to in parcel.recipients if not to.endswith("@acme.test")]


@pytest.fixture
def past(stage: Any, mail: Any, transport: Any, tmp_path: Path) -> Past:
    """A desk right after its day-old backup was put back."""
    return Past(stage, mail, transport, tmp_path / "desk.backup")


def test_nothing_is_answered_again(past: Past) -> None:
    """What the mailbox still has is taken in again, a person is told of it, and no customer gets anything.

    New tickets do not get lost numbers, whose signed addresses their customers still have, and the books add up.
    """
    stage = past.stage
    dora, operator = past.fetch_again()
    past.deliver()

    assert past.sent_to_customers == []
    assert stage.stored(dora).ticket_number > past.lost
    told = stage.written("notification")[-1].queued
    assert (told.ticket_number, told.mail_id) == (stage.stored(dora).ticket_number, dora)
    assert "before_restore" in {one.detail["limit"] for one in stage.events("suppressed")}
    held = stage.stored(operator)
    assert (held.state, held.decision["course"]) == ("held", Course.BEFORE_RESTORE)
    with read(stage.desk.engine) as connection:
        assert reconciliation.reconcile(connection, stage.clock()).gaps == ()


def test_what_a_person_releases_is_carried_out(past: Past) -> None:
    """An operator's reply that was held after the restore is relayed once he says that it was not."""
    _, operator = past.fetch_again()
    with write(past.stage.desk.engine) as connection:
        assert mails.release(connection, operator, past.stage.clock())
    until_idle((lambda: process_one(past.stage.desk),))
    past.deliver()

    assert past.sent_to_customers == ["carla@customer.test"]


def test_what_was_waiting_to_be_sent_waits_for_a_person(past: Past) -> None:
    """Mail to customers that was queued in the backup is kept back, said so to the operators, and can be sent."""
    stage = past.stage
    past.deliver()
    assert past.kept_back > 0
    assert past.sent_to_customers == []
    with read(stage.desk.engine) as connection:
        kept = [one for one in outbox.list_waiting(connection) if one.state == "failed"]
    assert {one.kind for one in kept} <= TO_CUSTOMERS
    assert all("may have left" in one.last_reply for one in kept)
    assert report_failures(stage.desk, stage.clock()) == len(kept)
    with write(stage.desk.engine) as connection:
        assert outbox.retry(connection, kept[0].outbox_id, stage.clock())
    past.deliver()
    assert past.sent_to_customers == ["erna@fifth.test"]


def test_new_mail_is_answered(past: Past, mail: Any) -> None:
    """A question that arrives after the restore is answered as ever."""
    past.stage.clock.advance(minutes=1)
    past.stage.take(mail("How do I export?", from_="fred@sixth.test"))
    past.deliver()

    assert past.sent_to_customers == ["fred@sixth.test"]


def test_a_time_that_had_come_tells_no_customer_again(past: Past) -> None:
    """A rule on an idle ticket that was due before the restore sends nothing; one that is due later does."""
    stage = past.stage
    stage.rules(
        '[[rule]]\nname = "idle"\nwhy = "long quiet"\non = ["ticket.idle"]\nthen.reply = "kb_answer"\nthen.notify = []\n'
    )
    decided = []
    for days in (-1, 1):
        at = stage.clock() + dt.timedelta(days=days)
        with write(stage.desk.engine) as connection:
            connection.execute(text("update ticket set idle_at = :at where number = 1"), {"at": at})
        with read(stage.desk.engine) as connection:
            case = occasions.open_case(stage.desk, connection, 1, stage.clock())
        assert case is not None
        decision = occasions.decide_case(stage.desk, case, EventKind.TICKET_IDLE, stage.clock())
        assert decision is not None
        decided.append([one.limit for one in decision.suppressed])

    assert "before_restore" in decided[0]
    assert "before_restore" not in decided[1]
