from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.sentiment import Sentiment, Signs, sentiment_of, signs_of

# Written after the words were chosen and never looked at since; language, sentiment, comment.
COMMENTS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "surveys" / "comments.tsv").read_text("utf-8").splitlines()
]


def test_where_words_speak_they_are_right() -> None:
    """Of 107 labelled comments in five languages more than half hold a telling word; 19 in 20 of those are judged right."""
    assert len(COMMENTS) >= 100
    assert set(Counter(language for language, _, _ in COMMENTS)) == {"en", "de", "fr", "es", "zh"}
    judged = [(signs_of(text).sentiment, label) for _, label, text in COMMENTS]
    spoken = [(found, label) for found, label in judged if found is not None]
    assert len(spoken) > 0.5 * len(COMMENTS)
    assert sum(found == label for found, label in spoken) >= 0.95 * len(spoken)


@pytest.mark.parametrize(
    ("comment", "sentiment"),
    [
        ("Quick and friendly.", "positive"),
        ("not good at all", "negative"),
        ("It was not quick.", "negative"),
        ("great but slow", "neutral"),
        ("Sehr gut, aber zu spät", "neutral"),
        ("Merci beaucoup, très efficace", "positive"),
        ("No me ayudaron", "negative"),
        ("回复很快，一次就解决了", "positive"),
        ("没有帮助", "negative"),
        ("", ""),
        ("!!!", ""),
        ("👍", ""),
    ],
)
def test_words_decide(comment: str, sentiment: str) -> None:
    """Praise and blame are told by their words, denied or not; both at once is neutral, and no words are nothing."""
    assert sentiment_of(comment, None) == sentiment


@pytest.mark.parametrize(
    ("score", "sentiment"),
    [(5, "positive"), (4, "positive"), (3, "neutral"), (2, "negative"), (1, "negative")],
)
def test_the_score_decides_where_words_are_silent(score: int, sentiment: str) -> None:
    """A comment that says nothing telling sounds as the score beside it; without a score it is neutral."""
    assert sentiment_of("It was about the invoice from March.", score) == sentiment
    assert sentiment_of("It was about the invoice from March.", None) == "neutral"


def test_words_go_before_the_score() -> None:
    """A good score with a complaint is heard as a complaint."""
    assert sentiment_of("Nobody answered for a week.", 5) == "negative"


def test_the_model_is_weighed_with_the_score() -> None:
    """What the model is sure of outweighs a middling score, and not a clear one."""
    silent = "The parcel arrived on Tuesday."
    assert signs_of(silent) == Signs(0, 0)
    assert sentiment_of(silent, None, (0.1, 0.2, 0.7)) == "negative"
    assert sentiment_of(silent, 3, (0.05, 0.1, 0.85)) == "negative"
    assert sentiment_of(silent, 5, (0.2, 0.4, 0.4)) == "positive"


@given(st.text(max_size=400), st.integers(-3, 9))
def test_never_raises(comment: str, score: int) -> None:
    """Whatever is written, the answer is a sentiment, or nothing where there is no letter."""
    assert sentiment_of(comment, score) in {"", *(one.value for one in Sentiment)}


@pytest.mark.parametrize("scrap", ["not good ", "n't ", "nicht ", "满意", "but ", "a "])
def test_hostile_text_costs_little(scrap: str) -> None:
    """A megabyte of half a comment is cut before it is read."""
    assert sentiment_of(scrap * 200_000, 3) in {one.value for one in Sentiment}
