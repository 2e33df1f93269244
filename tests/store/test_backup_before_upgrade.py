"""The backup that is made with the new version installed and the old one still running."""

import datetime as dt
from pathlib import Path

import pytest
import store_filler

from inboxd.errors import PermanentError
from inboxd.resources import resource_path
from inboxd.store.backup import back_up, open_existing, restore
from inboxd.store.engine import SchemaError, open_engine, open_store, read, schema_version, write

NOW = dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
REVISIONS = sorted(
    path.name.partition("_")[0] for path in (resource_path("migrations") / "versions").glob("[0-9]*.py")
)


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-2]])
def test_a_backup_does_not_upgrade(
    empty_url: str, revision: str, tmp_path: Path, postgres_programs: None
) -> None:
    """A backup is of the schema that the running desk has, so that its version can go back to it, and so is the store still."""
    engine = open_engine(empty_url)
    store_filler.upgrade_to(engine, revision)
    with write(engine) as connection:
        store_filler.fill(connection, store_filler.reflect(connection))
    engine.dispose()
    file = tmp_path / "desk.backup"

    opened = open_existing(empty_url)
    back_up(opened, file, NOW)
    with read(opened) as connection:
        assert schema_version(connection) == revision
    opened.dispose()

    if empty_url.startswith("sqlite"):
        copy = open_engine(f"sqlite:///{file}")
        with read(copy) as connection:
            assert schema_version(connection) == revision
        copy.dispose()
    # Put back by the new version it is the newest.
    restore(empty_url, file, NOW, force=True)
    open_store(empty_url).dispose()


def test_what_is_no_store_has_no_backup(empty_url: str) -> None:
    """A database without a desk is said to be none; a backup of nothing would be found on the day it is needed."""
    engine = open_engine(empty_url)
    engine.connect().close()
    engine.dispose()
    with pytest.raises(PermanentError, match="there is no store"):
        open_existing(empty_url)


def test_a_newer_store_is_left_alone(engine_url_newer: str) -> None:
    """Of a store that a newer version wrote an old one makes no backup, which would bear a mark it does not understand."""
    with pytest.raises(SchemaError, match="newer"):
        open_existing(engine_url_newer)


@pytest.fixture
def engine_url_newer(store_url: str) -> str:
    """The address of a store with a schema of the future."""
    engine = open_engine(store_url)
    with write(engine) as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()
    return store_url
