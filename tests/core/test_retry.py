import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.retry import (
    DELIVERY_DELAYS,
    GIVE_UP_AFTER,
    JITTER,
    next_attempt_at,
    postponed_until,
    reprocess_at,
)

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_delivery_backs_off_and_gives_up_after_four_days() -> None:
    """1, 5, 15, 60 minutes, growing to four hours; the tries spread over nearly four days and then end."""
    minutes = [delay / dt.timedelta(minutes=1) for delay in DELIVERY_DELAYS]
    assert minutes[:6] == [1, 5, 15, 60, 90, 135]
    assert max(minutes) == 240
    total = sum(DELIVERY_DELAYS, dt.timedelta())
    assert dt.timedelta(days=3.5) < total <= GIVE_UP_AFTER
    assert total * (1 + JITTER) < GIVE_UP_AFTER + dt.timedelta(hours=8)
    assert next_attempt_at(len(DELIVERY_DELAYS) + 1, NOW, "m1") is None
    assert next_attempt_at(10**9, NOW, "m1") is None


@given(st.integers(-3, len(DELIVERY_DELAYS)), st.one_of(st.integers(), st.text(max_size=20)))
def test_jitter_only_delays_and_is_the_same_again(attempts: int, seed: int | str) -> None:
    """A row is tried no sooner than its delay and at most a tenth later, and asking twice gives one answer."""
    at = next_attempt_at(attempts, NOW, seed)
    delay = DELIVERY_DELAYS[max(attempts, 1) - 1]
    assert at is not None
    assert NOW + delay <= at <= NOW + delay * (1 + JITTER)
    assert at == next_attempt_at(attempts, NOW, seed)


def test_rows_that_failed_together_return_apart() -> None:
    """A hundred rows that failed in the same second are spread over the jitter."""
    assert len({next_attempt_at(4, NOW, row) for row in range(100)}) > 90


def test_a_mail_waits_seconds_for_a_fact() -> None:
    """Postponing never ends and never waits longer than a minute."""
    waits = [postponed_until(count, NOW) - NOW for count in range(1, 20)]
    assert waits[0] == dt.timedelta(seconds=1)
    assert waits[-1] == dt.timedelta(minutes=1)
    assert all(first <= second for first, second in pairwise(waits))


def test_the_third_failure_holds_a_mail() -> None:
    """A mail whose processing fails is tried twice more, then held."""
    assert reprocess_at(1, NOW) == NOW + dt.timedelta(seconds=5)
    assert reprocess_at(2, NOW) == NOW + dt.timedelta(minutes=1)
    assert reprocess_at(3, NOW) is None
    assert reprocess_at(4, NOW) is None
