"""Why an article was found: which part of the mail fits it best, and the figures its confidence is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inboxd.knowledge.features import FEATURES, candidates
from inboxd.knowledge.index import Index
from inboxd.knowledge.match import read_units
from inboxd.knowledge.question import read_question
from inboxd.knowledge.terms import words

MOST = 3


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for one article.

    ``view`` is the part of the mail that fits it best, ``phrasing`` the one of the article's that it is nearest to;
    ``figures`` are the features by name (``features.py``), ``vetoed``: the mail says the opposite, or tells a failure
    the article does not know.
    """

    article: str
    view: str
    phrasing: str
    figures: Mapping[str, float]
    vetoed: bool


def why_found(index: Index, subject: str, new_text: str) -> tuple[Why, ...]:
    """Return what speaks for the best articles of each script, three at most, best first."""
    question = read_question(subject, new_text)
    found: list[Why] = []
    for shelf in index.shelves if question.units else ():
        reading = read_units(shelf, index.embedder, question)
        for one in candidates(shelf.view, reading, MOST):
            figures = dict(zip(FEATURES, (round(value, 3) for value in one.features), strict=True))
            view = reading.units[one.unit]
            own = [
                text
                for text, at in zip(shelf.phrasings, shelf.view.base.owner, strict=True)
                if at == one.article
            ]
            phrasing = _nearest(own, reading.terms[one.unit])
            found.append(Why(shelf.articles[one.article].slug, view, phrasing, figures, one.vetoed))
    return tuple(sorted(found, key=lambda one: -one.figures["score"]))[:MOST]


def _nearest(phrasings: list[str], terms: tuple[str, ...]) -> str:
    """Return the phrasing that shares most words with a unit, for the eye; the figures are by meaning."""
    shared = [len(set(words(text)) & set(terms)) / (len(set(words(text))) or 1) for text in phrasings]
    return phrasings[int(np.argmax(shared))] if phrasings else ""
