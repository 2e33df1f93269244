import datetime as dt
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import store_filler
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.errors import PermanentError
from inboxd.intake.accept import Arrival, accept
from inboxd.store import mails, move, numbers, row_copy
from inboxd.store.core_tables import metadata
from inboxd.store.engine import SchemaError, open_engine, open_store, read, write
from inboxd.store.move import move_store
from inboxd.store.sole import sole_daemon

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
_names = itertools.count(1)


class PowerCutError(Exception):
    """What nobody expects."""


@pytest.fixture
def source(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a SQLite store with rows in every table."""
    path = tmp_path / "var" / "inboxd.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    with write(engine) as connection:
        store_filler.fill(connection, store_filler.reflect(connection))
    engine.dispose()
    return f"sqlite:///{path}"


@pytest.fixture
def target(postgres_url: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"move_{next(_names)}"
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield postgres_url.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))


def rows_of(url: str) -> store_filler.Rows:
    engine = open_engine(url)
    with read(engine) as connection:
        found = store_filler.contents(connection, metadata)
    engine.dispose()
    return found


def change(url: str, sql: str) -> None:
    engine = open_engine(url)
    with write(engine) as connection:
        connection.execute(text(sql))
    engine.dispose()


def test_everything_is_there(source: str, target: str) -> None:
    """Every row of every table is the same on both sides, and the new store counts on where the old one ended."""
    before = rows_of(source)
    moved = move_store(source, target)
    engine = open_store(target)
    after = rows_of(target)
    with write(engine) as connection:
        connection.execute(text("insert into event (at, kind, actor) values (now(), 'first', '')"))
        event = connection.execute(text("select max(id) from event")).scalar_one()
    outgoing = numbers.reserve_outgoing(engine, 1)
    engine.dispose()
    assert after == before
    assert {one.table: one.hash.rows for one in moved} == dict.fromkeys(before, store_filler.ROWS)
    assert (event, outgoing) == (store_filler.ROWS + 1, store_filler.ROWS + 1)


def test_the_old_store_takes_nothing_more(source: str, target: str, mail: Any) -> None:
    """Mail piped into the old store afterwards is told to come again, and every command names the reason."""
    move_store(source, target)
    with pytest.raises(SchemaError, match="was moved"):
        open_store(source)
    with pytest.raises(PermanentError, match="moved already"):
        move_store(source, target)
    engine = open_store(target)
    assert (
        accept(engine, [Arrival(mail(), "a@x.test", ("support@acme.test",), "smtp")], NOW)[0].duplicate
        is False
    )
    engine.dispose()


@pytest.mark.parametrize("breaks_at", ["batch", "hash", "finish"])
def test_broken_off_and_finished(
    breaks_at: str, source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever it dies, the copy is no store anybody can start on, and the next call finishes it without copying twice."""
    before = rows_of(source)
    monkeypatch.setattr(row_copy, "MOST_ROWS", 2)
    copied: list[int] = []
    with monkeypatch.context() as patch:
        _break(patch, breaks_at)
        with pytest.raises(PowerCutError):
            move_store(source, target)
    with pytest.raises(SchemaError, match="unfinished copy"):
        open_store(target)
    put = row_copy.put
    monkeypatch.setattr(move, "put", lambda c, t, rows: (copied.append(len(rows)), put(c, t, rows)))
    move_store(source, target)
    assert rows_of(target) == before
    assert sum(copied) < sum(len(rows) for rows in before.values())
    open_store(target).dispose()


def _break(patch: pytest.MonkeyPatch, where: str) -> None:
    calls = itertools.count()

    def sometimes(really: Any, after: int) -> Any:
        def call(*arguments: Any) -> Any:
            if next(calls) >= after:
                raise PowerCutError
            return really(*arguments)

        return call

    if where == "batch":
        patch.setattr(move, "put", sometimes(row_copy.put, 9))
    elif where == "hash":
        patch.setattr(move, "hash_table", sometimes(row_copy.hash_table, 5))
    else:
        patch.setattr(move, "set_sequences", sometimes(row_copy.set_sequences, 0))


def test_a_store_that_went_on_is_copied_anew(
    source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the desk ran on the old store after the copy was begun, what had changed is noticed and all is copied again."""
    with monkeypatch.context() as patch:
        _break(patch, "hash")
        with pytest.raises(PowerCutError):
            move_store(source, target)
    change(source, "update ticket set subject = 'later', version = version + 1")
    said: list[str] = []
    move_store(source, target, said.append)
    assert any("ticket changed" in one for one in said)
    assert {row["subject"] for row in rows_of(target)["ticket"]} == {"later"}


def test_a_difference_is_told(source: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that is not the same is never taken for the store, and the old one stays what it was."""
    put = row_copy.put
    monkeypatch.setattr(
        move, "put", lambda c, t, rows: put(c, t, rows[:-1] if t.name == "mail_raw" else rows)
    )
    with pytest.raises(PermanentError, match="differs in mail_raw"):
        move_store(source, target)
    with pytest.raises(SchemaError, match="unfinished"):
        open_store(target)
    open_store(source).dispose()


@pytest.mark.parametrize(
    "foreign", ["create table mine (n integer)", "insert into setting values ('k', '{}', now())"]
)
def test_nothing_is_written_over(foreign: str, source: str, target: str) -> None:
    """A database that holds anything else than this store's own unfinished copy is left alone."""
    if foreign.startswith("insert"):
        open_store(target).dispose()
    change(target, foreign)
    with pytest.raises(PermanentError, match="not empty"):
        move_store(source, target)
    open_store(source).dispose()


def test_somebody_elses_copy_is_left_alone(
    source: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unfinished copy of another store is not finished with this one."""
    with monkeypatch.context() as patch:
        _break(patch, "batch")
        with pytest.raises(PowerCutError):
            move_store(source, target)
    other = tmp_path / "other.db"
    other.write_bytes((tmp_path / "var" / "inboxd.db").read_bytes())
    with pytest.raises(PermanentError, match="no unfinished copy of this one"):
        move_store(f"sqlite:///{other}", target)


def test_a_running_desk_is_not_moved(source: str, target: str) -> None:
    """While a daemon has the store nothing is copied."""
    with sole_daemon(source), pytest.raises(PermanentError, match="runs on"):
        move_store(source, target)


def test_mail_waits_while_it_is_copied(source: str, target: str, mail: Any) -> None:
    """Nobody can write into the old store meanwhile: whoever tries is told "later", so nothing falls between the two."""
    told: list[str] = []

    def try_to_accept(_line: str) -> None:
        impatient = open_engine(source)
        with impatient.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA busy_timeout=20")  # type: ignore[union-attr]
            try:
                connection.exec_driver_sql("update setting set key = key")
            except Exception as error:  # noqa: BLE001  said by the driver in one word
                told.append(str(error))
        impatient.dispose()

    move_store(source, target, try_to_accept)
    assert told
    assert all("locked" in one for one in told)


@pytest.mark.parametrize(
    ("from_url", "to_url"),
    [
        ("postgresql+psycopg://x@y/z", "postgresql+psycopg://x@y/z"),
        ("sqlite:///a.db", "sqlite:///b.db"),
        ("sqlite:////nowhere/at/all.db", "postgresql+psycopg://x@y/z"),
    ],
)
def test_only_from_sqlite_to_postgresql(from_url: str, to_url: str) -> None:
    """Anything else is refused before anything is opened."""
    with pytest.raises(PermanentError, match=r"is moved from|no store at"):
        move_store(from_url, to_url)


def test_as_it_is_typed(source: str, target: str) -> None:
    """The command prints one document with the rows and the hash of each table, and ends with 0; a second call with 1."""
    done = CliRunner().invoke(app, ["migrate-store", source, target, "--json"])
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["ok"] is True
    moved = {one["table"]: one for one in document["tables"]}
    assert moved["mail"]["rows"] == store_filler.ROWS
    assert len(moved["mail"]["sha256"]) == 64
    again = CliRunner().invoke(app, ["migrate-store", source, target])
    assert isinstance(again.exception, PermanentError)


def test_hashes_know_their_rows(lite_engine: Engine, mail: Any) -> None:
    """Equal rows have equal hashes in any order; one changed byte, or one row more, does not."""
    table = metadata.tables["mail"]
    for number in range(3):
        raw = mail(message_id=f"<{number}@x.test>")
        accept(lite_engine, [Arrival(raw, "a@x.test", ("support@acme.test",), "smtp")], NOW)
    with read(lite_engine) as connection:
        before = row_copy.hash_table(connection, table)
    with write(lite_engine) as connection:
        mails.hold(connection, 2, "odd", "", NOW)
        held = row_copy.hash_table(connection, table)
    assert before.rows == held.rows == 3
    assert before.digest != held.digest
