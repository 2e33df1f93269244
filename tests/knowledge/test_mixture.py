import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.mixture import MOST, NOTHING_SEEN, Heap, Mixture, Seen, fit, least_odds, see

USUAL = Mixture(0.45, Heap(-2.7, 1.7), Heap(2.3, 2.0))
DICE = np.random.default_rng(3)


def mails(wrong: float, right: float, spread: float, count: int = 400) -> np.ndarray:
    """Return the log-odds of mails, half of them answered rightly."""
    return np.concatenate([DICE.normal(wrong, spread, count // 2), DICE.normal(right, spread, count // 2)])


def test_finds_the_heaps_the_mails_lie_in() -> None:
    """With mails enough the heaps are theirs, whatever is usual."""
    found = fit(USUAL, mails(-4.0, 4.0, 1.0, 4_000))
    assert found.wrong.mean == pytest.approx(-4, abs=0.2)
    assert found.right.mean == pytest.approx(4, abs=0.2)
    assert found.wrong.spread == pytest.approx(1, abs=0.2)


def test_few_mails_change_little() -> None:
    """What is usual is worth a hundred mails."""
    found = fit(USUAL, mails(-6.0, 6.0, 0.5, 10))
    assert abs(found.right.mean - USUAL.right.mean) < 0.5
    assert abs(found.wrong.mean - USUAL.wrong.mean) < 0.5


def test_foreign_mail_far_away_makes_answers_sure_earlier() -> None:
    """Two heaps far apart need no high confidence; near misses among the right answers do."""
    far = fit(USUAL, mails(-4.0, 4.0, 1.0))
    near = fit(USUAL, mails(-0.5, 2.5, 1.7))
    assert least_odds(far, 0.03) < least_odds(USUAL, 0.03) < least_odds(near, 0.03)


def test_fewer_errors_allowed_is_a_higher_threshold() -> None:
    """The log-odds rise with what is asked of them, to the end of the scale where nothing is right often enough."""
    assert least_odds(USUAL, 0.1) < least_odds(USUAL, 0.03) < least_odds(USUAL, 0.01)
    assert least_odds(Mixture(0.01, Heap(1.0, 1.0), Heap(1.1, 1.0)), 0.001) == 8.0


def test_the_newest_mails_count() -> None:
    """Older ones make way once there are enough; certainty itself is a number."""
    seen = see(USUAL, Seen(np.full(MOST, -1.0)), [1.0, 0.0])
    assert len(seen.odds) == MOST
    assert seen.odds[-2:].tolist() == pytest.approx([12, -12])
    assert see(None, NOTHING_SEEN, [0.5]).mixture is None
    assert see(USUAL, NOTHING_SEEN, []).mixture is None


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0.001, 0.5))
def test_whatever_is_seen_gives_a_threshold(chances: list[float], rate: float) -> None:
    """Mails all alike, none, or all impossible: the heaps stay heaps and the threshold on its scale."""
    seen = see(USUAL, NOTHING_SEEN, chances)
    assert np.isfinite(seen.odds).all()
    if seen.mixture is not None:
        assert min(seen.mixture.wrong.spread, seen.mixture.right.spread) > 0
        assert 0 < seen.mixture.share < 1
        assert -8 <= least_odds(seen.mixture, rate) <= 8
