import datetime as dt
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

from inboxd.store.types import UtcDateTime

DIALECT = sqlite.dialect()
KIND = UtcDateTime().dialect_impl(DIALECT)
# Hypothesis adds the zone.
EARLIEST = dt.datetime(1000, 1, 2)  # noqa: DTZ001
LATEST = dt.datetime(9999, 12, 30)  # noqa: DTZ001
ZONES = st.sampled_from(
    (dt.UTC, dt.timezone(dt.timedelta(hours=9)), dt.timezone(dt.timedelta(hours=-7, minutes=30)))
)


@given(st.datetimes(EARLIEST, LATEST, timezones=ZONES))
def test_instants_are_written_as_sqlalchemy_writes_them(moment: dt.datetime) -> None:
    """The short way to SQLite gives the same words as the long one, and the same instant in UTC comes back."""
    write, read = KIND.bind_processor(DIALECT), KIND.result_processor(DIALECT, None)
    long_way: Callable[[Any], Any] | None = TypeDecorator.bind_processor(
        cast("TypeDecorator[Any]", KIND), DIALECT
    )
    assert write
    assert read
    assert long_way
    assert write(moment) == long_way(moment)
    found = read(write(moment))
    assert found == moment
    assert found is not None
    assert found.tzinfo is dt.UTC


def test_nothing_stays_nothing_and_a_naive_time_is_refused() -> None:
    """NULL passes both ways; a time without an offset is a mistake of ours."""
    write, read = KIND.bind_processor(DIALECT), KIND.result_processor(DIALECT, None)
    assert write
    assert read
    assert write(None) is None
    assert read(None) is None
    with pytest.raises(ValueError, match="naive"):
        write(dt.datetime(2026, 11, 16, 10, 0))  # noqa: DTZ001  that is the mistake
