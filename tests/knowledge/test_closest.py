from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from inboxd.knowledge.closest import OWN, TOP, Phrasings, find_closest, outline_of
from inboxd.knowledge.products import factor_of

MEANT, BUCKETS, WEIGHT = 16, 64, 0.4
Matrix = NDArray[np.float32]


def desk(seed: int, articles: int) -> tuple[Phrasings, Matrix]:
    """Return made-up phrasings of articles, one to six each, and their centroids."""
    dice = np.random.default_rng(seed)
    counts = dice.integers(1, 7, articles)
    owner = np.repeat(np.arange(articles), counts)
    meaning = (dice.normal(size=(articles, MEANT))[owner] + 0.6 * dice.normal(size=(len(owner), MEANT))) * 0.2
    spelling = dice.normal(size=(len(owner), BUCKETS)) * (dice.random((len(owner), BUCKETS)) < 0.2) * 0.1
    rows = np.concatenate([meaning, spelling], axis=1).astype(np.float32)
    starts = np.searchsorted(owner, np.arange(articles))
    sums = np.add.reduceat(rows, starts, axis=0)
    return Phrasings(rows, starts, MEANT), sums / np.linalg.norm(sums, axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("articles", [1, 3, 200])
def test_the_best_are_those_that_comparing_all_would_find(seed: int, articles: int) -> None:
    """The best by score of all units, and of each by score and nearness, are exact; no other seems better than it is."""
    dice = np.random.default_rng(seed + 100)
    phrasings, centroids = desk(seed, articles)
    units = phrasings.rows[dice.integers(0, len(phrasings.rows), 4)] + 0.05
    units[:, MEANT:] *= dice.random((4, BUCKETS)) < 0.3
    units = units.astype(np.float32)
    rest = dice.random((4, articles)).astype(np.float32) * np.float32(0.1)
    all_near = units @ phrasings.rows.T
    exact = np.maximum.reduceat(all_near, phrasings.starts, axis=1)
    counts = np.diff(phrasings.starts, append=len(phrasings.rows))
    least = (np.add.reduceat(all_near, phrasings.starts, axis=1) / counts).astype(np.float32)
    outline = outline_of(phrasings, centroids, phrasings.rows[:3])
    found = find_closest(phrasings, outline, units, factor_of(units, MEANT), least, rest, WEIGHT)
    assert (found <= exact + 1e-5).all()
    score, found_score = rest + WEIGHT * exact, rest + WEIGHT * found
    best, found_best = np.sort(score.max(axis=0))[-TOP:], np.sort(found_score.max(axis=0))[-TOP:]
    assert np.allclose(best, found_best, atol=1e-5)
    for whole, pruned in ((score, found_score), (exact, found)):
        assert np.allclose(np.sort(whole, axis=1)[:, -OWN:], np.sort(pruned, axis=1)[:, -OWN:], atol=1e-5)


def test_of_many_articles_few_are_compared_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit that is one article's phrasing leaves nearly all others out."""
    phrasings, centroids = desk(1, 400)
    compared: list[int] = []

    def count(asked: Phrasings, rows: Matrix, wanted: NDArray[np.bool_]) -> Matrix:
        compared.append(int(wanted.sum()))
        return original(asked, rows, wanted)

    original: Callable[..., Matrix] = find_closest.__globals__["_compare"]
    monkeypatch.setitem(find_closest.__globals__, "_compare", count)
    units, own = phrasings.rows[[700]], int(phrasings.starts.searchsorted(700, side="right")) - 1
    near = np.zeros((1, 400), np.float32)
    rest = np.zeros((1, 400), np.float32)
    rest[0, own] = 1
    least = near - 1
    outline = outline_of(phrasings, centroids, phrasings.rows[:3])
    found = find_closest(phrasings, outline, units, factor_of(units, MEANT), least, rest, WEIGHT)
    assert found[0, own] == pytest.approx(float(units[0] @ units[0]), abs=1e-5)
    assert sum(compared) < 100
