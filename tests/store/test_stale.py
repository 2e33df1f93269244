import datetime as dt

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine

from inboxd.store import core_tables, stale
from inboxd.store import engine as store_engine
from inboxd.store.engine import migrate, open_engine, read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


def test_what_waits_on_the_day_of_the_update_goes_stale_too(empty_url: str) -> None:
    """The upgrade gives what is queued its time, by kind and age; what was sent, and a person's words, get none."""
    engine = open_engine(empty_url)
    _upgrade(engine, "0012")
    kinds = ("chase", "relay", "answer", "chase")
    with write(engine) as connection:
        outbox = sa.Table("outbox", sa.MetaData(), autoload_with=connection)
        for number, kind in enumerate(kinds, 1):
            connection.execute(
                sa.insert(outbox).values(
                    id=number,
                    kind=kind,
                    state="sent" if number == len(kinds) else "queued",
                    automatic=kind != "relay",
                    created_at=NOW,
                    reverse_path="",
                    recipient="ada@acme.test",
                    recipients=["ada@acme.test"],
                    subject="",
                    message_id=f"<m{number}@acme.test>",
                    why={},
                    attempts=0,
                    next_attempt_at=NOW,
                    last_reply="",
                    reported=False,
                )
            )
    migrate(engine)
    table = core_tables.outbox
    with read(engine) as connection:
        moments = connection.execute(sa.select(table.c.stale_at).order_by(table.c.id)).scalars().all()
        found = [one.outbox_id for one in stale.list_stale(connection, NOW + dt.timedelta(hours=12))]
    engine.dispose()
    assert moments == [NOW + dt.timedelta(hours=12), None, NOW + dt.timedelta(days=2), None]
    assert found == [1]


def _upgrade(engine: Engine, revision: str) -> None:
    config = store_engine._alembic_config()
    with write(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
