import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.confidence import (
    UNMOVED,
    VETO,
    Calibrator,
    Platt,
    Trial,
    load_calibrator,
    move,
    probability,
    trial_weights,
)
from inboxd.knowledge.features import FEATURES, Candidate
from inboxd.knowledge.space import Script

SIMPLE = Calibrator(Script.ENGLISH, (0.0,), (1.0,), (1.0,), 0.0, ((0.9, 0.6), (0.97, 0.8)))


def candidate(value: float, *, vetoed: bool = False) -> Candidate:
    """Return a candidate with one feature."""
    return Candidate(0, 0, 0, value, (value,), vetoed)


@pytest.mark.parametrize("script", Script)
def test_a_calibrator_is_shipped_for_every_script(script: Script) -> None:
    """The shipped coefficients belong to the features of this version, and thresholds rise with the target."""
    shipped = load_calibrator(script)
    assert len(shipped.mean) == len(shipped.scale) == len(shipped.weights) == len(FEATURES)
    cuts = [cut for _, cut in shipped.thresholds]
    assert cuts == sorted(cuts)


@given(st.floats(-1e6, 1e6), st.booleans())
def test_a_probability_is_one(value: float, vetoed: bool) -> None:  # noqa: FBT001  hypothesis passes by name
    """Whatever the features, the confidence is between 0 and 1."""
    assert 0 <= probability(SIMPLE, candidate(value, vetoed=vetoed)) <= 1


def test_a_veto_halves() -> None:
    """The opposite of what was asked is at most half as sure."""
    assert probability(SIMPLE, candidate(2.0, vetoed=True)) == VETO * probability(SIMPLE, candidate(2.0))


def test_a_desk_that_does_worse_is_less_sure() -> None:
    """Trials that come out worse than expected move the offset down, and better ones up."""
    bad = [Trial(candidate(3.0), right=at % 2 == 0, has_article=True) for at in range(200)]
    good = [Trial(candidate(-1.0), right=at % 4 != 0, has_article=True) for at in range(200)]
    assert probability(SIMPLE, candidate(3.0), move(SIMPLE, bad)) < probability(SIMPLE, candidate(3.0))
    assert probability(SIMPLE, candidate(-1.0), move(SIMPLE, good)) > probability(SIMPLE, candidate(-1.0))


def test_few_trials_move_little_and_none_nothing() -> None:
    """The prior is worth hundreds of trials."""
    one = move(SIMPLE, [Trial(candidate(3.0), right=False, has_article=True)])
    assert abs(one.slope - 1) < 0.05
    assert move(SIMPLE, []) == UNMOVED == Platt()


def test_half_of_the_weight_is_on_mails_with_an_article() -> None:
    """An inbox is taken to be half foreign, near misses two thirds of that."""
    trials = [
        Trial(candidate(0), right=True, has_article=True),
        Trial(candidate(0), right=False, has_article=False, near_miss=True),
        Trial(candidate(0), right=False, has_article=False),
        Trial(candidate(0), right=False, has_article=False),
    ]
    assert trial_weights(trials).tolist() == pytest.approx([0.5, 0.325, 0.0875, 0.0875])
