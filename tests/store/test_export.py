"""Everything out, and into an empty desk again."""

import hashlib
import itertools
import json
import mailbox
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_filler
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from inboxd.errors import PermanentError
from inboxd.store import export as exporting
from inboxd.store.engine import open_store, read, write
from inboxd.store.export import export, load

# What no export holds: what is made anew, and what the mails' folders hold.
OUTSIDE = {"alembic_version", "passage_vector", "leader", "mail_raw", "outbox_raw"}
# The tests' own, on PostgreSQL.
_PRISTINE = "pristine"
_names = itertools.count(1)


def fill(engine: Engine) -> None:
    with write(engine) as connection:
        tables = store_filler.reflect(connection)
        if _PRISTINE in tables.tables:
            tables.remove(tables.tables[_PRISTINE])
        store_filler.fill(connection, tables)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of an export by its path."""
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty desk on either database, beside the one of ``engine``."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path / 'other.db'}")
        yield opened
        opened.dispose()
        return
    server = request.getfixturevalue("postgres_url")
    name = f"export_{next(_names)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    opened = open_store(server.replace("/postgres?", f"/{name}?"))
    yield opened
    opened.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))


def test_there_and_back_is_the_same_byte_for_byte(engine: Engine, empty: Engine, tmp_path: Path) -> None:
    """An export loaded into an empty desk and written again is equal file by file, from either database to either."""
    fill(engine)
    counted = export(engine, tmp_path / "one")

    assert load(empty, tmp_path / "one") == counted
    export(empty, tmp_path / "two")

    first = hashes(tmp_path / "one")
    assert hashes(tmp_path / "two") == first
    assert len(first) > len(counted)


def test_every_table_is_in_it(engine: Engine, tmp_path: Path) -> None:
    """Whatever table a later version adds is either written or named here as left out."""
    export(engine, tmp_path / "out")
    with read(engine) as connection:
        tables = set(inspect(connection).get_table_names())

    assert {one.stem for one in (tmp_path / "out").glob("*.jsonl")} == tables - OUTSIDE - {_PRISTINE}


def test_numbers_go_on_where_they_ended(engine: Engine, empty: Engine, tmp_path: Path) -> None:
    """The next event of the new desk is no event of the old one."""
    fill(engine)
    export(engine, tmp_path / "out")
    load(empty, tmp_path / "out")

    with write(empty) as connection:
        values = "'2026-11-16 10:00:00', 'first', ''"
        connection.execute(text(f"insert into event (at, kind, actor) values ({values})"))  # noqa: S608  constants
        newest = connection.execute(text("select max(id) from event")).scalar_one()

    assert newest == store_filler.ROWS + 1


def test_other_programs_can_read_it(lite_engine: Engine, tmp_path: Path) -> None:
    """The mails are a Maildir with a Sent folder, the rows are JSON, one a line."""
    fill(lite_engine)
    export(lite_engine, tmp_path / "out")

    box = mailbox.Maildir(tmp_path / "out" / "Maildir", create=False)
    assert (len(box), len(box.get_folder("Sent"))) == (store_filler.ROWS, store_filler.ROWS)
    lines = (tmp_path / "out" / "ticket.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]


def test_nothing_is_overwritten(lite_engine: Engine, tmp_path: Path) -> None:
    """A folder that holds anything, and one that only seems to be left over, are not touched."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").touch()
    (tmp_path / "new.partial").mkdir()

    with pytest.raises(PermanentError, match="not empty"):
        export(lite_engine, tmp_path / "full")
    with pytest.raises(PermanentError, match="in the way"):
        export(lite_engine, tmp_path / "new")


def test_broken_off_it_is_no_export(
    lite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an export never bears the name; the next one begins anew. An empty folder may stand ready for it."""
    fill(lite_engine)
    (tmp_path / "out").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "_write_box", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            export(lite_engine, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []

    export(lite_engine, tmp_path / "out")

    assert (tmp_path / "out" / "desk.json").exists()
    assert not (tmp_path / "out.partial").exists()


def test_a_desk_in_use_takes_no_export(lite_engine: Engine, tmp_path: Path) -> None:
    """Two desks are not mixed, and the one that is there stays as it was."""
    fill(lite_engine)
    export(lite_engine, tmp_path / "out")

    with pytest.raises(PermanentError, match="not empty"):
        load(lite_engine, tmp_path / "out")


@pytest.mark.parametrize("change", ["row", "mail", "schema", "contents"])
def test_what_was_changed_is_refused(change: str, lite_engine: Engine, tmp_path: Path) -> None:
    """A row or mail that is missing, another schema, a folder that is no export: nothing of it is taken."""
    fill(lite_engine)
    out = tmp_path / "out"
    export(lite_engine, out)
    if change == "row":
        lines = (out / "event.jsonl").read_text("utf-8").splitlines(keepends=True)
        (out / "event.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    elif change == "mail":
        next((out / "Maildir" / "cur").iterdir()).unlink()
    elif change == "schema":
        contents = json.loads((out / "desk.json").read_text("utf-8"))
        (out / "desk.json").write_text(json.dumps(contents | {"schema": "9999"}), encoding="utf-8")
    else:
        (out / "desk.json").unlink()
    empty = open_store(f"sqlite:///{tmp_path / 'new.db'}")

    with pytest.raises(PermanentError):
        load(empty, out)

    with read(empty) as connection:
        assert connection.execute(text("select count(*) from ticket")).scalar_one() == 0
    empty.dispose()
