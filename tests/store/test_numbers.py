import datetime as dt

import pytest
from sqlalchemy import Engine, text

from inboxd.store import numbers, outbox, tickets
from inboxd.store.engine import write
from inboxd.store.outbox import NewOutgoing
from inboxd.store.restored import Numbers, mark_restored

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def queue(engine: Engine, outbox_id: int) -> None:
    mail = NewOutgoing(outbox_id, "answer", True, "", ("a@x.test",), "", f"<{outbox_id}@x.test>", b"x")
    with write(engine) as connection:
        outbox.enqueue(connection, mail, NOW)


def test_nobody_gets_a_number_twice(shared_engine: Engine) -> None:
    """Numbers follow one another, also those of mails that are not written yet, and blocks do not overlap."""
    assert [numbers.reserve_outgoing(shared_engine, count) for count in (2, 1, 3, 1)] == [1, 3, 4, 7]
    assert [numbers.reserve_drafts(shared_engine, 1) for _ in range(2)] == [1, 2]


def test_a_tickets_number_is_ours_until_it_is_written(shared_engine: Engine) -> None:
    """Workers get different numbers, and one that nobody used, because its worker died, is given again: no gap."""
    with numbers.ticket_number(shared_engine, 1) as first, numbers.ticket_number(shared_engine, 1) as second:
        assert (first, second) == (1, 2)
    with numbers.ticket_number(shared_engine, 1) as again:
        assert again == 1


def test_numbers_given_otherwise_are_seen(shared_engine: Engine) -> None:
    """What an older daemon or an import inserted under a number of its own choice is passed over."""
    queue(shared_engine, 20)
    assert numbers.reserve_outgoing(shared_engine, 1) == 21


def test_nor_is_a_number_that_a_restore_lost(engine: Engine) -> None:
    """After a restore numbers go on above those the lost store had given."""
    with write(engine) as connection:
        mark_restored(connection, Numbers(ticket=50_000, outbox=500_000), NOW)
        peeked = tickets.next_number(connection)
    assert numbers.reserve_outgoing(engine, 1) == 500_001
    with numbers.ticket_number(engine, peeked) as number:
        assert number == 50_001


def test_nothing_wanted_costs_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes no mail asks the store for no id."""
    monkeypatch.setattr(numbers, "write", lambda _engine: pytest.fail("asked"))
    monkeypatch.setattr(numbers, "read", lambda _engine: pytest.fail("asked"))
    assert (numbers.reserve_outgoing(engine, 0), numbers.reserve_drafts(engine, 0)) == (0, 0)


def test_on_sqlite_the_next_one_is_read(lite_engine: Engine) -> None:
    """With one writer the next number is the highest and one more, until it is used."""
    queue(lite_engine, 1)
    assert [numbers.reserve_outgoing(lite_engine, 2) for _ in range(2)] == [2, 2]
    with numbers.ticket_number(lite_engine, 12) as number:
        assert number == 12


def test_a_rollback_gives_nothing_back(shared_engine: Engine) -> None:
    """A number once given is given to nobody else, whatever becomes of the mail."""
    taken = numbers.reserve_outgoing(shared_engine, 1)
    with pytest.raises(ZeroDivisionError), write(shared_engine) as connection:  # noqa: PT012  rolled back after it
        connection.execute(text("select 1"))
        raise ZeroDivisionError
    assert numbers.reserve_outgoing(shared_engine, 1) == taken + 1
