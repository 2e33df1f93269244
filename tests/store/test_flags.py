"""Columns of yes and no in the words of the partial indexes."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.sql.elements import ColumnElement

from inboxd.store.core_tables import outbox
from inboxd.store.engine import read
from inboxd.store.flags import is_set


@pytest.mark.parametrize(
    ("condition", "words"),
    [(is_set(outbox.c.automatic), "outbox.automatic"), (~is_set(outbox.c.automatic), "NOT outbox.automatic")],
)
def test_a_flag_is_asked_for_by_its_bare_name(condition: ColumnElement[bool], words: str) -> None:
    """The condition is the column's name and nothing beside it, which is what the index says."""
    assert str(condition) == words


def test_a_flag_may_have_a_namesake(engine: Engine) -> None:
    """Where two tables have a column of one name each database knows which is meant."""
    other = outbox.alias()
    with read(engine) as connection:
        assert not connection.execute(select(other.c.id).join(outbox, is_set(outbox.c.automatic))).all()
