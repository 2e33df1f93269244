"""What a question is about: the operator's categories, and the choice among them by the nearest example.

A category is given when its nearest example stands out from those of the others; otherwise none is, and a person or a
rule may say it. How often that is right stands in docs/matching.md.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Below this more categories would be wrong than right.
LEAST_CONFIDENCE = 0.5
# How far apart two similarities must be to mean something, and how near an example must be at all.
_TEMPERATURE = {"meaning": 0.05, "words": 0.08}
_NOTHING_NEAR = {"meaning": 0.35, "words": 0.22}


@dataclass(frozen=True, slots=True)
class Category:
    """One ``[[category]]``. ``severity`` (0 to 1) is what a question of it weighs in the priority."""

    name: str
    description: str
    examples: tuple[str, ...]
    severity: float


@dataclass(frozen=True, slots=True)
class CategoryMatch:
    """The category of a question, how surely (0 to 1), and why: the ``nearest`` example or ticket.

    ``by`` is ``meaning`` where the sentence model compared, ``words`` where it was not there.
    """

    name: str
    confidence: float
    severity: float
    nearest: str
    by: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a question one example is (0 to 1); ``example`` is its text, or the ticket an operator put right."""

    category: str
    example: str
    value: float


def choose_category(
    categories: Sequence[Category], likenesses: Iterable[Likeness], by: str
) -> CategoryMatch | None:
    """Return the category whose nearest example stands out, or None when none does.

    The confidence is a softmax over the nearest examples of all categories and a fixed "nothing is near" beside them.
    """
    known = {one.name: one for one in categories}
    nearest: dict[str, Likeness] = {}
    for likeness in likenesses:
        best = nearest.get(likeness.category)
        if likeness.category in known and (best is None or likeness.value > best.value):
            nearest[likeness.category] = likeness
    if not nearest:
        return None
    weights = {name: _weight(one.value, by) for name, one in nearest.items()}
    # Of two that are equally near, the one that stands first in the file.
    name = max((one.name for one in categories if one.name in weights), key=lambda one: weights[one])
    confidence = weights[name] / (sum(weights.values()) + 1.0)
    if confidence < LEAST_CONFIDENCE:
        return None
    return CategoryMatch(name, round(confidence, 4), known[name].severity, nearest[name].example, by)


def _weight(value: float, by: str) -> float:
    """Return how much more likely than "nothing is near" an example of that likeness makes its category."""
    return math.exp((value - _NOTHING_NEAR[by]) / _TEMPERATURE[by])
