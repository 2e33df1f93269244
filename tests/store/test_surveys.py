import datetime as dt

import pytest
from sqlalchemy import Engine

from inboxd.core.outcome import SurveyAnswered
from inboxd.core.ticket import Ticket
from inboxd.store import customers, surveys, tickets
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def carla(engine: Engine) -> int:
    """A customer with ticket #1."""
    with write(engine) as connection:
        customer_id = customers.insert_customer(connection, "carla@customer.test", "Carla", "en", NOW)
        tickets.insert_ticket(connection, Ticket(1, "x", customer_id, NOW, NOW))
    return customer_id


def plan(engine: Engine, customer_id: int, due_at: dt.datetime = NOW) -> None:
    with write(engine) as connection:
        surveys.plan(connection, 1, customer_id, due_at)


def test_one_waits_per_ticket(engine: Engine, carla: int) -> None:
    """A ticket has one waiting survey however often it is solved; its time is that of the first."""
    plan(engine, carla)
    plan(engine, carla, NOW + DAY)
    with read(engine) as connection:
        assert surveys.list_due(connection, NOW - DAY) == []
        assert [one.due_at for one in surveys.list_due(connection, NOW + 2 * DAY)] == [NOW]


def test_withdrawn_is_not_sent(engine: Engine, carla: int) -> None:
    """A withdrawn survey is not due; when the ticket is solved again a new one may be planned."""
    plan(engine, carla)
    with write(engine) as connection:
        surveys.withdraw(connection, 1, "reopened", NOW)
        assert surveys.list_due(connection, NOW) == []
    plan(engine, carla, NOW + DAY)
    with read(engine) as connection:
        assert len(surveys.list_due(connection, NOW + DAY)) == 1


def test_sent_once_then_answered(engine: Engine, carla: int) -> None:
    """A sent survey is not due again, is found on its ticket, and keeps the last answer; withdrawing comes too late."""
    plan(engine, carla)
    with write(engine) as connection:
        (survey,) = surveys.list_due(connection, NOW)
        assert surveys.last_sent(connection, 1) is None
        surveys.mark_sent(connection, survey.id, 7, NOW)
        surveys.withdraw(connection, 1, "reopened", NOW)
        assert surveys.list_due(connection, NOW) == []
        surveys.record_answer(connection, SurveyAnswered(survey.id, 2, "slow", "negative"), NOW + DAY)
        surveys.record_answer(
            connection, SurveyAnswered(survey.id, 4, "better now", "positive"), NOW + 2 * DAY
        )
    with read(engine) as connection:
        last = surveys.last_sent(connection, 1)
        assert [one.score for one in surveys.list_answered(connection, NOW + DAY)] == [4]
        assert surveys.list_answered(connection, NOW + 3 * DAY) == []
        assert len(surveys.list_sent(connection, NOW)) == 1
    assert last is not None
    assert (last.outbox_id, last.score, last.comment) == (7, 4, "better now")
