import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from inboxd.store import core_tables, settings
from inboxd.store.engine import read, write
from inboxd.store.storable import storable

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("plain", "plain"),
        ("naïve 退款 🎉", "naïve 退款 🎉"),
        ("a\x00b", "a\ufffdb"),
        ("ü\x00", "ü\ufffd"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("\x01\x1f\t\r\n", "\x01\x1f\t\r\n"),
    ],
)
def test_only_what_cannot_be_kept_is_replaced(text: str, kept: str) -> None:
    """NUL and lone surrogates become U+FFFD; everything else stays as it was."""
    assert storable(text) == kept


@given(st.text(alphabet=st.characters(), max_size=50))
def test_always_utf_8_without_nul(text: str) -> None:
    """Whatever comes, the result can be written as UTF-8, has no NUL, is as long, and stays what it is."""
    kept = storable(text)
    assert b"\x00" not in kept.encode()
    assert len(kept) == len(text)
    assert storable(kept) == kept


def test_both_databases_keep_it(engine: Engine) -> None:
    """A row under a hostile name is kept and found again by that name: one row, several rows, or one among many."""
    name = "a\x00b\udcff"
    setting = core_tables.setting
    with write(engine) as connection:
        settings.save(connection, name, {"n": 1}, NOW)
        rows = [{"key": f"{name}{n}", "value": {}, "at": NOW} for n in range(2)]
        connection.execute(sa.insert(setting), rows)
    with read(engine) as connection:
        assert settings.load(connection, name) == {"n": 1}
        found = connection.execute(sa.select(setting.c.key).where(setting.c.key.in_([name, f"{name}1"])))
        assert sorted(found.scalars()) == ["a\ufffdb\ufffd", "a\ufffdb\ufffd1"]
