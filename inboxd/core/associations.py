"""What goes together: association rules between the tags (articles, categories) of tickets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, permutations

MAX_ITEMS = 40  # of one ticket: pairs grow with the square


@dataclass(frozen=True, slots=True)
class Association:
    """``left`` brings ``right``: how often both occur, how often right given left, and how much more than by chance."""

    left: str
    right: str
    count: int
    support: float
    confidence: float
    lift: float


def associations(
    tickets: Iterable[Iterable[str]],
    *,
    least_support: float = 0.01,
    least_confidence: float = 0.5,
    least_count: int = 3,
) -> tuple[Association, ...]:
    """Return the rules between two items, by lift, then confidence; empty without data.

    support(A→B) = P(A∧B), confidence = P(A∧B) / P(A) (Agrawal, Imieliński and Swami, SIGMOD 1993);
    lift = P(A∧B) / (P(A)·P(B)) (Brin, Motwani, Ullman and Tsur, SIGMOD 1997): 1 means independent.
    """
    baskets = [sorted(set(ticket))[:MAX_ITEMS] for ticket in tickets]
    singles = Counter(item for basket in baskets for item in basket)
    pairs = Counter(pair for basket in baskets for pair in combinations(basket, 2))
    found = [
        _association(left, right, count, singles, len(baskets))
        for pair, count in pairs.items()
        for left, right in permutations(pair)
        if count >= least_count and count >= least_support * len(baskets)
    ]
    kept = [rule for rule in found if rule.confidence >= least_confidence]
    return tuple(sorted(kept, key=lambda rule: (-rule.lift, -rule.confidence, rule.left, rule.right)))


def _association(left: str, right: str, count: int, singles: Counter[str], tickets: int) -> Association:
    confidence = count / singles[left]
    return Association(left, right, count, count / tickets, confidence, confidence * tickets / singles[right])
