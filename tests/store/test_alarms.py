import datetime as dt
from dataclasses import replace

from sqlalchemy import Engine, insert

from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Alarm, Step
from inboxd.store import alarms, core_tables
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_alarms_come_back_whole(engine: Engine) -> None:
    """What was kept is read again as it was, and what is kept next replaces it."""
    full = Alarm(
        "b", AlarmKind.SIGN_IN_ENDS, "it ends", NOW, NOW + HOUR, "ends", Step.REPEATED, NOW, NOW + HOUR, 3
    )
    bare = Alarm("a", AlarmKind.DISK_FULL, "", NOW, NOW)
    with write(engine) as connection:
        alarms.save_all(connection, [full, bare])
    with read(engine) as connection:
        assert alarms.load_all(connection) == (bare, full)
    with write(engine) as connection:
        alarms.save_all(connection, [replace(bare, wanted=Step.NOTHING)])
        assert alarms.load_all(connection) == (replace(bare, wanted=Step.NOTHING),)
        alarms.save_all(connection, [])
        assert alarms.load_all(connection) == ()


def test_a_kind_of_another_version_is_left_out(lite_engine: Engine) -> None:
    """An alarm that a newer version raised does not keep this one from starting."""
    with write(lite_engine) as connection:
        row = {"key": "x", "kind": "martians", "occasion": "", "raised_at": NOW, "next_try_at": NOW}
        connection.execute(insert(core_tables.alarm).values(wanted="raised", tries=0, **row))
        assert alarms.load_all(connection) == ()


def test_since_when_a_folder_is_watched(lite_engine: Engine) -> None:
    """The first look at a folder is remembered, each folder's for itself."""
    with write(lite_engine) as connection:
        assert alarms.watched_since(connection, "INBOX") is None
        alarms.note_watched(connection, "INBOX", NOW)
        assert alarms.watched_since(connection, "INBOX") == NOW
        assert alarms.watched_since(connection, "Other") is None
