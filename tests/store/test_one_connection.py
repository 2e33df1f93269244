import contextlib
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from inboxd.errors import TransientError
from inboxd.store import settings
from inboxd.store.engine import guarded, open_engine, open_store, read, write
from inboxd.store.one_connection import connected, one_connection


def _driver(connection: Connection) -> int:
    return id(connection.connection.driver_connection)


def test_transactions_within_share_a_connection(lite_engine: Engine) -> None:
    """Each read and write is a transaction of its own, over one connection that goes back into the pool at the end."""
    with one_connection(lite_engine):
        seen = set()
        for transaction in (read, write, read):
            with transaction(lite_engine) as connection:
                seen.add(id(connection))
                settings.load(connection, "x")
                assert connection.in_transaction()
            assert not connection.in_transaction()
        assert len(seen) == 1
    with connected(lite_engine) as connection:
        assert not connection.in_transaction()


def test_a_read_sees_what_was_written_meanwhile(lite_engine: Engine) -> None:
    """What another connection commits between two reads is seen by the second: nothing is kept but the connection."""
    with one_connection(lite_engine):
        with read(lite_engine) as connection:
            assert settings.load(connection, "x") is None
        thread = threading.Thread(target=_save, args=(lite_engine,))
        thread.start()
        thread.join()
        with read(lite_engine) as connection:
            assert settings.load(connection, "x") == {"a": 1}


def test_a_write_that_fails_leaves_nothing(lite_engine: Engine) -> None:
    """The connection of a write that raised can be used again, and nothing of that write is there."""
    with one_connection(lite_engine):
        with pytest.raises(RuntimeError):
            _fail_after_writing(lite_engine)
        with read(lite_engine) as connection:
            assert settings.load(connection, "x") is None
        with write(lite_engine) as connection:
            connection.exec_driver_sql("insert into setting values ('y', '{}', '2026-11-16 10:00:00.000000')")
        with read(lite_engine) as connection:
            assert settings.load(connection, "y") == {}


def test_a_transaction_within_another_has_its_own_connection(lite_engine: Engine) -> None:
    """What is read while something else is being read does not end that transaction."""
    with one_connection(lite_engine), read(lite_engine) as outer:
        settings.load(outer, "x")
        with read(lite_engine) as inner:
            assert _driver(inner) != _driver(outer)
        assert outer.in_transaction()


def test_another_store_and_another_thread_are_left_alone(lite_engine: Engine, tmp_path: Path) -> None:
    """A guarded view of the store, another store and another thread get connections of their own."""
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    found: list[int] = []

    def look() -> None:
        with read(lite_engine) as connection:
            found.append(_driver(connection))

    with one_connection(lite_engine):
        with read(lite_engine) as connection:
            own = _driver(connection)
        for engine in (other, guarded(lite_engine, lambda _connection: None)):
            with read(engine) as foreign:
                assert _driver(foreign) != own
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    other.dispose()
    assert found
    assert own not in found


def test_a_block_within_another_ends_nothing(lite_engine: Engine) -> None:
    """Whoever asks for one connection where there is one already has that one, and so has who asked first afterwards."""
    with one_connection(lite_engine):
        with read(lite_engine) as connection:
            own = _driver(connection)
        with one_connection(lite_engine), read(lite_engine) as connection:
            assert _driver(connection) == own
        with read(lite_engine) as connection:
            assert _driver(connection) == own


def test_the_connection_goes_back_into_the_pool(engine: Engine) -> None:
    """At the end nothing is kept; on PostgreSQL nothing ever is: its pool looks whether a connection still lives."""
    pool: Any = engine.pool
    with contextlib.suppress(RuntimeError), one_connection(engine):
        assert pool.checkedout() == (engine.dialect.name == "sqlite")
        raise RuntimeError
    assert pool.checkedout() == 0
    with read(engine) as connection:
        assert settings.load(connection, "x") is None


def test_a_store_that_is_away_is_told_by_whoever_asks(tmp_path: Path) -> None:
    """No connection to keep is no failure by itself; the read says that the store is away, as it always does."""
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    (tmp_path / "desk.db").mkdir()
    with one_connection(engine):
        asked = read(engine)
        with pytest.raises(TransientError):
            asked.__enter__()
    engine.dispose()


def _fail_after_writing(engine: Engine) -> None:
    with write(engine) as connection:
        connection.exec_driver_sql("insert into setting values ('x', '{}', '2026-11-16 10:00:00.000000')")
        raise RuntimeError


def _save(engine: Engine) -> None:
    with write(engine) as connection:
        connection.exec_driver_sql(
            "insert into setting values ('x', '{\"a\": 1}', '2026-11-16 10:00:00.000000')"
        )
