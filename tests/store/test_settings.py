import datetime as dt

from sqlalchemy import Engine

from inboxd.store import settings
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_kept_changed_forgotten(engine: Engine) -> None:
    """A value is kept under its key, replaced by the next, and gone when forgotten."""
    with write(engine) as connection:
        assert settings.load(connection, "k") is None
        settings.save(connection, "k", {"n": 1}, NOW)
        settings.save(connection, "k", {"n": 2}, NOW)
    with write(engine) as connection:
        assert settings.load(connection, "k") == {"n": 2}
        settings.forget(connection, "k")
        settings.forget(connection, "k")
    with read(engine) as connection:
        assert settings.load(connection, "k") is None


def test_job_runs(engine: Engine) -> None:
    """The last run of a job is the one noted last; a job that never ran has none."""
    with write(engine) as connection:
        assert settings.last_run(connection, "digest") is None
        settings.note_run(connection, "digest", NOW)
        settings.note_run(connection, "digest", NOW + dt.timedelta(days=1))
        settings.note_run(connection, "other", NOW)
    with read(engine) as connection:
        assert settings.last_run(connection, "digest") == NOW + dt.timedelta(days=1)
