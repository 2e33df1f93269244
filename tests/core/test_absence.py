import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.absence import MAX_KEPT, all_away, away_until, come_back, leave

BASE = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

spans = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)), max_size=6).map(
    lambda found: tuple(
        (BASE + start * 10 * HOUR, BASE + (start * 10 + length) * HOUR) for start, length in found
    )
)
moments = st.integers(-5, 1000).map(lambda hours: BASE + hours * HOUR)


def _at(hours: int) -> dt.datetime:
    return BASE + hours * HOUR


def test_away_until_a_day_and_back_early() -> None:
    """An absence lasts until the moment named; coming back ends it there and then, and it stays known."""
    away = leave((), _at(0), _at(48))
    assert away_until(away, _at(47)) == _at(48)
    assert away_until(away, _at(48)) is None
    assert come_back(away, _at(5)) == ((_at(0), _at(5)),)


def test_a_second_word_prolongs_or_shortens() -> None:
    """Who is away and names another day has one absence, from its beginning to the day named last."""
    away = leave(leave((), _at(0), _at(48)), _at(10), _at(72))
    assert away == ((_at(0), _at(72)),)
    assert leave(away, _at(20), _at(30)) == ((_at(0), _at(30)),)


@given(spans, moments)
def test_only_so_many_are_kept(kept: tuple[tuple[dt.datetime, dt.datetime], ...], now: dt.datetime) -> None:
    """However often somebody leaves, the list stays short, none of it overlaps, and he is away until then."""
    ordered = tuple(sorted(dict(kept).items()))
    away = leave(ordered, now, now + HOUR)
    assert len(away) <= MAX_KEPT
    assert away_until(away, now) == now + HOUR
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(away))


@given(st.lists(spans, min_size=1, max_size=3), moments)
def test_all_away_is_when_each_is(
    absences: list[tuple[tuple[dt.datetime, dt.datetime], ...]], moment: dt.datetime
) -> None:
    """A moment lies in the common absence exactly when it lies in one of everybody's."""
    together = any(start <= moment < end for start, end in all_away(absences))
    assert together == all(away_until(one, moment) is not None for one in absences)


def test_nobody_is_never_away() -> None:
    """Without operators there is no absence, and one who is always there ends every common one."""
    assert all_away(()) == ()
    assert all_away((((_at(0), _at(9)),), ())) == ()
