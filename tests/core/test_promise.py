import datetime as dt

import pytest

from inboxd.core.promise import (
    LEAST_HISTORY,
    PromisesKept,
    is_promise_kept,
    promises_kept,
    response_promise,
)
from inboxd.core.working_time import WorkingHours, parse_interval

HOUR = dt.timedelta(hours=1)
OFFICE = WorkingHours("UTC", ((parse_interval("09:00-17:00"),),) * 5 + ((), ()))
FRIDAY_AT_FOUR = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)


def test_promises_the_target_until_there_is_a_history() -> None:
    """With few past answers the target is promised, in working time."""
    few = [HOUR] * (LEAST_HISTORY - 1)
    assert response_promise(OFFICE, FRIDAY_AT_FOUR, 4 * HOUR, few) == dt.datetime(
        2026, 11, 23, 12, tzinfo=dt.UTC
    )


def test_promises_what_nine_in_ten_customers_got() -> None:
    """With a history its 90th percentile is promised, whether the target is shorter or longer."""
    past = [HOUR * n for n in range(1, 22)]  # the 90th percentile of 1..21 hours is 19
    promise = response_promise(OFFICE, FRIDAY_AT_FOUR, 4 * HOUR, past)
    assert promise == dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC)
    quick = [dt.timedelta(minutes=30)] * 20
    assert response_promise(OFFICE, FRIDAY_AT_FOUR, 4 * HOUR, quick) == FRIDAY_AT_FOUR + HOUR / 2


@pytest.mark.parametrize(
    ("answered", "done", "kept"),
    [
        (FRIDAY_AT_FOUR - HOUR, None, True),
        (FRIDAY_AT_FOUR, None, True),
        (FRIDAY_AT_FOUR + dt.timedelta(seconds=1), None, False),
        (None, None, False),
        (None, FRIDAY_AT_FOUR - HOUR, None),
        (None, FRIDAY_AT_FOUR + HOUR, False),
    ],
)
def test_a_promise_is_kept_or_broken(
    answered: dt.datetime | None, done: dt.datetime | None, kept: object
) -> None:
    """It is kept by an answer up to the named second, broken by a later one or none, moot when it was done before."""
    assert is_promise_kept(FRIDAY_AT_FOUR, answered, done, FRIDAY_AT_FOUR + 5 * HOUR) is kept


def test_what_is_not_over_is_not_judged() -> None:
    """Before its time a promise is neither kept nor broken, and where none was made there is none."""
    assert is_promise_kept(FRIDAY_AT_FOUR, None, None, FRIDAY_AT_FOUR) is None
    assert is_promise_kept(None, FRIDAY_AT_FOUR, None, FRIDAY_AT_FOUR) is None


def test_how_often_it_was_kept() -> None:
    """Of the judged ones; without any there is no share."""
    assert promises_kept([True, None, False, True]) == PromisesKept(2, 1, 2 / 3)
    assert promises_kept([None]) == PromisesKept(0, 0, None)
