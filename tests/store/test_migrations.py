import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from inboxd.resources import resource_path
from inboxd.store import engine as store_engine
from inboxd.store.all_tables import metadata
from inboxd.store.engine import SchemaError, migrate, open_engine, open_store, pending_migrations, read, write

VERSIONS = resource_path("migrations") / "versions"


def test_upgrade_from_empty_equals_the_tables(empty_url: str) -> None:
    """What the migrations make of an empty database is exactly what the tables in the code say."""
    engine = open_store(empty_url)
    with read(engine) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_partial_indexes_stay_partial(engine: Engine) -> None:
    """The due-row indexes cover due rows only, on both databases; the comparison above does not look at that."""
    source = {
        "sqlite": "select name from sqlite_master where type = 'index' and lower(sql) like '% where %'",
        "postgresql": "select indexname from pg_indexes where indexdef ilike '% where %'",
    }
    with read(engine) as connection:
        found = set(connection.execute(text(source[connection.dialect.name])).scalars())
    assert {"ix_mail_due", "ix_outbox_due", "ix_survey_due", "ix_ticket_chase", "ix_ticket_snooze"} <= found


def test_constraints_are_named_alike(engine: Engine) -> None:
    """Every constraint has the name of the convention, so that a later migration can change it."""
    with read(engine) as connection:
        look = inspect(connection)
        names = {one["name"] for one in look.get_check_constraints("outbox")}
        foreign = {one["name"] for one in look.get_foreign_keys("message")}
    assert "ck_outbox_state" in names
    assert foreign == {"fk_message_mail_id_mail", "fk_message_ticket_number_ticket"}


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    """A second start finds the newest schema and leaves it alone."""
    assert pending_migrations(engine) == ()
    migrate(engine)
    assert pending_migrations(engine) == ()


def test_an_empty_store_has_everything_before_it(empty_url: str) -> None:
    """``inboxd check`` can say what an upgrade would run, oldest first, without running it."""
    engine = open_engine(empty_url)
    pending = pending_migrations(engine)
    with read(engine) as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()
    assert pending
    assert list(pending) == sorted(pending)


def test_a_newer_schema_is_refused(engine: Engine) -> None:
    """A store written by a newer program is left untouched, and the sentence says what to do."""
    with write(engine) as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(SchemaError, match=r"schema 9999.*written by a newer one"):
        migrate(engine)
    with pytest.raises(SchemaError):
        pending_migrations(engine)
    with read(engine) as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalar() == "9999"


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade that breaks in the middle is rolled back whole: the old program could still run."""

    def break_off(config: object, _revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("create table half (n integer)"))
        raise RuntimeError("power cut")

    engine = open_engine(empty_url)
    monkeypatch.setattr(command, "upgrade", break_off)
    with pytest.raises(RuntimeError):
        migrate(engine)
    with read(engine) as connection:
        assert not inspect(connection).has_table("half")
    engine.dispose()


def test_the_newest_revision_bears_the_highest_number() -> None:
    """A start compares the store with the last file in the folder by name, without loading what migrates."""
    heads = ScriptDirectory.from_config(store_engine._alembic_config()).get_heads()
    assert heads == [max(path.name for path in VERSIONS.glob("[0-9]*.py")).partition("_")[0]]


def test_a_store_at_the_newest_schema_is_not_migrated(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first start migrates, the second only looks; an older or newer store is never taken for the newest."""
    open_store(empty_url).dispose()
    called: list[Engine] = []
    monkeypatch.setattr(store_engine, "migrate", called.append)
    engine = open_store(empty_url)
    assert called == []
    with write(engine) as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    open_store(empty_url).dispose()
    engine.dispose()
    assert len(called) == 1
