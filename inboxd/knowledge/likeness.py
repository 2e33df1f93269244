"""How much two answers say the same."""

from collections import Counter
from typing import TYPE_CHECKING

from inboxd.knowledge.terms import is_mostly_cjk, words

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder

_LONGEST = 4_000


def likeness(first: str, second: str, embedder: "Embedder | None") -> float:
    """Return how alike two texts are, 0 to 1: by meaning where the model is and knows the language, else by words."""
    first, second = first[:_LONGEST], second[:_LONGEST]
    if not first.strip() or not second.strip():
        return 0.0
    by_words = _shared(words(first), words(second))
    if embedder is None or is_mostly_cjk(first) or is_mostly_cjk(second):
        return round(by_words, 4)
    one, other = embedder.embed([first, second])
    return round(max(by_words, min(float(one @ other), 1.0)), 4)


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """Return the share of words two texts have in common (Dice 1945), each as often as it stands in both."""
    if not first or not second:
        return 0.0
    common = sum((Counter(first) & Counter(second)).values())
    return 2 * common / (len(first) + len(second))
