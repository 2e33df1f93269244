import numpy as np
import pytest

from inboxd.knowledge.space import DENSE_WEIGHT, Script, build_space, combine, count_grams, script_of


@pytest.mark.parametrize(
    ("texts", "language", "script"),
    [
        (["How do I pay?"], "en", Script.ENGLISH),
        (["How do I pay?"], "", Script.ENGLISH),
        (["Wie bezahle ich?"], "de-AT", Script.LATIN),
        (["如何付款？"], "zh", Script.CJK),
        (["如何付款？"], "", Script.CJK),
    ],
)
def test_the_script_decides_how_articles_are_compared(
    texts: list[str], language: str, script: Script
) -> None:
    """English by meaning, other Latin languages by both, Chinese by spelling."""
    assert script_of(texts, language) is script


def test_a_dot_product_is_the_weighted_sum_of_both_cosines() -> None:
    """Rows are unit vectors of the combined space."""
    texts = ["refund my order", "refund the order", "opening hours"]
    counts = count_grams(texts)
    space = build_space(counts, DENSE_WEIGHT[Script.LATIN])
    dense = np.eye(3, dtype=np.float32)
    rows = combine(space, dense, counts)
    assert np.allclose((rows**2).sum(axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert rows[0] @ rows[1] < 0.5


def test_spelling_alone_needs_no_sentence_vectors() -> None:
    """A Chinese desk never loads the model."""
    counts = count_grams(["更换电池的方法", "如何更换电池", "设置闹钟"])
    rows = combine(build_space(counts, 0.0), np.empty((3, 0), np.float32), counts)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert rows[0] @ rows[1] > 0.3
