"""Every store of the past, filled, brought to today's schema: nothing is lost, and who still runs the old code goes on."""

from pathlib import Path

import pytest
import store_filler
from sqlalchemy import Engine, MetaData, select
from sqlmodel import Session, SQLModel
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.resources import resource_path
from inboxd.store.all_tables import metadata
from inboxd.store.engine import open_engine, read, set_schema_version, write

REVISIONS = sorted(
    path.name.partition("_")[0] for path in (resource_path("migrations") / "versions").glob("[0-9]*.py")
)


def test_a_filled_store_comes_forward(empty_url: str) -> None:
    """From each earlier schema every row and every value is kept, and today's code reads all of it.

    The statements of the code of that time still work afterwards: with several daemons one is restarted after the other.
    """
    engine = open_engine(empty_url)
    filled: dict[str, tuple[MetaData, store_filler.Rows]] = {}
    for place, revision in enumerate(REVISIONS):
        store_filler.upgrade_to(engine, revision)
        with write(engine) as connection:
            then = store_filler.reflect(connection)
            store_filler.fill(connection, then, first=10 * place + 1)
            filled[revision] = then, store_filler.contents(connection, then)
    with read(engine) as connection:
        for revision, (then, before) in filled.items():
            assert before["mail"], revision
            assert store_filler.lost(then, before, store_filler.contents(connection, then)) == {}, revision
    _read_all(engine)
    with write(engine) as connection:
        for place, (then, _) in enumerate(filled.values(), len(REVISIONS)):
            store_filler.fill(connection, then, first=10 * place + 1)
    _read_all(engine)
    engine.dispose()


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "--until-idle"], ["tickets"], ["reconcile"], ["check"]]
)
def test_a_newer_store_stops_every_command(
    arguments: list[str], sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old code on a newer store says which schema it found and what to do, changes nothing, and ends with 1 or 2."""
    monkeypatch.chdir(tmp_path)
    _newer_store(sqlite_template, tmp_path)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code in {1, 2}
    said = result.output + str(result.exception)
    assert "schema 9999" in said
    assert "newer" in said


def test_mail_waits_for_the_right_version(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An MTA that pipes into old code on a newer store is told to try again later (75): no mail is turned away for it."""
    monkeypatch.chdir(tmp_path)
    _newer_store(sqlite_template, tmp_path)
    result = CliRunner().invoke(app, ["accept", "-"], input="From: a@x.test\n\nHello\n")
    assert result.exit_code == 75


def _newer_store(template: Path, folder: Path) -> None:
    store = folder / "var" / "inboxd.db"
    store.parent.mkdir()
    store.write_bytes(template.read_bytes())
    engine = open_engine(f"sqlite:///{store}")
    with write(engine) as connection:
        set_schema_version(connection, "9999")
    engine.dispose()


def _read_all(engine: Engine) -> None:
    """Read every row of every table as the program's own objects."""
    models = {one.class_ for one in SQLModel._sa_registry.mappers}
    assert {one.__tablename__ for one in models} >= set(metadata.tables)
    with Session(engine) as session:
        for model in models:
            for found in session.exec(select(model)).scalars():
                assert found is not None
