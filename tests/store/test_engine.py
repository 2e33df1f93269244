import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from inboxd.errors import TransientError
from inboxd.store import core_tables, settings
from inboxd.store.engine import lock_accept, open_engine, open_store, read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_sqlite_is_durable(tmp_path: Path) -> None:
    """WAL, an fsync at every commit, foreign keys on, and a wait instead of an error when somebody else writes."""
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    with read(engine) as connection:
        values = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_postgresql_waits_for_the_disk(postgres_url: str) -> None:
    """Nothing in the connection switches PostgreSQL's own durability off, and times are spoken of in UTC."""
    engine = open_engine(postgres_url)
    with read(engine) as connection:
        options = connection.exec_driver_sql("show timezone").scalar()
        source = connection.exec_driver_sql(
            "select source from pg_settings where name = 'synchronous_commit'"
        ).scalar()
    engine.dispose()
    assert str(options).lower() == "utc"
    assert source == "configuration file"


def test_writes_begin_immediately(lite_engine: Engine) -> None:
    """On SQLite a write takes the lock before it reads, so that it can never lose it in the middle; reads do not."""
    begun: list[str] = []
    sa.event.listen(
        lite_engine, "before_cursor_execute", lambda _c, _cur, statement, *_: begun.append(statement)
    )
    with write(lite_engine) as connection:
        settings.load(connection, "x")
    with read(lite_engine) as connection:
        settings.load(connection, "x")
    assert [one for one in begun if one.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]


def test_a_write_is_whole_or_not_at_all(engine: Engine) -> None:
    """An exception inside a write leaves nothing behind; a write that ends is there for the next reader."""
    with write(engine) as connection:
        settings.save(connection, "kept", {"n": 1}, NOW)
    with pytest.raises(ZeroDivisionError), write(engine) as connection:  # noqa: PT012  the save must come first
        settings.save(connection, "lost", {"n": 1}, NOW)
        raise ZeroDivisionError
    with read(engine) as connection:
        assert settings.load(connection, "kept") == {"n": 1}
        assert settings.load(connection, "lost") is None


def test_foreign_keys_hold(engine: Engine) -> None:
    """A row cannot belong to something that is not there."""
    with pytest.raises(sa.exc.IntegrityError), write(engine) as connection:
        connection.execute(
            sa.text("insert into attempt (outbox_id, at, outcome) values (99, :now, 'x')"),
            {"now": "2026-01-01"},
        )


def test_naive_times_are_refused(engine: Engine) -> None:
    """A time without an offset never reaches a column."""
    with pytest.raises(StatementError, match="naive datetime"), write(engine) as connection:
        settings.save(connection, "x", {}, NOW.replace(tzinfo=None))


def test_times_come_back_in_utc(engine: Engine) -> None:
    """An instant written with any offset is read back as the same instant in UTC, to the microsecond."""
    moment = dt.datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    with write(engine) as connection:
        settings.note_run(connection, "job", moment)
    with read(engine) as connection:
        found = settings.last_run(connection, "job")
    assert found == moment
    assert found is not None
    assert found.tzinfo is dt.UTC


def test_a_store_that_is_away_is_transient(tmp_path: Path) -> None:
    """A file that cannot be opened, or a server nobody runs, is "later" for whoever reads or writes."""
    (tmp_path / "folder.db").mkdir()
    for url in (
        f"sqlite:///{tmp_path / 'folder.db'}",
        "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2",
    ):
        engine = open_engine(url)
        with pytest.raises(TransientError, match="cannot be written"), write(engine):
            pass
        with pytest.raises(TransientError, match="cannot be read"), read(engine) as connection:
            connection.execute(sa.text("select 1"))
        engine.dispose()


def test_a_locked_store_is_transient(lite_engine: Engine) -> None:
    """A writer that waited in vain for another one is told "later", not that something is broken."""
    impatient = open_engine(str(lite_engine.url))
    sa.event.listen(impatient, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=20"))
    with write(lite_engine), pytest.raises(TransientError, match="locked"), write(impatient):
        pass
    impatient.dispose()


def test_the_folder_of_the_store_is_made(tmp_path: Path) -> None:
    """A desk's first start needs nobody to make var/."""
    open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'desk.db'}").dispose()
    assert (tmp_path / "a" / "b" / "desk.db").is_file()


def test_accepting_is_serialised(engine: Engine) -> None:
    """Of two transactions that ask "did we see this mail?" the second waits until the first has committed."""
    order: list[str] = []
    inside, waiting = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait(10)
        waiting.set()
        with write(engine) as connection:
            lock_accept(connection)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with write(engine) as connection:
        lock_accept(connection)
        inside.set()
        waiting.wait(10)
        thread.join(0.05)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_two_programs_may_start_at_once(empty_url: str) -> None:
    """Two processes that open an empty store together both find it migrated; neither trips over the other."""
    program = "import sys; from inboxd.store.engine import open_store; open_store(sys.argv[1]).dispose()"
    started = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [one.communicate(timeout=60)[1] for one in started] == ["", ""]


def test_json_columns_keep_what_they_get(engine: Engine) -> None:
    """What is kept under a key comes back as it was, other scripts and control characters included."""
    value = {"words": ["naïve", "退款", "a\x00b"], "deep": {"n": 1.5, "none": None}}
    with write(engine) as connection:
        settings.save(connection, "k", value, NOW)
        assert connection.execute(sa.select(core_tables.setting.c.value)).scalar() == value
