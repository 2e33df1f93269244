"""Who counts as connected to a PostgreSQL that a backup is to be put over, and what is a backup of one."""

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text

from inboxd.errors import PermanentError
from inboxd.intake.accept import Arrival, accept
from inboxd.store import backup_postgresql
from inboxd.store.backup import restore
from inboxd.store.backup_postgresql import dump, numbers_of
from inboxd.store.engine import open_engine, open_store, read, write
from inboxd.store.leaving import is_left

NOW = dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)


def _connect(url: str, **options: str) -> psycopg.Connection:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, **options)


@pytest.mark.parametrize("own_url", ["postgresql"], indirect=True)
def test_a_client_is_in_the_way_and_a_worker_of_the_server_is_not(
    own_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may write keeps a restore from it, even one who does nothing; what serves the server itself does not."""
    monkeypatch.setattr(backup_postgresql, "is_left", partial(is_left, patience=0.3))
    # As a standby that copies this database: connected to it, and no client (the documentation's "walsender").
    with _connect(own_url, replication="database"):
        assert numbers_of(own_url, force=True) is None
        with _connect(own_url), pytest.raises(PermanentError, match="in use"):
            numbers_of(own_url, force=True)


@pytest.mark.parametrize("own_url", ["postgresql"], indirect=True)
def test_a_dump_of_something_else_is_no_backup(
    own_url: str, mail: Any, tmp_path: Path, postgres_programs: None
) -> None:
    """What another program's tables, or a desk's in another schema, were dumped into replaces nothing, least of all by nothing."""
    engine, file = open_store(own_url), tmp_path / "other.backup"
    accept(engine, [Arrival(mail(), "a@x.test", ("support@acme.test",), "pipe")], NOW)
    with write(engine) as connection:
        connection.execute(text("create schema other"))
        connection.execute(text("create table other.mail (id integer)"))
    engine.dispose()
    elsewhere = open_engine(f"{own_url}&options=-csearch_path%3Dother")
    dump(elsewhere, file)
    elsewhere.dispose()

    with pytest.raises(PermanentError, match="holds no store of inboxd in a schema public"):
        restore(own_url, file, NOW, force=True)

    engine = open_store(own_url)
    with read(engine) as connection:
        assert connection.execute(text("select count(*) from mail")).scalar_one() == 1
    engine.dispose()
