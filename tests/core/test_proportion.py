import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.proportion import upper_bound, wrong_answer_rate


@pytest.mark.parametrize(
    ("wrong", "answers", "lower", "upper"),
    [
        # computed by scipy 1.17, binomtest with the exact method
        (0, 10, 0.0, 0.3084971),
        (1, 10, 0.0025286, 0.4450161),
        (5, 10, 0.1870860, 0.8129140),
        (10, 10, 0.6915029, 1.0),
        (0, 30, 0.0, 0.1157033),
        (3, 200, 0.0031035, 0.0432086),
    ],
)
def test_known_intervals(wrong: int, answers: int, lower: float, upper: float) -> None:
    """The interval is the exact one of Clopper and Pearson."""
    found = wrong_answer_rate(wrong, answers)
    assert found is not None
    assert found.rate == wrong / answers
    assert found.lower == pytest.approx(lower, abs=1e-6)
    assert found.upper == pytest.approx(upper, abs=1e-6)


def test_no_answers_have_no_rate() -> None:
    """Without answers, or with impossible counts, there is no figure; the bound promises nothing."""
    assert wrong_answer_rate(0, 0) is None
    assert wrong_answer_rate(3, 2) is None
    assert wrong_answer_rate(-1, 2) is None
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(5, 5) == 1.0


@given(st.integers(1, 60), st.data())
@settings(max_examples=60, deadline=None)
def test_bounds_are_where_the_binomial_says(answers: int, data: st.DataObject) -> None:
    """At the bound, so few (so many) wrong answers have exactly the tail probability left."""
    wrong = data.draw(st.integers(0, answers))
    found = wrong_answer_rate(wrong, answers)
    assert found is not None
    assert found.lower <= found.rate <= found.upper
    if wrong < answers:
        assert _at_most(wrong, answers, found.upper) == pytest.approx(0.025, abs=1e-9)
        assert _at_most(wrong, answers, upper_bound(wrong, answers)) == pytest.approx(0.05, abs=1e-9)
    if wrong:
        assert 1 - _at_most(wrong - 1, answers, found.lower) == pytest.approx(0.025, abs=1e-9)


def test_large_counts_are_exact_enough() -> None:
    """A hundred thousand answers give a narrow interval around the rate."""
    found = wrong_answer_rate(3_000, 100_000)
    assert found is not None
    assert found.lower == pytest.approx(0.02895, abs=1e-4)
    assert found.upper == pytest.approx(0.03108, abs=1e-4)


def _at_most(count: int, trials: int, probability: float) -> float:
    return math.fsum(
        math.comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(count + 1)
    )
