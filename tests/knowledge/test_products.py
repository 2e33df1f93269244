import numpy as np
import pytest

from inboxd.knowledge.products import Mixed, factor_of, product, similar


@pytest.mark.parametrize("units", [1, 5, 40])
@pytest.mark.parametrize("buckets", [1, 30, 90])
def test_every_way_gives_the_same_products(units: int, buckets: int) -> None:
    """One unit or many, some buckets or all, in one block or several: the sum of both views."""
    dice = np.random.default_rng(units * buckets)
    rows = dice.normal(size=(units, 20 + 100)).astype(np.float32)
    rows[:, 20 + buckets :] = 0
    texts = dice.normal(size=(120, 30_000)).astype(np.float32)
    factor = factor_of(rows, 20)
    assert (factor.used is None) == (buckets > 50)
    assert np.allclose(similar(factor, texts[:20], texts[20:]), rows @ texts, atol=1e-3)


def test_what_is_made_of_others_is_summed_from_their_products() -> None:
    """Shares of vectors stand for the rows they make up."""
    dice = np.random.default_rng(4)
    vectors, shares = dice.normal(size=(2, 8)), dice.normal(size=(5, 2))
    rows = np.concatenate([shares @ vectors, dice.normal(size=(5, 6))], axis=1).astype(np.float32)
    texts = dice.normal(size=(14, 9)).astype(np.float32)
    mixed = Mixed(shares.astype(np.float32), vectors.astype(np.float32))
    assert np.allclose(similar(factor_of(rows, 8, mixed), texts[:8], texts[8:]), rows @ texts, atol=1e-4)


def test_units_that_are_spelled_like_nothing_are_like_nothing() -> None:
    """Not one bucket in use is no reason to stumble."""
    assert product(np.empty((2, 0), np.float32), np.empty((0, 3), np.float32)).tolist() == [[0] * 3] * 2
