import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, select

from inboxd.errors import TransientError
from inboxd.outgoing.deliver import Delivery, deliver_one
from inboxd.outgoing.transmit import Outcome, Parcel, Reply
from inboxd.store import core_tables, outbox
from inboxd.store.engine import read, write
from inboxd.store.outbox import NewOutgoing, Queued

LATER = Reply(Outcome.LATER, "451 4.7.1 Greylisted")
MINUTES = (1, 5, 15, 60)


def queue(engine: Engine, now: dt.datetime, outbox_id: int = 1, kind: str = "answer") -> None:
    mail = NewOutgoing(
        outbox_id,
        kind,
        True,
        f"support+b{outbox_id}.x@acme.test",
        ("carla@customer.test",),
        "Re: Export",
        f"<m{outbox_id}@acme.test>",
        b"raw",
    )
    with write(engine) as connection:
        outbox.enqueue(connection, mail, now)


def row(engine: Engine, outbox_id: int = 1) -> Queued:
    with read(engine) as connection:
        found = outbox.find(connection, outbox_id)
    assert found is not None
    return found


def attempts(engine: Engine) -> list[tuple[str, str]]:
    table = core_tables.attempt
    with read(engine) as connection:
        return [(one.outcome, one.reply) for one in connection.execute(select(table).order_by(table.c.id))]


def test_sent_and_recorded(engine: Engine, clock: Any, transport: Any) -> None:
    """A due mail leaves once with its own envelope, and what the peer said is recorded."""
    queue(engine, clock())
    delivery = Delivery(engine, clock, transport)
    assert deliver_one(delivery)
    assert not deliver_one(delivery)
    assert transport.parcels == [
        Parcel("support+b1.x@acme.test", ("carla@customer.test",), "<m1@acme.test>", b"raw", "answer")
    ]
    assert (row(engine).state, row(engine).sent_at, row(engine).last_reply) == ("sent", clock(), "250 OK")
    assert attempts(engine) == [("sent", "250 OK")]


def test_the_attempt_is_booked_before_the_first_byte(lite_engine: Engine, clock: Any) -> None:
    """While a mail is being sent its attempt is committed, and no other sender finds it due."""
    seen: list[object] = []

    def look(_parcel: Parcel) -> Reply:
        with read(lite_engine) as connection:
            seen.append((attempts(lite_engine), outbox.find_due(connection, clock())))
        return Reply(Outcome.SENT, "250 OK")

    queue(lite_engine, clock())
    deliver_one(Delivery(lite_engine, clock, look))
    assert seen == [([("unknown", "")], None)]


def test_a_crash_sends_the_same_mail_again_later(engine: Engine, clock: Any, transport: Any) -> None:
    """A process that dies while it sends tries the same bytes under the same Message-ID again, a minute later."""
    queue(engine, clock())

    def die(_parcel: Parcel) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver_one(Delivery(engine, clock, die))
    delivery = Delivery(engine, clock, transport)
    assert not deliver_one(delivery)
    clock.advance(minutes=2)
    assert deliver_one(delivery)
    assert transport.parcels[0].message_id == "<m1@acme.test>"
    assert attempts(engine) == [("unknown", ""), ("sent", "250 OK")]


def test_back_off(lite_engine: Engine, clock: Any, transport: Any) -> None:
    """After "later" a mail is tried again in 1, 5, 15 and 60 minutes, up to a tenth later than that."""
    queue(lite_engine, clock())
    transport.replies = [LATER]
    delivery = Delivery(lite_engine, clock, transport)
    waits = []
    for _ in MINUTES:
        deliver_one(delivery)
        waits.append((row(lite_engine).next_attempt_at - clock()) / dt.timedelta(minutes=1))
        assert not deliver_one(delivery)
        clock.now = row(lite_engine).next_attempt_at
    assert all(want <= wait <= 1.1 * want for want, wait in zip(MINUTES, waits, strict=True))


def test_four_days_of_later_is_a_failure(lite_engine: Engine, clock: Any, transport: Any) -> None:
    """After about four days of trying the mail has failed, in the peer's last words, and is not tried again."""
    queue(lite_engine, clock())
    transport.replies = [LATER]
    delivery, began = Delivery(lite_engine, clock, transport), clock()
    while row(lite_engine).state == "queued":
        clock.now = max(clock(), row(lite_engine).next_attempt_at)
        assert deliver_one(delivery)
    assert dt.timedelta(days=3.5) < clock() - began < dt.timedelta(days=4.5)
    assert (row(lite_engine).state, row(lite_engine).last_reply) == ("failed", LATER.text)
    clock.advance(days=30)
    assert not deliver_one(delivery)


def test_downtime_costs_no_attempts(lite_engine: Engine, clock: Any, transport: Any) -> None:
    """A week in which this machine was off uses up no mail's chances."""
    queue(lite_engine, clock())
    transport.replies = [LATER]
    clock.advance(days=7)
    deliver_one(Delivery(lite_engine, clock, transport))
    assert (row(lite_engine).state, row(lite_engine).attempts) == ("queued", 1)


def test_a_final_no_ends_it(engine: Engine, clock: Any, transport: Any) -> None:
    """After a 5yz the mail is not tried again, and waits to be told to the operator."""
    queue(engine, clock())
    transport.replies = [Reply(Outcome.FAILED, "550 5.1.1 No such user")]
    delivery = Delivery(engine, clock, transport)
    deliver_one(delivery)
    clock.advance(days=1)
    assert not deliver_one(delivery)
    with read(engine) as connection:
        (failed,) = outbox.list_unreported_failures(connection)
    assert (failed.state, failed.last_reply) == ("failed", "550 5.1.1 No such user")


@pytest.mark.parametrize(
    "fault", [ValueError("what smtplib never raises"), TransientError("no password now")]
)
def test_a_fault_of_ours_stops_nobody(lite_engine: Engine, clock: Any, fault: Exception) -> None:
    """A mail whose sending raises waits like after "later"; the one behind it leaves."""

    def transmit(parcel: Parcel) -> Reply:
        if parcel.message_id == "<m1@acme.test>":
            raise fault
        return Reply(Outcome.SENT, "250 OK")

    queue(lite_engine, clock())
    queue(lite_engine, clock(), 2)
    delivery = Delivery(lite_engine, clock, transmit)
    assert deliver_one(delivery)
    assert deliver_one(delivery)
    assert (row(lite_engine).state, row(lite_engine).last_reply) == (
        "queued",
        f"{type(fault).__name__}: {fault}",
    )
    assert row(lite_engine, 2).state == "sent"


def test_the_claim_lost_is_no_mail_sent(lite_engine: Engine, clock: Any, transport: Any) -> None:
    """A sender that saw the row due and lost the race transmits nothing."""
    queue(lite_engine, clock())
    find_due = outbox.find_due

    def find_then_lose(connection: Any, now: dt.datetime) -> Any:
        due = find_due(connection, now)
        with write(lite_engine) as other:
            outbox.claim(other, 1, 0, now, now + dt.timedelta(minutes=1))
        return due

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "find_due", find_then_lose)
        assert not deliver_one(Delivery(lite_engine, clock, transport))
    assert transport.parcels == []


def test_a_full_disk_after_250_is_told(lite_engine: Engine, clock: Any, transport: Any) -> None:
    """When the answer cannot be recorded the caller hears "later"; the mail is still in the outbox."""
    queue(lite_engine, clock())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "record_reply", lambda *_, **__: (_ for _ in ()).throw(TransientError("full")))
        with pytest.raises(TransientError):
            deliver_one(Delivery(lite_engine, clock, transport))
    assert row(lite_engine).state == "queued"


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.LATER, Outcome.FAILED])
def test_a_known_answer_causes_no_repeat(
    lite_engine: Engine, clock: Any, transport: Any, outcome: Outcome
) -> None:
    """What the peer said while the store was away is written down as soon as it is back, and nothing is sent twice."""
    queue(lite_engine, clock())
    transport.replies = [Reply(outcome, "said while the disk was full")]
    delivery = Delivery(lite_engine, clock, transport)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "record_reply", lambda *_, **__: (_ for _ in ()).throw(TransientError("full")))
        for _ in range(3):
            with pytest.raises(TransientError):
                deliver_one(delivery)
    clock.advance(seconds=30)
    assert not deliver_one(delivery)
    assert row(lite_engine).last_reply == "said while the disk was full"
    assert row(lite_engine).state == {"sent": "sent", "later": "queued", "failed": "failed"}[outcome]
    assert len(transport.parcels) == 1
    assert not delivery.answers
