import numpy as np
import pytest

from inboxd.knowledge.products import Mixed, factor_of, similar, spelling_of, weigh


@pytest.mark.parametrize("units", [1, 5, 40])
@pytest.mark.parametrize("buckets", [0, 1, 30, 100])
def test_every_way_gives_the_same_products(units: int, buckets: int) -> None:
    """One unit or many, no bucket in use, some or all, in one block or several: the sum of both views."""
    dice = np.random.default_rng(units * 7 + buckets)
    rows = dice.normal(size=(units, 20 + 100)).astype(np.float32)
    rows[:, 20 + buckets :] = 0
    texts = dice.normal(size=(120, 30_000)).astype(np.float32)
    texts[20:] *= dice.random((100, 30_000)) < 0.1
    factor = factor_of(rows, 20)
    assert len(factor.used) == buckets
    assert np.allclose(similar(factor, texts[:20], spelling_of(texts[20:].T)), rows @ texts, atol=1e-3)
    assert np.allclose(weigh(factor, texts[:20], texts[20:]), rows @ texts, atol=1e-3)


def test_what_is_made_of_others_is_summed_from_their_products() -> None:
    """Shares of vectors stand for the rows they make up."""
    dice = np.random.default_rng(4)
    vectors, shares = dice.normal(size=(2, 8)), dice.normal(size=(5, 2))
    rows = np.concatenate([shares @ vectors, dice.normal(size=(5, 6))], axis=1).astype(np.float32)
    texts = dice.normal(size=(14, 9)).astype(np.float32)
    mixed = Mixed(shares.astype(np.float32), vectors.astype(np.float32))
    found = similar(factor_of(rows, 8, mixed), texts[:8], spelling_of(texts[8:].T))
    assert np.allclose(found, rows @ texts, atol=1e-4)


def test_only_the_buckets_of_a_text_are_kept() -> None:
    """A text of three n-grams takes three numbers, an empty one none, wherever it stands."""
    rows = np.zeros((4, 50), np.float32)
    rows[1, [3, 9, 40]], rows[3, 9] = (1, 2, 3), 5
    kept = spelling_of(rows)
    assert kept.weights.tolist() == [1, 2, 5, 3]
    assert kept.texts.tolist() == [1, 1, 3, 1]
    assert (kept.starts[9], kept.starts[10], kept.starts[-1], kept.size) == (1, 3, 4, 4)
