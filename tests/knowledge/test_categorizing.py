from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inboxd.core.categories import Category
from inboxd.knowledge.categorizing import Classifier, Sample, Samples

CATEGORIES = (
    Category("billing", "invoices and payments", ("I was charged twice this month", "如何申请退款？"), 0.4),
    Category("bug", "something fails", ("The app crashes when I open a project",), 0.6),
)


class Meaning:
    """A model that knows two things: money and everything else."""

    name = "meaning"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row per text."""
        money = ("charge", "invoice", "pay", "euro")
        return np.array(
            [[1.0, 0.0] if any(word in text.lower() for word in money) else [0.0, 1.0] for text in texts],
            np.float32,
        )


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Hello,\n\nI was charged two times this month.\n\nRegards\nAnn", "billing"),
        ("The app crashes as soon as I open my project!", "bug"),
        ("请问如何申请退款", "billing"),
        ("The weather is fine in Rome today.", None),
        ("", None),
    ],
)
def test_by_words_alone(text: str, category: str | None) -> None:
    """Without the model the nearest words decide, in Chinese too; where nothing is near there is no category."""
    found = Samples(CATEGORIES, (), None).classify("", text)
    assert (found.name if found else None) == category
    assert found is None or found.by == "words"


def test_by_meaning() -> None:
    """With the model other words of the same meaning are near; Chinese is still compared by words."""
    samples = Samples(CATEGORIES, (), Meaning())
    found = samples.classify("", "Forty euros were taken from me.")
    assert found is not None
    assert (found.name, found.by) == ("billing", "meaning")
    chinese = samples.classify("", "请问如何申请退款")
    assert chinese is not None
    assert chinese.by == "words"


def test_any_sentence_of_a_long_mail_may_say_what_it_is_about() -> None:
    """What a long mail asks for is found behind five sentences that tell of other things."""

    class Sentences:
        """A model to which a text is about money, crashes or neither."""

        name = "sentences"

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            """Return one row per text."""
            kinds = ("charge", "invoice", "euro"), ("crash", "fails")
            rows = [[any(word in one.lower() for word in kind) for kind in kinds] for one in texts]
            return np.array([[*row, not any(row)] for row in rows], np.float32)

    english = (replace(CATEGORIES[0], examples=CATEGORIES[0].examples[:1]), CATEGORIES[1])
    told = "We are three people in Leeds and have been with you since the spring of the year before last."
    text = " ".join(told.replace("three", number) for number in ("three", "four", "five", "six", "seven"))
    found = Samples(english, (), Sentences()).classify("", f"{text} Forty euros went nowhere.")
    assert found is not None
    assert (found.name, found.by) == ("billing", "meaning")


def test_what_was_put_right_counts() -> None:
    """A corrected ticket is an example like the others, called by its number, and can be left out."""
    corrected = Sample("bug", "Where has the green button gone?", ticket=12)
    samples = Samples(CATEGORIES, (corrected,), None)
    found = samples.classify("", "The green button has gone")
    assert found is not None
    assert (found.name, found.nearest) == ("bug", "#12")
    assert samples.classify("", "The green button has gone", frozenset({12})) is None


def test_samples_are_made_once() -> None:
    """The samples are compared with again and again, and made anew when corrections or the model come."""
    model: list[Meaning] = []
    classifier = Classifier(lambda: model[0] if model else None)
    first = classifier.samples(CATEGORIES, ())
    assert classifier.samples(CATEGORIES, ()) is first
    assert classifier.samples(CATEGORIES, (Sample("bug", "x", 1),)) is not first
    model.append(Meaning())
    assert classifier.samples(CATEGORIES, ()) is not first
    assert classifier.classify((), (), "", "charged") is None
