"""A backup of a store that takes no writes at the moment."""

import datetime as dt
from pathlib import Path
from typing import Any

from sqlalchemy import text

from inboxd.store.backup import back_up
from inboxd.store.engine import open_engine, read
from inboxd.store.restored import backed_up_at

NOW = dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_a_full_disk_is_backed_up_to_another(lite_stage: Any, mail: Any, tmp_path: Path) -> None:
    """A store whose disk is full can still be copied; the copy then counts as old as the one before, not as newer."""
    engine, file = lite_stage.desk.engine, tmp_path / "desk.backup"
    lite_stage.take(mail())
    back_up(engine, file, NOW)
    with read(engine) as connection:
        # Its one connection is kept; every write over it fails from now on, as on a disk that is full or read-only.
        connection.execute(text("pragma query_only = on"))
    back_up(engine, file, NOW + DAY)

    copied = open_engine(f"sqlite:///{file}")
    with read(copied) as connection:
        assert connection.execute(text("select count(*) from mail")).scalar_one() == 1
        assert backed_up_at(connection) == NOW
    copied.dispose()
