import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.proportion import lower_bound, wrong_answer_rate
from inboxd.core.standing import Standing, in_words, judge_standing, restored

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
NEW = Standing("a", NOW)


@pytest.mark.parametrize(
    ("complaints", "answers", "demoted"),
    [
        (0, 100, False),
        (1, 1, False),
        (2, 10, True),
        (2, 13, False),
        (3, 20, True),
        (3, 100, False),
        (10, 150, True),
    ],
)
def test_demoted_above_the_bound(complaints: int, answers: int, demoted: bool) -> None:  # noqa: FBT001  a table
    """With 3 % allowed an article is demoted exactly when the 95 % lower bound of its complaint rate is above that."""
    after = judge_standing(NEW, answers, complaints, 0.03, NOW)
    assert (after.demoted_at == NOW) == demoted
    assert (after.demoted_at is not None) == (complaints > 1 and after.lower > 0.03)


def test_stays_demoted_until_restored() -> None:
    """Good answers bring no article back by themselves: an edit or a person does, and the count begins anew."""
    demoted = judge_standing(NEW, 10, 3, 0.03, NOW)
    later = judge_standing(demoted, 1000, 3, 0.03, NOW + dt.timedelta(days=1))
    assert later.demoted_at == NOW
    assert restored("b", NOW) == Standing("b", NOW)


def test_said_in_words() -> None:
    """The digest's sentence gives both counts and the bound."""
    said = in_words(judge_standing(NEW, 10, 3, 0.03, NOW))
    assert "3 complaints about 10 automatic answers (at least 9%" in said


@given(st.integers(0, 60), st.integers(0, 60))
def test_lower_bound_is_below_the_rate(wrong: int, answers: int) -> None:
    """The bound lies between 0 and the rate, and no lower than the two-sided one."""
    bound = lower_bound(wrong, answers)
    both = wrong_answer_rate(wrong, answers)
    assert 0 <= bound <= 1
    assert both is None or both.lower - 1e-9 <= bound <= both.rate + 1e-9
