"""How far what was sent is from what was offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.edit_distance import edit_distance

OFFERED = "Go to Settings, then press Export."


@pytest.mark.parametrize(
    ("sent", "low", "high"),
    [
        (OFFERED, 0, 0),
        ("Go to Settings,\n  then press   **Export**.", 0, 0),
        ("Hello Carla,\n\nGo to Settings, then press Export.", 0.2, 0.4),
        ("Please call me tomorrow at noon", 0.9, 1),
        ("", 1, 1),
    ],
)
def test_the_distance_counts_words(sent: str, low: float, high: float) -> None:
    """Wrapping and mark-up are no edits; a greeting is a small one; other words are all the way."""
    assert low <= edit_distance(OFFERED, sent) <= high


def test_scripts_without_spaces_are_compared_by_character() -> None:
    """One changed character of twelve is a small edit in Chinese too."""
    assert 0 < edit_distance("请打开设置然后点击导出按钮", "请打开设置然后点击导入按钮") < 0.2


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_distance_is_one_measure(one: str, other: str) -> None:
    """It lies between 0 and 1, is the same both ways, and 0 from a text to itself."""
    assert 0 <= edit_distance(one, other) <= 1
    assert edit_distance(one, other) == edit_distance(other, one)
    assert edit_distance(one, one) == 0


def test_a_flood_of_words_is_cut() -> None:
    """Texts of a million words take no time to speak of."""
    assert 0 <= edit_distance("a b " * 500_000, "c d " * 500_000) <= 1
