import datetime as dt

from sqlalchemy import Engine

from inboxd.store import outbox
from inboxd.store.engine import read, write
from inboxd.store.outbox import Claimed, NewOutgoing
from inboxd.store.outbox_claims import IN_FLIGHT, being_sent_since, claim_due

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=1)


def queue(engine: Engine, outbox_id: int, to: str = "", ticket: int | None = None) -> None:
    to = to or f"{outbox_id}@x.test"
    mail = NewOutgoing(
        outbox_id, "answer", False, "", (to,), "", f"<{outbox_id}@x.test>", b"x", ticket_number=ticket
    )
    with write(engine) as connection:
        outbox.enqueue(connection, mail, NOW)


def claim(engine: Engine, now: dt.datetime = NOW) -> Claimed | None:
    with write(engine) as connection:
        return claim_due(connection, now, lambda _id, _attempts: LATER)


def record(engine: Engine, claimed: Claimed | None, outcome: str, again_at: dt.datetime = LATER) -> None:
    assert claimed is not None
    with write(engine) as connection:
        outbox.record_reply(connection, claimed, outcome=outcome, reply="", now=NOW, next_attempt_at=again_at)


def ids(*claimed: Claimed | None) -> list[int | None]:
    return [one.outbox_id if one else None for one in claimed]


def test_what_is_claimed_is_booked(engine: Engine) -> None:
    """The mail that has been due longest is claimed, its attempt booked, and it is due to nobody until then."""
    queue(engine, 1)
    queue(engine, 2)
    first, second, none = claim(engine), claim(engine), claim(engine)
    assert ids(first, second, none) == [1, 2, None]
    with read(engine) as connection:
        found = outbox.find(connection, 1)
    assert found is not None
    assert (found.state, found.attempts, found.next_attempt_at) == ("queued", 1, LATER)


def test_two_daemons_take_different_mails(shared_engine: Engine) -> None:
    """While one daemon is about to claim a mail the other one takes the next, and waits for nothing."""
    queue(shared_engine, 1)
    queue(shared_engine, 2)
    with write(shared_engine) as connection:
        first = claim_due(connection, NOW, lambda _id, _attempts: LATER)
        second, none = claim(shared_engine), claim(shared_engine)
    assert ids(first, second, none) == [1, 2, None]


def test_one_person_is_written_to_in_order(shared_engine: Engine) -> None:
    """What a customer gets second is not sent while the first is, is about to be, or its answer is unknown."""
    for number in (1, 2):
        queue(shared_engine, number, "carla@x.test", ticket=7)
    queue(shared_engine, 3, "carla@x.test", ticket=8)
    with write(shared_engine) as connection:
        first = claim_due(connection, NOW, lambda _id, _attempts: LATER)
        during = claim(shared_engine)
    sent_now = claim(shared_engine)
    record(shared_engine, first, "sent")
    after = claim(shared_engine)
    assert ids(first, during, sent_now, after) == [1, 3, None, 2]


def test_what_waits_keeps_nobody_waiting(shared_engine: Engine) -> None:
    """A mail that the peer put off lets the next one to the same person go; so does one whose daemon died long ago."""
    for number in (1, 2):
        queue(shared_engine, number, "carla@x.test", ticket=7)
    record(shared_engine, claim(shared_engine), "later", NOW + dt.timedelta(hours=1))
    assert ids(claim(shared_engine)) == [2]
    for number in (11, 12):
        queue(shared_engine, number, "dora@x.test", ticket=9)
    with write(shared_engine) as connection:
        died = claim_due(connection, NOW, lambda _id, _attempts: NOW + dt.timedelta(hours=4))
    assert ids(died, claim(shared_engine), claim(shared_engine, NOW + dt.timedelta(minutes=11))) == [
        11,
        None,
        12,
    ]


def test_what_is_being_sent_is_known(engine: Engine) -> None:
    """A booked attempt without an answer is on its way until it has one, or until its daemon must be gone."""
    queue(engine, 1)
    claimed = claim(engine)
    with write(engine) as connection:
        assert being_sent_since(connection, 1, NOW) == NOW
        assert being_sent_since(connection, 2, NOW) is None
        assert being_sent_since(connection, 1, NOW + IN_FLIGHT) is None
    record(engine, claimed, "later")
    with write(engine) as connection:
        assert being_sent_since(connection, 1, NOW) is None
