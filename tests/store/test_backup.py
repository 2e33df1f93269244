"""A backup of a store that is in use, on both databases, and what may be overwritten."""

import datetime as dt
import shutil
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxd.errors import PermanentError
from inboxd.store import backup, restored, settings, surveys, tickets
from inboxd.store.backup import back_up, restore
from inboxd.store.engine import SchemaError, open_store, read, write
from inboxd.store.outbox import next_id

NOW = dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def store_url(own_url: str, postgres_programs: None) -> str:
    """A database of this test alone: a restore on PostgreSQL moves its whole schema."""
    return own_url


def mails_in(url: str) -> int:
    engine = open_store(url)
    with read(engine) as connection:
        found: int = connection.execute(text("select count(*) from mail")).scalar_one()
    engine.dispose()
    return found


def test_there_and_back(stage: Any, mail: Any, store_url: str, tmp_path: Path) -> None:
    """What is put back is what was backed up, and the store it replaced is kept."""
    file = tmp_path / "desk.backup"
    stage.take(mail())
    back_up(stage.desk.engine, file, NOW)
    stage.take(mail(from_="dora@other.test"))
    stage.desk.engine.dispose()

    aside, _ = restore(store_url, file, NOW + DAY, force=True)

    assert mails_in(store_url) == 1
    assert aside
    if store_url.startswith("sqlite"):
        assert mails_in(f"sqlite:///{aside}") == 2
    else:
        with read(stage.desk.engine) as connection:
            kept = connection.execute(text(f"select count(*) from {aside.removeprefix('schema ')}.mail"))  # noqa: S608  the name the program gave
            assert kept.scalar_one() == 2
    stage.take(mail(from_="emil@third.test"))
    assert mails_in(store_url) == 2


def test_into_an_empty_store(stage: Any, mail: Any, store_url: str, tmp_path: Path) -> None:
    """A store that holds no mail is replaced without being asked twice."""
    file, url = tmp_path / "desk.backup", f"sqlite:///{tmp_path / 'new' / 'desk.db'}"
    stage.take(mail())
    if not store_url.startswith("sqlite"):
        back_up(stage.desk.engine, file, NOW)
        stage.desk.engine.dispose()
        restore(store_url, file, NOW, force=True)
        assert mails_in(store_url) == 1
        return
    back_up(stage.desk.engine, file, NOW)

    assert restore(url, file, NOW, force=False) == ("", 1)
    assert mails_in(url) == 1


def test_a_store_with_mail_is_not_overwritten(stage: Any, mail: Any, store_url: str, tmp_path: Path) -> None:
    """Without force a store that holds mail stays, and says so."""
    file = tmp_path / "desk.backup"
    stage.take(mail())
    back_up(stage.desk.engine, file, NOW)
    stage.desk.engine.dispose()

    with pytest.raises(PermanentError, match="holds mail"):
        restore(store_url, file, NOW, force=False)

    assert mails_in(store_url) == 1


def test_a_store_in_use_is_never_overwritten(stage: Any, mail: Any, store_url: str, tmp_path: Path) -> None:
    """While somebody has the store open it stays, even with force: what he accepts would be lost."""
    file = tmp_path / "desk.backup"
    stage.take(mail())
    back_up(stage.desk.engine, file, NOW)

    with read(stage.desk.engine), pytest.raises(PermanentError, match="in use"):
        restore(store_url, file, NOW, force=True)

    assert mails_in(store_url) == 1


def test_numbers_are_not_given_again(stage: Any, mail: Any, store_url: str, tmp_path: Path) -> None:
    """After a restore no ticket and no outgoing mail gets a number that a lost one had."""
    file = tmp_path / "desk.backup"
    stage.take(mail())
    back_up(stage.desk.engine, file, NOW)
    for number in range(3):
        stage.take(mail(from_=f"{number}@other.test"))
    lost_ticket, lost_outbox = (
        max(one.number for one in stage.tickets),
        stage.written()[-1].queued.outbox_id,
    )
    stage.desk.engine.dispose()

    restore(store_url, file, NOW + 2 * DAY, force=True)

    with read(stage.desk.engine) as connection:
        assert tickets.next_number(connection) == 3 * restored.TICKETS_A_DAY + 2 > lost_ticket
        assert next_id(connection) > 3 * restored.OUTGOING_A_DAY > lost_outbox
    stage.desk.engine.dispose()
    stage.take(mail(from_="emil@third.test"))
    assert stage.tickets[-1].number == 3 * restored.TICKETS_A_DAY + 2


def test_the_lost_stores_own_numbers_count(engine: Engine) -> None:
    """Where the replaced store gave more numbers than anybody would guess, they are not given again either."""
    with write(engine) as connection:
        restored.note_backup(connection, NOW)
        restored.mark_restored(connection, restored.Numbers(70_000, 800_000), NOW)
        assert tickets.next_number(connection) == 70_001
        assert next_id(connection) == 800_001


def test_a_backup_knows_how_old_it_is(stage: Any, mail: Any, tmp_path: Path) -> None:
    """The moment of a backup is in the backup; a copy made otherwise is as old as its newest mail."""
    stage.take(mail())
    with read(stage.desk.engine) as connection:
        assert restored.backed_up_at(connection) == stage.clock()
        assert restored.restored_at(connection) is None
    back_up(stage.desk.engine, tmp_path / "desk.backup", NOW)
    with read(stage.desk.engine) as connection:
        assert restored.backed_up_at(connection) == NOW


def test_surveys_that_were_due_are_not_sent_again(stage: Any, mail: Any) -> None:
    """A survey whose time came before the restore is withdrawn, a later one stays planned."""
    stage.take(mail())
    stage.take(mail(from_="dora@other.test"))
    engine = stage.desk.engine
    with write(engine) as connection:
        surveys.plan(connection, 1, stage.ticket(1).customer_id, NOW)
        surveys.plan(connection, 2, stage.ticket(2).customer_id, NOW + 3 * DAY)
        restored.mark_restored(connection, None, NOW + DAY)
        assert [one.ticket_number for one in surveys.list_due(connection, NOW + 9 * DAY)] == [2]


def test_nothing_is_overwritten_but_a_backup(stage: Any, store_url: str, tmp_path: Path) -> None:
    """A slip of the hand costs no file; last night's backup is replaced as a whole."""
    engine, file = stage.desk.engine, tmp_path / "notes.txt"
    file.write_text("mine")
    with pytest.raises(PermanentError, match="no backup"):
        back_up(engine, file, NOW)
    with pytest.raises(PermanentError, match="no folder"):
        back_up(engine, tmp_path / "nowhere" / "desk.backup", NOW)
    if store_url.startswith("sqlite"):
        with pytest.raises(PermanentError, match="the store itself"):
            back_up(engine, Path(engine.url.database or ""), NOW)
    good = tmp_path / "desk.backup"
    back_up(engine, good, NOW)
    back_up(engine, good, NOW)

    assert file.read_text() == "mine"
    assert stat.S_IMODE(good.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_what_is_no_backup_is_not_restored(stage: Any, store_url: str, tmp_path: Path) -> None:
    """A text, half a backup, another program's database: refused, and the store is as it was."""
    engine, good = stage.desk.engine, tmp_path / "desk.backup"
    back_up(engine, good, NOW)
    engine.dispose()
    notes, half, foreign = (tmp_path / name for name in ("notes", "half", "foreign.db"))
    notes.write_text("mine")
    half.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    sqlite3.connect(foreign).executescript("create table mail (id); insert into mail values (1)")

    for file in (notes, half, foreign):
        with pytest.raises(PermanentError):
            restore(store_url, file, NOW, force=True)

    assert mails_in(store_url) == 0


def test_the_copy_is_whole_while_others_write(engine: Engine, tmp_path: Path) -> None:
    """A backup taken while another connection writes without pause is one consistent state of the store."""
    ended = threading.Event()

    def scribble() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            with write(engine) as connection:
                for key in ("a", "b"):
                    settings.save(connection, key, {"n": number}, NOW)

    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        files = [tmp_path / f"{number}.backup" for number in range(3)]
        for file in files:
            back_up(engine, file, NOW)
    finally:
        ended.set()
        thread.join()
    if engine.dialect.name == "sqlite":
        for file in files:
            copied = sqlite3.connect(file)
            kept = copied.execute("select value from setting where key in ('a', 'b')").fetchall()
            copied.close()
            assert len(set(kept)) <= 1


def test_a_damaged_store_is_put_aside_only_when_asked(lite_stage: Any, mail: Any, tmp_path: Path) -> None:
    """A store beyond reading is what a backup is for; it is still kept."""
    stage = lite_stage
    file, store = tmp_path / "desk.backup", tmp_path / "damaged.db"
    stage.take(mail())
    back_up(stage.desk.engine, file, NOW)
    store.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)

    with pytest.raises(PermanentError, match="cannot be read"):
        restore(f"sqlite:///{store}", file, NOW, force=False)
    aside, _ = restore(f"sqlite:///{store}", file, NOW, force=True)

    assert mails_in(f"sqlite:///{store}") == 1
    assert Path(aside).stat().st_size == 16 + 256 * 64


def test_a_backup_of_a_newer_program_is_refused(
    stage: Any, mail: Any, store_url: str, tmp_path: Path
) -> None:
    """A backup whose schema this program does not know is refused, and the store is as it was."""
    engine, file = stage.desk.engine, tmp_path / "desk.backup"
    with write(engine) as connection:
        known = connection.execute(text("select version_num from alembic_version")).scalar_one()
        connection.execute(text("update alembic_version set version_num = '9999'"))
    back_up(engine, file, NOW)
    with write(engine) as connection:
        connection.execute(text("update alembic_version set version_num = :known"), {"known": known})
    stage.take(mail())
    engine.dispose()

    with pytest.raises(SchemaError):
        restore(store_url, file, NOW, force=True)

    assert mails_in(store_url) == 1


def test_a_copy_that_does_not_say_its_age(engine: Engine) -> None:
    """Of a file without mail and without a date a month is assumed: numbers jump, but not to the moon."""
    with write(engine) as connection:
        restored.mark_restored(connection, None, NOW)
        assert tickets.next_number(connection) == 31 * restored.TICKETS_A_DAY + 1


def test_without_pg_dump_it_says_what_to_install(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PostgreSQL's programs are not there the error names the program and what brings it; SQLite needs none."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    if engine.dialect.name == "sqlite":
        back_up(engine, tmp_path / "desk.backup", NOW)
        return

    with pytest.raises(PermanentError, match="pg_dump is not on PATH"):
        back_up(engine, tmp_path / "desk.backup", NOW)

    assert list(tmp_path.glob("*desk.backup*")) == []


def test_the_kind_of_a_backup(tmp_path: Path) -> None:
    """A file says by its beginning of which database it is a backup."""
    for beginning, kind in (
        (b"SQLite format 3\0rest", "sqlite"),
        (b"PGDMP\x01", "postgresql"),
        (b"", ""),
        (b"x", ""),
    ):
        (tmp_path / "file").write_bytes(beginning)
        assert backup.backup_kind(tmp_path / "file") == kind
