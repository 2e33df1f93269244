"""From unit scores to the candidates of a question: ranking, and the figures the confidence is made of."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inboxd.knowledge.lexical import covered_share, held_share, known_share
from inboxd.knowledge.polarity import is_opposite, knows_failure, sides_of, tells_failure
from inboxd.knowledge.scoring import Base, Matrix, Stand, UnitScores

CANDIDATES = 10
FEATURES = (
    "score",
    "margin",
    "nearest_margin",
    "nearest",
    "two_nearest",
    "centroid",
    "probability",
    "odds_margin",
    "odds_over_none",
    "none",
    "lexical",
    "known_to_article",
    "known_to_desk",
    "covered",
    "over_cohort",
    "over_own_nearness",
    "words",
    "whole_agrees",
    "units",
    "passage",
)


@dataclass(frozen=True, slots=True)
class Tone:
    """What an article says of direction and failure."""

    sides: frozenset[int]
    failure: bool


@dataclass(frozen=True, slots=True)
class View:
    """What candidates are judged by: the base, the part of it in use, and what is known of each article."""

    base: Base
    stand: Stand
    nearness: Matrix
    tones: tuple[Tone, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's units, their words and scores; ``whole`` is the position of the whole text among them."""

    units: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    scores: UnitScores
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article for one question: ``unit`` fits it best, ``passage`` of it is nearest to that unit.

    ``vetoed``: the mail says the opposite of the article, or tells a failure the article does not know.
    """

    article: int
    unit: int
    passage: int
    score: float
    features: tuple[float, ...]
    vetoed: bool


def tone_of(phrasings: Sequence[str], passages: Sequence[str] = ()) -> Tone:
    """Return the tone of an article: its direction from what asks for it, failure from what it says, too."""
    return Tone(sides_of(phrasings), knows_failure((*phrasings, *passages)))


def candidates(view: View, reading: Reading, most: int = CANDIDATES) -> tuple[Candidate, ...]:
    """Return the best articles for a question, best first."""
    best_unit = reading.scores.score.argmax(axis=0)
    best = reading.scores.score[best_unit, np.arange(view.base.articles)]
    order = [
        int(article) for article in np.argsort(-best, kind="stable")[:most] if view.stand.counts[article] > 0
    ]
    in_use = None if view.stand.active.all() else view.stand.active
    known = {
        unit: known_share(view.base.terms, reading.terms[unit], in_use)
        for unit in {int(best_unit[article]) for article in order}
    }
    return tuple(
        _candidate(view, reading, article, int(best_unit[article]), best, known[int(best_unit[article])])
        for article in order
    )


def _candidate(
    view: View, reading: Reading, article: int, unit: int, best: Matrix, known_to_desk: float
) -> Candidate:
    base, scores, terms = view.base, reading.scores, reading.terms[unit]
    sides, failure = _tone_of_unit(reading.units[unit])
    said = [base.words[row] for row in _rows(view, article)]
    opposite = is_opposite(sides, view.tones[article].sides)
    untold = failure and not view.tones[article].failure
    passage, near = _passage(base, scores.rows[unit], article)
    nearest, odds = float(scores.nearest[unit, article]), float(scores.odds[unit, article])
    figures = (
        float(best[article]),
        float(best[article]) - _others(best, article),
        nearest - _others(scores.nearest[unit], article),
        nearest,
        float(scores.second[unit, article]),
        float(scores.centroid[unit, article]),
        float(scores.probability[unit, article]),
        _clip(odds - _others(scores.odds[unit], article, float(scores.none_odds[unit]) - 8.0), 8.0),
        _clip(odds - float(scores.none_odds[unit]), 8.0),
        float(scores.none[unit]),
        float(scores.lexical[unit, article]),
        held_share(base.terms, terms, frozenset().union(*said)),
        known_to_desk,
        max(covered_share(base.terms, words, terms) for words in said),
        nearest - float(scores.cohort[unit]),
        nearest - float(view.nearness[article]),
        float(np.log1p(len(terms))),
        float(int(scores.score[reading.whole].argmax()) == article),
        float(np.log(len(reading.units))),
        near,
    )
    return Candidate(
        article,
        unit,
        passage,
        float(best[article]),
        figures,
        opposite or untold,
    )


def _passage(base: Base, row: Matrix, article: int) -> tuple[int, float]:
    """Return which of the article's passages is nearest to a unit, and how near; 0 and 0 when it has none."""
    start, stop = np.searchsorted(base.passage_owner, (article, article + 1))
    if start == stop:
        return 0, 0.0
    similar = base.passages[start:stop] @ row
    nearest = int(similar.argmax())
    return nearest, float(similar[nearest])


@functools.lru_cache(maxsize=256)
def _tone_of_unit(unit: str) -> tuple[frozenset[int], bool]:
    """Return what a unit says of direction and failure: the same for all its candidates."""
    return sides_of((unit,)), tells_failure((unit,))


def _rows(view: View, article: int) -> list[int]:
    """Return the rows of an article's phrasings in use."""
    start, stop = np.searchsorted(view.base.owner, (article, article + 1))
    return [int(row) for row in range(start, stop) if view.stand.active[row]]


def _others(values: Matrix, article: int, least: float = 0.0) -> float:
    """Return the best value of any other article, at least ``least``.

    A desk of one article has no rival, yet is no surer for it.
    """
    rest = (values[:article], values[article + 1 :])
    return max([least, *(float(part.max()) for part in rest if len(part))])


def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
