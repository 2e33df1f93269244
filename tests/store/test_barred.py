from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxd.errors import TransientError
from inboxd.store.engine import open_engine, read, write


@pytest.mark.parametrize(
    "barring",
    [
        ["create role barred", "set local role barred", "select 1 from mail"],
        ["set transaction read only", "update mail set copies = 0"],
    ],
)
@pytest.mark.parametrize("way", [read, write])
def test_a_barred_database_is_waited_for(shared_url: str, barring: list[str], way: Any) -> None:
    """Rights that were revoked, or a server that is read-only for now, are no fault of the mail: later, not never."""
    engine = open_engine(shared_url)
    with pytest.raises(TransientError):
        _try(way, engine, barring)
    engine.dispose()


def _try(way: Any, engine: Engine, statements: list[str]) -> None:
    with way(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))
