"""When a PostgreSQL counts as left alone."""

from sqlalchemy import Connection, Engine, text

from inboxd.store.leaving import is_left


def test_waits_for_who_is_on_his_way_out(engine: Engine) -> None:
    """Others that are gone at a later look count as gone."""
    looks = iter((2, 1, 0))

    assert is_left(engine, lambda _: next(looks))
    assert next(looks, None) is None


def test_who_stays_is_there(engine: Engine) -> None:
    """Others that stay until the patience is over are others."""
    assert not is_left(engine, lambda _: 1, patience=0.0)


def test_every_look_sees_the_store_as_it_is_then(engine: Engine) -> None:
    """What somebody else commits between two looks is seen at the second."""
    with engine.begin() as connection:
        connection.execute(text("create table guest (id integer)"))
        connection.execute(text("insert into guest values (1)"))

    def count(connection: Connection) -> int:
        guests = connection.execute(text("select count(*) from guest")).scalar_one()
        with engine.begin() as other:
            other.execute(text("delete from guest"))
        return int(guests)

    assert is_left(engine, count)
