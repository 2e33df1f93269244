import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.confidence import UNMOVED, Calibrator, Trial
from inboxd.knowledge.features import Candidate
from inboxd.knowledge.mixture import Heap, Mixture, Seen, least_odds
from inboxd.knowledge.space import Script
from inboxd.knowledge.threshold import (
    STEP,
    Assurance,
    Record,
    assure,
    desk_threshold,
    pooled_threshold,
    record_of,
)

SIMPLE = Calibrator(
    Script.ENGLISH, (0.0,), (1.0,), (1.0,), 0.0, ((0.9, 0.6), (0.97, 0.8)), ((0.9, 0.15), (0.97, 0.07))
)


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


def test_pooled_thresholds_are_interpolated() -> None:
    """Between two targets lies what lies between."""
    assert 0.6 < pooled_threshold(SIMPLE, 0.93) < 0.8
    assert pooled_threshold(SIMPLE, 0.5) == 0.6


def test_a_desk_that_knows_nothing_of_itself_takes_the_pooled_one() -> None:
    """With few articles of its own the conservative threshold holds."""
    assert desk_threshold(SIMPLE, record_of(SIMPLE, trials(5, 5), UNMOVED), 0.03) == pytest.approx(0.8)


def mails(right: int, wrong: int, chance: float = 0.9) -> Record:
    """Return a record of customers' mails, all answered with the same confidence."""
    count = right + wrong
    marks = np.arange(count) < right
    return Record(np.full(count, chance), marks, np.ones(count, np.bool_))


def test_its_own_articles_prove_nothing() -> None:
    """However well a desk knows its own phrasings, the pooled threshold and its bound hold."""
    assert assure(SIMPLE, record_of(SIMPLE, trials(900, 0), UNMOVED), 0.03) == Assurance(0.8, 0.07)


def test_enough_right_answers_lower_the_threshold() -> None:
    """The threshold sinks as far as the upper bound of wrong answers stays under the allowed rate, and says by what."""
    record = mails(200, 0)
    proven = assure(SIMPLE, record, 0.03)
    assert proven.threshold == pytest.approx(0.6)
    assert proven.answers == 200
    # Without an error the Clopper-Pearson bound has a closed form.
    assert proven.bound == pytest.approx(1 - 0.05 ** (1 / 200), abs=1e-6)


def test_too_few_mails_are_no_proof() -> None:
    """97 right answers do not show that fewer than 3 in 100 are wrong, 99 do."""
    assert assure(SIMPLE, mails(97, 0), 0.03).answers == 0
    assert assure(SIMPLE, mails(99, 0), 0.03).answers == 99


def test_stops_at_the_first_step_that_is_not_proven() -> None:
    """A good stretch below a bad one is never reached."""
    high, bad, low = mails(150, 0, 0.9), mails(10, 10, 0.75), mails(2_000, 0, 0.65)
    record = Record(
        np.concatenate([high.chances, bad.chances, low.chances]),
        np.concatenate([high.right, bad.right, low.right]),
        np.ones(2_170, np.bool_),
    )
    found = assure(SIMPLE, record, 0.03)
    assert 0.75 < found.threshold <= 0.8
    assert found.bound <= 0.03


def test_wrong_answers_to_own_mails_raise_the_threshold() -> None:
    """What surely is wrong too often is not sent, whatever other desks showed."""
    assert assure(SIMPLE, mails(80, 20, 0.85), 0.03).threshold > 0.85
    assert assure(SIMPLE, mails(0, 60, 0.9999), 0.03).threshold >= 0.98


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300),
    st.floats(0.005, 0.2),
)
def test_a_proven_threshold_keeps_its_bound(outcomes: list[tuple[float, bool]], rate: float) -> None:
    """Whatever a desk's mails came to, a bound that is said to be proven is under the allowed rate, or raised to it."""
    chances = np.array([chance for chance, _ in outcomes])
    right = np.array([good for _, good in outcomes], np.bool_)
    marks = np.ones(len(outcomes), np.bool_)
    found = assure(SIMPLE, Record(chances, right, marks), rate)
    assert 0.6 <= found.threshold <= 1.0
    if found.threshold <= pooled_threshold(SIMPLE, 1 - rate) and found.answers:
        assert found.bound <= rate


def test_a_stricter_error_rate_is_a_higher_threshold() -> None:
    """Fewer errors allowed, fewer answers (each rate is tried on a grid of its own)."""
    own = mails(400, 3)
    assert desk_threshold(SIMPLE, own, 0.1) < desk_threshold(SIMPLE, own, 0.03) + STEP
    assert desk_threshold(SIMPLE, mails(0, 0), 0.1) < desk_threshold(SIMPLE, mails(0, 0), 0.03)


@pytest.mark.parametrize("share", [0.2, 0.45])
def test_mail_nobody_labelled_moves_it_a_part_of_the_way(share: float) -> None:
    """After 50 mails it stands two fifths of the way to where as many errors as allowed are foreseen."""
    lie = Mixture(share, Heap(-2.0, 1.0), Heap(2.0, 1.0))
    pooled = pooled_threshold(SIMPLE, 1 - 0.8 * 0.03)
    foreseen = least_odds(lie, 0.03)

    found = desk_threshold(SIMPLE, replace(mails(0, 0), seen=Seen(np.zeros(50), lie)), 0.03)

    assert math.log(found / (1 - found)) == pytest.approx(
        0.6 * math.log(pooled / (1 - pooled)) + 0.4 * foreseen
    )
