"""Statements made once say and do exactly what SQLAlchemy would, on both databases and whoever listens."""

import datetime as dt
import sqlite3

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, bindparam, delete, insert, literal, select, update

from inboxd.errors import TransientError
from inboxd.store import core_tables
from inboxd.store.engine import open_store, read, write
from inboxd.store.prepared import Prepared, is_direct

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
_setting, _attempt = core_tables.setting, core_tables.attempt
INSERT = Prepared(insert(_setting))
FIND = Prepared(select(_setting).where(_setting.c.key == bindparam("wanted")))
FIND_MANY = Prepared(
    select(_setting.c.key, _setting.c.value, _setting.c.at)
    .where(_setting.c.key.in_(bindparam("keys", expanding=True)), _setting.c.at <= bindparam("until"))
    .order_by(_setting.c.key)
    .limit(10),
    lists=("keys",),
)
CHANGE = Prepared(update(_setting).where(_setting.c.key == bindparam("wanted")))
FORGET = Prepared(delete(_setting).where(_setting.c.key == literal("gone", literal_execute=True)))


def fill(engine: Engine) -> None:
    with write(engine) as connection:
        rows = [{"key": key, "value": {"of": [key, None]}, "at": NOW} for key in ("a", "b", "gone")]
        INSERT.run_each(connection, rows)


def test_values_come_back_as_they_were_put_in(engine: Engine) -> None:
    """JSON and instants are what they were, a row that is not there is None, and names give a mapping."""
    fill(engine)
    with read(engine) as connection:
        assert FIND.first(connection, wanted="none") is None
        assert FIND.value(connection, wanted="none") is None
        (found,) = FIND.mappings(connection, wanted="a")
        assert found == {"key": "a", "value": {"of": ["a", None]}, "at": NOW}
        assert FIND.value(connection, wanted="b") == "b"


@pytest.mark.parametrize("keys", [(), ("a",), ("b", "a"), ("x", "b", "a", "y")])
def test_lists_of_any_length(engine: Engine, keys: tuple[str, ...]) -> None:
    """A list of values is asked for whatever its length, an empty one finds nothing."""
    fill(engine)
    with read(engine) as connection:
        for _ in range(2):
            found = FIND_MANY.column(connection, keys=list(keys), until=NOW)
            assert found == sorted({"a", "b"} & set(keys))
        assert FIND_MANY.rows(connection, keys=list(keys), until=NOW - dt.timedelta(days=1)) == []


def test_many_lengths_are_not_all_kept(lite_engine: Engine) -> None:
    """Lists of ever other lengths do not fill the memory."""
    fill(lite_engine)
    with read(lite_engine) as connection:
        for length in range(1, 250):
            keys = ["a", *(str(number) for number in range(length))]
            assert FIND_MANY.column(connection, keys=keys, until=NOW) == ["a"]
    assert len(FIND_MANY._compiled) <= 100


def test_writing_tells_how_many_rows_it_changed(engine: Engine) -> None:
    """An update or deletion says how many rows it met; whatever columns it is run with are those it sets."""
    fill(engine)
    with write(engine) as connection:
        assert CHANGE.run(connection, wanted="a", value={"new": True}) == 1
        assert CHANGE.run(connection, wanted="a", value={"new": 2}, at=NOW + dt.timedelta(hours=1)) == 1
        assert CHANGE.run(connection, wanted="none", value={}) == 0
        assert FORGET.run(connection) == 1
        assert FORGET.run(connection) == 0
    with read(engine) as connection:
        assert FIND.first(connection, wanted="a") == ("a", {"new": 2}, NOW + dt.timedelta(hours=1))


def test_a_new_row_has_its_key_and_its_defaults(engine: Engine) -> None:
    """An inserted row says its key, and columns nobody gave have the defaults of the table."""
    with write(engine) as connection:
        connection.execute(
            sa.text(
                "insert into outbox (id, kind, state, automatic, created_at, recipient, recipients, subject, message_id, why,"
                " reverse_path, attempts, next_attempt_at, reported)"
                " values (7, 'x', 'queued', true, :now, 'a', '[]', '', '<1>', '{}', '', 0, :now, false)"
            ),
            {"now": NOW.replace(tzinfo=None) if engine.dialect.name == "sqlite" else NOW},
        )
        add = Prepared(insert(_attempt))
        first = add.insert(connection, outbox_id=7, at=NOW, reply="")
        assert add.insert(connection, outbox_id=7, at=NOW, reply="") == first + 1
        outcome = Prepared(select(_attempt.c.outcome).where(_attempt.c.id == bindparam("wanted")))
        assert outcome.value(connection, wanted=first) == "unknown"


def test_hostile_text_is_made_storable(engine: Engine) -> None:
    """What no database keeps is replaced in what is written and in what is asked by, so that it is found again."""
    with write(engine) as connection:
        INSERT.run(connection, key="a\x00b\ud800", value={}, at=NOW)
    with read(engine) as connection:
        assert FIND.value(connection, wanted="a\x00b\ud800") == "a\ufffdb\ufffd"


def test_errors_are_those_of_sqlalchemy(engine: Engine) -> None:
    """A row that is there already is an ``IntegrityError`` that names no value, and the transaction is taken back."""
    fill(engine)
    with pytest.raises(sa.exc.IntegrityError) as failure, write(engine) as connection:  # noqa: PT012  the first must be taken back
        INSERT.run(connection, key="new", value={}, at=NOW)
        INSERT.run(connection, key="a", value={"words": "of a customer"}, at=NOW)
    assert "of a customer" not in str(failure.value)
    with read(engine) as connection:
        assert FIND.first(connection, wanted="new") is None


def test_naive_times_are_refused(engine: Engine) -> None:
    """A time without a zone is refused here as everywhere."""
    with pytest.raises((ValueError, sa.exc.StatementError)), write(engine) as connection:
        INSERT.run(connection, key="x", value={}, at=NOW.replace(tzinfo=None))


def test_whoever_listens_hears_every_statement(lite_engine: Engine) -> None:
    """Who listens to what is executed hears it with its parameters, and nothing goes past him on a new connection."""
    fill(lite_engine)
    heard: list[str] = []
    with read(lite_engine) as connection:
        assert is_direct(connection)
    sa.event.listen(lite_engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
    with read(lite_engine) as connection:
        assert not is_direct(connection)
        assert FIND.value(connection, wanted="a") == "a"
    assert [one for one in heard if "setting" in one]


def test_a_store_that_is_barred_is_a_transient_fault(tmp_path: object) -> None:
    """A lock somebody else holds for too long is the store's trouble, not the mail's."""
    engine = open_store(f"sqlite:///{tmp_path}/store.db")
    other = sqlite3.connect(f"{tmp_path}/store.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        with read(engine) as connection:
            connection.exec_driver_sql("pragma busy_timeout = 1")
        with pytest.raises(TransientError), write(engine) as connection:
            INSERT.run(connection, key="x", value={}, at=NOW)
    finally:
        other.close()
        engine.dispose()


def test_one_question_for_each(engine: Engine) -> None:
    """Questions asked in a row are answered in order, with None where there is nothing."""
    fill(engine)
    with read(engine) as connection:
        asked = [{"wanted": key} for key in ("b", "none", "a")]
        assert FIND.value_each(connection, asked) == ["b", None, "a"]
        assert FIND.value_each(connection, []) == []


def test_each_row_gets_its_own_key_and_values(engine: Engine) -> None:
    """Rows inserted in a row get their own values, also beside values that are one object in all of them."""
    number = core_tables.mail
    add, moments = Prepared(insert(number)), (NOW, NOW, NOW - dt.timedelta(days=1))
    rows = [{"next_attempt_at": at, "accepted_at": NOW, "message_id": f"<{at}>", **_MAIL} for at in moments]
    with write(engine) as connection:
        assert add.insert_each(connection, []) == []
        assert add.insert_each(connection, rows) == [1, 2, 3]
        query = select(number.c.next_attempt_at, number.c.message_id).order_by(number.c.id)
        assert [tuple(row) for row in connection.execute(query)] == [(at, f"<{at}>") for at in moments]


_MAIL = {
    "source": "smtp",
    "forward_paths": ["support@acme.test"],
    "peer": "",
    "helo": "",
    "submitter": "",
    "size": 1,
    "content_sha256": "",
    "copies": 0,
    "imported": False,
    "state": "accepted",
    "attempts": 0,
    "disposition": "",
}
