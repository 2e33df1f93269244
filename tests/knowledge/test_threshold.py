import numpy as np
import pytest

from inboxd.knowledge.confidence import UNMOVED, Calibrator, Trial
from inboxd.knowledge.features import Candidate
from inboxd.knowledge.space import Script
from inboxd.knowledge.threshold import desk_threshold, lowest_threshold, pooled_threshold, record_of

SIMPLE = Calibrator(Script.ENGLISH, (0.0,), (1.0,), (1.0,), 0.0, ((0.9, 0.6), (0.97, 0.8)))


def trials(right: int, wrong: int) -> list[Trial]:
    """Return trials: the right ones sure, the wrong ones hardly less."""
    good = [
        Trial(Candidate(0, 0, 0, 3.0, (2.8 + at / 100,), vetoed=False), right=True, has_article=True)
        for at in range(right)
    ]
    bad = [
        Trial(Candidate(0, 0, 0, 2.0, (2.9,), vetoed=False), right=False, has_article=False)
        for _ in range(wrong)
    ]
    return good + bad


def test_finds_the_lowest_cut_that_is_precise_enough() -> None:
    """Everything above the returned confidence is right often enough, one step below it is not."""
    chances = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, True])
    weights = np.full(4, 0.25)
    assert lowest_threshold(chances, right, weights, 0.99) == pytest.approx(0.8)
    assert lowest_threshold(chances, right, weights, 0.7) == pytest.approx(0.6)


def test_one_error_more_than_seen_must_be_borne() -> None:
    """Without an error in few trials the threshold is not zero but out of reach."""
    chances, right, weights = np.array([0.9, 0.8]), np.array([True, True]), np.full(2, 0.5)
    assert lowest_threshold(chances, right, weights, 0.9, pseudo_error=0.5) == 1.0
    assert lowest_threshold(np.empty(0), np.empty(0, bool), np.empty(0), 0.9) == 1.0


def test_pooled_thresholds_are_interpolated() -> None:
    """Between two targets lies what lies between."""
    assert 0.6 < pooled_threshold(SIMPLE, 0.93) < 0.8
    assert pooled_threshold(SIMPLE, 0.5) == 0.6


def test_a_desk_that_knows_nothing_of_itself_takes_the_pooled_one() -> None:
    """With few articles of its own the conservative threshold holds."""
    assert desk_threshold(SIMPLE, record_of(SIMPLE, trials(5, 5), UNMOVED), 0.03) == pytest.approx(0.8)


def test_an_easy_desk_is_sure_earlier_than_a_hard_one() -> None:
    """The threshold follows what the desk's own articles showed."""
    easy = desk_threshold(SIMPLE, record_of(SIMPLE, trials(60, 0), UNMOVED), 0.1)
    hard = desk_threshold(SIMPLE, record_of(SIMPLE, trials(60, 60), UNMOVED), 0.1)
    assert easy < hard


def test_a_stricter_error_rate_is_a_higher_threshold() -> None:
    """Fewer errors allowed, fewer answers."""
    own = record_of(SIMPLE, trials(400, 3), UNMOVED)
    assert desk_threshold(SIMPLE, own, 0.1) <= desk_threshold(SIMPLE, own, 0.03)
