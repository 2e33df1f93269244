"""Who counts as connected to a PostgreSQL that a backup is to be put over."""

from functools import partial

import psycopg
import pytest
from sqlalchemy import make_url

from inboxd.errors import PermanentError
from inboxd.store import backup_postgresql
from inboxd.store.backup_postgresql import numbers_of
from inboxd.store.leaving import is_left


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
