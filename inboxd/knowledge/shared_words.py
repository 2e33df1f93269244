"""How many of its words a question shares with a few short texts, without the arrays a knowledge base is worth.

The same BM25 as ``lexical.py`` (Robertson & Zaragoza 2009), as plain dictionaries: a hundred samples are compared as
fast, and a desk that has no articles never loads numpy.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class SharedWords:
    """For each term the texts that hold it with its weight there; ``masses`` is what each text says in all."""

    postings: dict[str, tuple[tuple[int, float], ...]]
    idf: dict[str, float]
    unknown_idf: float
    masses: tuple[float, ...]

    def likenesses(self, terms: Sequence[str]) -> list[float]:
        """Return, per text, the mean of how much of the terms stands in it, and how much of it they say, 0 to 1."""
        there, said = [0.0] * len(self.masses), [0.0] * len(self.masses)
        mass = 0.0
        for term in dict.fromkeys(terms):
            idf = self.idf.get(term, self.unknown_idf)
            mass += idf
            for text, weight in self.postings.get(term, ()):
                there[text] += weight
                said[text] += idf
        share = max(mass, 1e-6)
        return [
            (one / share + other / own) / 2 for one, other, own in zip(there, said, self.masses, strict=True)
        ]


def share_words(texts: Sequence[Sequence[str]]) -> SharedWords:
    """Return what tells how much the words of some texts are shared."""
    mean = max(sum(map(len, texts)) / len(texts), 1.0) if texts else 1.0
    counts: dict[str, list[tuple[int, int]]] = {}
    for at, terms in enumerate(texts):
        for term, count in Counter(terms).items():
            counts.setdefault(term, []).append((at, count))
    idf = {
        term: math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
        for term, found in counts.items()
    }
    norms = [K1 * (1 - B + B * len(terms) / mean) for terms in texts]
    postings = {
        term: tuple((at, idf[term] * count / (count + norms[at])) for at, count in found)
        for term, found in counts.items()
    }
    masses = tuple(max(sum(idf[term] for term in set(terms)), 1e-6) for terms in texts)
    return SharedWords(postings, idf, math.log(1 + (len(texts) + 0.5) / 0.5), masses)
