"""While a store is replaced by a backup nobody gets in, whatever becomes of the restore."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from inboxd.errors import InboxdError, PermanentError
from inboxd.intake.accept import Arrival, accept
from inboxd.store import backup, backup_postgresql, backup_sqlite
from inboxd.store.backup import back_up, restore
from inboxd.store.engine import SchemaError, open_store, read

NOW = dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

Break = Callable[[Callable[[], None]], None]


class BrokenOffError(BaseException):
    """Whoever typed the command pressed Ctrl-C."""


@pytest.fixture
def store_url(own_url: str, postgres_programs: None) -> str:
    """A database of this test alone: a restore on PostgreSQL moves its whole schema."""
    return own_url


@pytest.fixture
def file(store_url: str, mail: Any, tmp_path: Path) -> Path:
    """A backup of a desk with one mail, which has got another since."""
    made = tmp_path / "desk.backup"
    take(store_url, mail(from_="first@x.test"))
    engine = open_store(store_url)
    back_up(engine, made, NOW)
    engine.dispose()
    take(store_url, mail(from_="second@x.test"))
    return made


@pytest.fixture
def meanwhile(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Break]:
    """Let something happen in the middle of the next restore."""

    def during(happens: Callable[[], None]) -> None:
        module, name = (
            (backup_sqlite, "copy_file")
            if store_url.startswith("sqlite")
            else (backup_postgresql, "_program")
        )
        really, calls = getattr(module, name), iter(range(100))

        def slowly(*arguments: Any) -> Any:
            # PostgreSQL's program is asked for once before anything is touched.
            if next(calls) == (0 if module is backup_sqlite else 1):
                happens()
            return really(*arguments)

        monkeypatch.setattr(module, name, slowly)

    yield during
    monkeypatch.undo()


def take(url: str, raw: bytes) -> None:
    """Accept a mail as `inboxd accept` does."""
    engine = open_store(url)
    try:
        accept(engine, [Arrival(raw, "a@x.test", ("support@acme.test",), "pipe")], NOW)
    finally:
        engine.dispose()


def senders(url: str) -> list[str]:
    """Return which of the two mails are in the store."""
    engine = open_store(url)
    try:
        with read(engine) as connection:
            raws = connection.execute(text("select raw from mail_raw order by mail_id")).scalars().all()
    finally:
        engine.dispose()
    return [
        name for raw in raws for name in ("first", "second", "third") if f"{name}@".encode() in bytes(raw)
    ]


def test_nobody_accepts_mail_meanwhile(store_url: str, file: Path, mail: Any, meanwhile: Break) -> None:
    """Mail that is piped in while a backup is put back is refused: with the old store it would be put aside, or dropped."""
    refused: list[InboxdError] = []

    def try_to() -> None:
        try:
            take(store_url, mail(from_="third@x.test"))
        except InboxdError as error:
            refused.append(error)

    meanwhile(try_to)
    restore(store_url, file, NOW + DAY, force=True)

    assert [type(error) for error in refused] == [SchemaError]
    assert "replaced by a backup" in str(refused[0])
    assert senders(store_url) == ["first"]
    take(store_url, mail(from_="third@x.test"))
    assert senders(store_url) == ["first", "third"]


def test_broken_off_all_is_as_it_was(store_url: str, file: Path, meanwhile: Break) -> None:
    """Ctrl-C in the middle of a restore leaves the store that was there, open to everybody."""

    def press() -> None:
        raise BrokenOffError

    meanwhile(press)
    with pytest.raises(BrokenOffError):
        restore(store_url, file, NOW + DAY, force=True)

    assert senders(store_url) == ["first", "second"]


def test_killed_it_is_no_store_until_it_is_finished(
    store_url: str, file: Path, meanwhile: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore that was killed leaves nothing an inboxd starts on, least of all an empty desk; the next one finishes it."""
    killed = os.fork()
    if not killed:
        meanwhile(lambda: os._exit(9))
        restore(store_url, file, NOW + DAY, force=True)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(killed, 0)[1]) == 9

    with pytest.raises(SchemaError, match="run inboxd restore again"):
        open_store(store_url)
    aside, _ = restore(store_url, file, NOW + 2 * DAY, force=True)

    assert senders(store_url) == ["first"]
    if aside:
        assert senders(f"sqlite:///{aside}") == ["first", "second"]


def test_a_failed_second_one_stays_barred_or_gives_the_old_back(
    store_url: str, file: Path, meanwhile: Break, tmp_path: Path
) -> None:
    """After a killed restore one with a broken file opens no empty desk: the old store is back, or still nobody gets in."""
    killed = os.fork()
    if not killed:
        meanwhile(lambda: os._exit(9))
        restore(store_url, file, NOW + DAY, force=True)
    os.waitpid(killed, 0)
    broken = tmp_path / "broken.backup"
    broken.write_bytes(file.read_bytes()[:3000])

    with pytest.raises(PermanentError):
        restore(store_url, broken, NOW + 2 * DAY, force=True)

    if store_url.startswith("sqlite"):
        assert senders(store_url) == ["first", "second"]
    else:
        with pytest.raises(SchemaError, match="run inboxd restore again"):
            open_store(store_url)


def test_where_there_is_no_store_none_is_made_meanwhile(
    lite_stage: Any, mail: Any, meanwhile: Break, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restoring on a new machine, mail that is piped in waits as well: it would make a store of its own, to be replaced."""
    made, url = tmp_path / "desk.backup", f"sqlite:///{tmp_path / 'new' / 'desk.db'}"
    back_up(lite_stage.desk.engine, made, NOW)
    really = backup_sqlite.copy_file

    def slowly(*arguments: Any) -> None:
        with pytest.raises(SchemaError, match="replaced by a backup"):
            take(url, mail())
        really(*arguments)

    monkeypatch.setattr(backup_sqlite, "copy_file", slowly)
    assert backup.restore(url, made, NOW, force=False) == ("", 0)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["desk.db"]
    take(url, mail())

    monkeypatch.setattr(backup_sqlite, "copy_file", _fail)
    other = tmp_path / "other" / "desk.db"
    with pytest.raises(PermanentError):
        backup.restore(f"sqlite:///{other}", made, NOW, force=False)
    assert list(other.parent.iterdir()) == []


def test_killed_where_there_was_no_store_it_is_done_again_without_force(
    lite_stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a killed restore left on a new machine is no store that would have to be kept."""
    made, url = tmp_path / "desk.backup", f"sqlite:///{tmp_path / 'new' / 'desk.db'}"
    back_up(lite_stage.desk.engine, made, NOW)
    lite_stage.desk.engine.dispose()
    killed = os.fork()
    if not killed:
        monkeypatch.setattr(backup_sqlite, "copy_file", lambda *_: os._exit(9))
        restore(url, made, NOW, force=False)
    os.waitpid(killed, 0)
    with pytest.raises(SchemaError, match="run inboxd restore again"):
        open_store(url)

    assert restore(url, made, NOW, force=False) == ("", 0)
    open_store(url).dispose()


@pytest.mark.parametrize("own_url", ["sqlite"], indirect=True)
def test_who_has_it_open_stops_the_restore(
    file: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who opened the store before it was barred and keeps it stops the restore, and the store is his as before."""
    monkeypatch.setattr("inboxd.store.barred_sqlite._PATIENCE_SECONDS", 0.05)
    numbers_of, guests = backup_sqlite.numbers_of, []

    def then_somebody_comes(*arguments: Any, **options: Any) -> Any:
        found = numbers_of(*arguments, **options)
        guest = open_store(store_url)
        guests.append((guest, guest.connect()))
        guests[0][1].execute(text("select 1 from mail"))
        return found

    monkeypatch.setattr(backup_sqlite, "numbers_of", then_somebody_comes)
    with pytest.raises(PermanentError, match="in use"):
        restore(store_url, file, NOW + DAY, force=True)
    guests[0][1].close()
    guests[0][0].dispose()

    assert senders(store_url) == ["first", "second"]


def _fail(*_: Any) -> None:
    raise PermanentError("the backup cannot be read")
