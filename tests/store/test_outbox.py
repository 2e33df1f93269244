import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from inboxd.store import core_tables, outbox, sent_history
from inboxd.store.engine import read, write
from inboxd.store.outbox import Claimed, NewOutgoing

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
MAIL = NewOutgoing(
    outbox_id=1,
    kind="answer",
    automatic=True,
    reverse_path="support+b1.x@acme.test",
    recipients=("Carla@customer.test", "colleague@customer.test"),
    subject="Re: Export",
    message_id="<t1.m1.x@acme.test>",
    raw=b"Subject: Re: Export\r\n\r\n\x00\xff",
    ticket_number=1,
    once_key="reply:mail:1",
    why={"rule": "sure"},
)


def numbered(outbox_id: int, **changes: object) -> NewOutgoing:
    values = {"message_id": f"<m{outbox_id}@acme.test>", "once_key": f"key{outbox_id}", **changes}
    return replace(MAIL, outbox_id=outbox_id, **values)  # type: ignore[arg-type]


def queue(engine: Engine, mail: NewOutgoing = MAIL, now: dt.datetime = NOW) -> bool:
    with write(engine) as connection:
        return outbox.enqueue(connection, mail, now)


def claim(engine: Engine, outbox_id: int = 1, attempts: int = 0) -> Claimed | None:
    with write(engine) as connection:
        return outbox.claim(connection, outbox_id, attempts, NOW, NOW + MINUTE)


def record(engine: Engine, claimed: Claimed | None, outcome: str, reply: str = "") -> None:
    assert claimed is not None
    with write(engine) as connection:
        outbox.record_reply(
            connection, claimed, outcome=outcome, reply=reply, now=NOW, next_attempt_at=NOW + 5 * MINUTE
        )


def states_of(connection: Connection) -> list[str]:
    return list(connection.execute(select(core_tables.outbox.c.state)).scalars())


def attempts_of(engine: Engine) -> list[tuple[str, str]]:
    table = core_tables.attempt
    with read(engine) as connection:
        return [(row.outcome, row.reply) for row in connection.execute(select(table).order_by(table.c.id))]


def test_enqueued_is_due_and_whole(engine: Engine) -> None:
    """What is queued is due at once, and what is claimed is what was queued, byte for byte."""
    assert queue(engine)
    with read(engine) as connection:
        assert outbox.find_due(connection, NOW - MINUTE) is None
        assert outbox.find_due(connection, NOW) == (1, 0)
        assert outbox.next_id(connection) == 2
    claimed = claim(engine)
    assert claimed is not None
    assert (claimed.raw, claimed.recipients) == (MAIL.raw, MAIL.recipients)
    assert (claimed.reverse_path, claimed.message_id) == (MAIL.reverse_path, MAIL.message_id)


def test_once_key_forbids_a_second(engine: Engine) -> None:
    """The same thing is queued once, even long after the first was sent."""
    assert queue(engine)
    record(engine, claim(engine), "sent")
    assert not queue(engine, numbered(2, once_key=MAIL.once_key), NOW + 400 * dt.timedelta(days=1))
    with read(engine) as connection:
        assert states_of(connection) == ["sent"]
        assert outbox.find_once_key(connection, "reply:mail:1") == 1


def test_the_database_forbids_it_too(engine: Engine) -> None:
    """Two transactions that both found the key free cannot both keep it; nor can an id be used twice."""
    queue(engine)
    with pytest.raises(IntegrityError), write(engine) as connection:
        outbox.enqueue(connection, replace(MAIL, message_id="<other@acme.test>", once_key="other"), NOW)


def test_one_of_two_claimers_wins(engine: Engine) -> None:
    """Two senders that saw the same row due race for it; exactly one gets it, and one attempt is booked."""
    queue(engine)
    won: list[Claimed | None] = []
    ready = threading.Barrier(2)

    def race() -> None:
        ready.wait(10)
        won.append(claim(engine))

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(one is not None for one in won) == [False, True]
    assert attempts_of(engine) == [("unknown", "")]


def test_the_attempt_is_booked_first(engine: Engine) -> None:
    """A process that dies while it sends leaves a row that is due again later, not at once, and a trace of the try."""
    queue(engine)
    claim(engine)
    with read(engine) as connection:
        assert outbox.find_due(connection, NOW) is None
        assert outbox.find_due(connection, NOW + MINUTE) == (1, 1)
    assert attempts_of(engine) == [("unknown", "")]


def test_what_the_peer_said_is_kept(engine: Engine) -> None:
    """Later queues it again at the new time, sent and failed end it; each attempt keeps the words it was told."""
    queue(engine)
    record(engine, claim(engine), "later", "451 greylisted")
    with read(engine) as connection:
        waiting = outbox.list_waiting(connection)[0]
    assert (waiting.state, waiting.attempts, waiting.last_reply) == ("queued", 1, "451 greylisted")
    assert (waiting.next_attempt_at, waiting.sent_at) == (NOW + 5 * MINUTE, None)
    record(engine, claim(engine, attempts=1), "sent", "250 OK")
    with read(engine) as connection:
        sent = outbox.find(connection, 1)
        assert outbox.list_waiting(connection) == []
    assert sent is not None
    assert (sent.state, sent.sent_at) == ("sent", NOW)
    assert attempts_of(engine) == [("later", "451 greylisted"), ("sent", "250 OK")]


def test_sent_is_sent(engine: Engine) -> None:
    """A mail that left is neither claimed, retried, cancelled nor failed afterwards."""
    queue(engine)
    claimed = claim(engine)
    record(engine, claimed, "sent")
    record(engine, claimed, "failed")
    assert claim(engine, attempts=1) is None
    with write(engine) as connection:
        assert not outbox.retry(connection, 1, NOW)
        assert not outbox.cancel_untried(connection, 1)
    with read(engine) as connection:
        assert states_of(connection) == ["sent"]


def test_a_failure_is_reported_once(engine: Engine) -> None:
    """A failed mail waits to be told about; told once, it is not told again, unless it is retried and fails again."""
    queue(engine)
    record(engine, claim(engine), "failed", "550 no such user")
    with write(engine) as connection:
        (failed,) = outbox.list_unreported_failures(connection)
        assert failed.last_reply == "550 no such user"
        outbox.mark_reported(connection, failed.outbox_id)
        assert outbox.list_unreported_failures(connection) == []
        assert outbox.retry(connection, 1, NOW)
        assert outbox.find_due(connection, NOW) == (1, 1)
    record(engine, claim(engine, attempts=1), "failed")
    with read(engine) as connection:
        assert len(outbox.list_unreported_failures(connection)) == 1


def test_cancelled_does_not_leave(engine: Engine) -> None:
    """A withdrawn mail is not due any more and counts for no limit."""
    queue(engine)
    with write(engine) as connection:
        assert outbox.cancel_untried(connection, 1)
        assert outbox.find_due(connection, NOW) is None
        assert sent_history.automatic_to_customers(connection, NOW) == ()


def test_what_the_limits_ask(engine: Engine) -> None:
    """The limits count automatic mail per address (case does not count) and ticket; relays only as a person's word."""
    queue(engine)
    queue(engine, numbered(2, kind="acknowledgement", ticket_number=2), NOW + MINUTE)
    queue(engine, numbered(3, kind="relay", automatic=False), NOW + 2 * MINUTE)
    queue(engine, numbered(4, kind="notification", recipients=("ada@acme.test",)), NOW + 3 * MINUTE)
    with read(engine) as connection:
        address = "carla@customer.test"
        both = sent_history.automatic_times(connection, recipient=address, ticket_number=None, since=NOW)
        assert both == (NOW + MINUTE, NOW)
        assert sent_history.automatic_times(connection, recipient=address, ticket_number=2, since=NOW) == (
            NOW + MINUTE,
        )
        assert sent_history.automatic_to_customers(connection, NOW) == both
        assert sent_history.automatic_to_customers(connection, NOW + MINUTE) == (NOW + MINUTE,)
        assert sent_history.last_acknowledged(connection, address) == NOW + MINUTE
        assert sent_history.last_relayed(connection, address) == NOW + 2 * MINUTE
        assert sent_history.last_relayed(connection, "nobody@customer.test") is None


def test_found_again(engine: Engine) -> None:
    """A mail of ours is found by id, by Message-ID, by ticket and by the time it was written."""
    queue(engine)
    queue(engine, numbered(2, ticket_number=None), NOW + MINUTE)
    with read(engine) as connection:
        found = outbox.find_by_message_id(connection, MAIL.message_id)
        assert found == outbox.find(connection, 1)
        assert found is not None
        assert found.why == {"rule": "sure"}
        assert [one.outbox_id for one in outbox.list_of_ticket(connection, 1)] == [1]
        between = outbox.list_sent_between(connection, NOW, NOW + MINUTE)
        assert [one.outbox_id for one in between] == [1]
        assert outbox.load_raw(connection, 2) == MAIL.raw
        assert outbox.find(connection, 3) is None
