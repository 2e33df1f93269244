import datetime as dt

from inboxd.core.promise import LEAST_HISTORY, response_promise
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
