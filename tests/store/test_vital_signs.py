import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, update

from inboxd.store import core_tables, mails, outbox, vital_signs
from inboxd.store.engine import read, write
from inboxd.store.outbox import NewOutgoing

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def queue(engine: Engine, kind: str, number: int, now: dt.datetime, said: str = "") -> None:
    """Queue a mail of ours."""
    mail = NewOutgoing(number, kind, True, "", ("a@b.test",), "s", f"<m{number}@b.test>", b"x")
    row = core_tables.outbox
    with write(engine) as connection:
        outbox.enqueue(connection, mail, now)
        connection.execute(update(row).where(row.c.id == number).values(last_reply=said))


def test_what_waits_to_be_sent(engine: Engine) -> None:
    """The oldest queued mail counts with the server's last word about it; alarms and webhooks do not."""
    with read(engine) as connection:
        assert vital_signs.to_send(connection) == vital_signs.Waiting(0, None)
    queue(engine, "alarm", 1, NOW - 9 * HOUR)
    queue(engine, "webhook", 2, NOW - 8 * HOUR)
    queue(engine, "relay", 3, NOW - 2 * HOUR, "451 later")
    queue(engine, "digest", 4, NOW - HOUR, "452 full")
    with read(engine) as connection:
        assert vital_signs.to_send(connection) == vital_signs.Waiting(2, NOW - 2 * HOUR, "451 later")


def test_what_waits_to_be_processed(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """Accepted mail waits; history and what a person has just released have their time."""
    lite_stage.accept(mail("one"))
    lite_stage.clock.advance(hours=1)
    lite_stage.accept(mail("two"))
    lite_stage.accept(mail("three"), imported=True)
    engine = lite_stage.desk.engine
    with read(engine) as connection:
        assert vital_signs.to_process(connection) == vital_signs.Waiting(2, NOW)
    with write(engine) as connection:
        mails.hold(connection, 1, "x", "y", NOW)
        mails.release(connection, 1, NOW)
        assert vital_signs.to_process(connection) == vital_signs.Waiting(1, NOW + HOUR)


def test_what_is_held(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """What a fault stopped is told from what was held on purpose."""
    for text, detail in (("one", ""), ("two", "Traceback …")):
        mail_id = lite_stage.accept(mail(text))
        with write(lite_stage.desk.engine) as connection:
            mails.hold(connection, mail_id, "reason", detail, lite_stage.clock())
        lite_stage.clock.advance(hours=1)
    with read(lite_stage.desk.engine) as connection:
        assert vital_signs.held(connection, only_faults=False) == vital_signs.Waiting(2, NOW)
        assert vital_signs.held(connection, only_faults=True) == vital_signs.Waiting(1, NOW + HOUR)


def test_the_model(lite_engine: Engine) -> None:
    """Nobody knows about the model before somebody said so."""
    with write(lite_engine) as connection:
        assert vital_signs.model_trouble(connection) is None
        vital_signs.note_model(connection, "no weights", NOW)
        assert vital_signs.model_trouble(connection) == "no weights"
        vital_signs.note_model(connection, "", NOW)
        assert vital_signs.model_trouble(connection) == ""
