from typing import Any

import numpy as np

from inboxd.core.feedback import Verdict
from inboxd.knowledge.verdicts import EXAMPLES, judge


class Nearest:
    """An embedder for which a text is like the examples of one kind."""

    name = "nearest"

    def __init__(self, like: Verdict) -> None:
        self.like = like

    def embed(self, texts: Any) -> Any:
        """Return one row per text: one direction per kind of example, anything else as ``like``."""
        kinds = {text: at for at, (_, examples) in enumerate(EXAMPLES) for text in examples}
        own = [kind for kind, _ in EXAMPLES].index(self.like)
        return np.eye(len(EXAMPLES), dtype=np.float32)[[kinds.get(text, own) for text in texts]]


def test_examples_decide_where_words_do_not() -> None:
    """A reply without any of the words is judged by the examples it is nearest to."""
    for verdict in Verdict:
        assert judge(Nearest(verdict), "The menu looks quite different over here.") is verdict


def test_words_go_before_examples_and_need_no_model() -> None:
    """What is said in plain words is believed, and without a model the rest is unclear."""
    assert judge(Nearest(Verdict.HELPED), "That did not help.") is Verdict.NOT_HELPED
    assert judge(None, "The menu looks quite different over here.") is Verdict.UNCLEAR
    assert judge(Nearest(Verdict.HELPED), "") is Verdict.UNCLEAR


def test_each_kind_has_examples_of_its_own() -> None:
    """No example stands in two kinds, and all kinds have some."""
    texts = [text for _, examples in EXAMPLES for text in examples]
    assert len(texts) == len(set(texts))
    assert {kind for kind, _ in EXAMPLES} == set(Verdict)
