"""From unit scores to the candidates of a question: ranking, and the figures the confidence is made of."""

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inboxd.knowledge.lexical import covered_share, held_share, known_share, weigh
from inboxd.knowledge.polarity import knows_failure, says_opposite, sides_of, tells_failure
from inboxd.knowledge.scoring import Base, Matrix, Stand, UnitScores, two_nearest

CANDIDATES = 5
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
    "phrasings",
)
# So far below "none of these" the log-odds of the second article lie, in the mean of the desks the calibrator knows.
USUAL_RIVAL = 3.5
# So many answered mails with the other word of a pair ("less" where its author says "more") make it the article's, too.
TURNED_BY = 2
# More phrasings of one article than the calibrator was trained on tell it nothing further.
MOST_PHRASINGS = 12


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


def tone_of(phrasings: Sequence[str], passages: Sequence[str] = (), mails: Sequence[str] = ()) -> Tone:
    """Return the tone of an article: its direction from what asks for it, failure from what it says, too.

    ``mails`` are those it answered. One alone does not turn round what the author says: who filed it may have slipped.
    """
    own = sides_of(phrasings)
    said = Counter(side for mail in mails for side in sides_of((mail,)))
    joined = {side for side, times in said.items() if times >= TURNED_BY or -side not in own}
    return Tone(own | joined, knows_failure((*phrasings, *passages, *mails)))


def candidates(view: View, reading: Reading, most: int = CANDIDATES) -> tuple[Candidate, ...]:
    """Return the best articles for a question, best first."""
    best_unit = reading.scores.score.argmax(axis=0)
    best = reading.scores.score.max(axis=0)
    first = [int(best.argmax())] if most == 1 else np.argsort(-best, kind="stable")[:most].tolist()
    order = [article for article in first if view.stand.counts[article] > 0]
    units = {unit: _asked(view, reading, unit) for unit in {int(best_unit[article]) for article in order}}
    rivals = _rivals(best)
    whole = int(reading.scores.score[reading.whole].argmax())
    return tuple(
        _candidate(view, units[int(best_unit[article])], article, float(best[article]), rivals, whole)
        for article in order
    )


@dataclass(frozen=True, slots=True)
class _Rivals:
    """The best value of all articles, and of all but the winner (minus infinity where there is no other)."""

    winner: int
    top: float
    second: float

    def others(self, article: int, least: float = 0.0, absent: float = 0.0) -> float:
        """Return the best value of any other article, at least ``least``; ``absent`` where there is no other.

        An article that stands alone is no surer for it.
        """
        best = self.second if article == self.winner else self.top
        return absent if best == -math.inf else max(least, best)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A unit as its candidates are judged by it: what is the same for all of them."""

    unit: int
    reading: Reading
    failure: bool
    weights: Mapping[str, float]
    known_to_desk: float
    nearest: _Rivals
    odds: _Rivals


def _asked(view: View, reading: Reading, unit: int) -> _Asked:
    in_use = None if view.stand.active.all() else view.stand.active
    terms, scores = reading.terms[unit], reading.scores
    return _Asked(
        unit,
        reading,
        _tells_failure(reading.units[unit]),
        weigh(view.base.terms, terms),
        known_share(view.base.terms, terms, in_use),
        _rivals(scores.nearest[unit]),
        _rivals(scores.odds[unit]),
    )


def _candidate(
    view: View, asked: _Asked, article: int, score: float, rivals: _Rivals, whole: int
) -> Candidate:
    base, scores, unit = view.base, asked.reading.scores, asked.unit
    rows = _rows(view, article)
    said = [base.words[row] for row in rows]
    opposite = says_opposite(asked.reading.units[unit], view.tones[article].sides)
    untold = asked.failure and not view.tones[article].failure
    passage, near = _passage(base, scores.rows[unit], article)
    nearest, odds = float(scores.nearest[unit, article]), float(scores.odds[unit, article])
    none_odds = float(scores.none_odds[unit])
    masses = base.terms.masses[rows].tolist()
    figures = (
        score,
        score - rivals.others(article),
        nearest - asked.nearest.others(article),
        nearest,
        two_nearest(base, scores, unit, article),
        float(scores.centroid[unit, article]),
        float(scores.probability[unit, article]),
        _clip(odds - asked.odds.others(article, none_odds - 8.0, none_odds - USUAL_RIVAL), 8.0),
        _clip(odds - none_odds, 8.0),
        float(scores.none[unit]),
        float(scores.lexical[unit, article]),
        held_share(asked.weights, frozenset().union(*said)),
        asked.known_to_desk,
        max(covered_share(asked.weights, text, mass) for text, mass in zip(said, masses, strict=True)),
        nearest - float(scores.cohort[unit]),
        nearest - float(view.nearness[article]),
        math.log1p(len(asked.reading.terms[unit])),
        float(whole == article),
        math.log(len(asked.reading.units)),
        near,
        math.log(min(len(rows), MOST_PHRASINGS)),
    )
    return Candidate(article, unit, passage, score, figures, opposite or untold)


def _passage(base: Base, row: Matrix, article: int) -> tuple[int, float]:
    """Return which of the article's passages is nearest to a unit, and how near; 0 and 0 when it has none."""
    start, stop = base.passage_owner.searchsorted((article, article + 1))
    if start == stop:
        return 0, 0.0
    similar = base.passages[start:stop] @ row
    nearest = int(similar.argmax())
    return nearest, float(similar[nearest])


@functools.lru_cache(maxsize=256)
def _tells_failure(unit: str) -> bool:
    """Return whether a unit tells a failure: the same for all its candidates."""
    return tells_failure((unit,))


def _rows(view: View, article: int) -> list[int]:
    """Return the rows of an article's phrasings in use."""
    start, stop = view.base.owner.searchsorted((article, article + 1))
    return [start + row for row in view.stand.active[start:stop].nonzero()[0].tolist()]


def _rivals(values: Matrix) -> _Rivals:
    winner = int(values.argmax())
    rest = (values[:winner], values[winner + 1 :])
    second = max((float(part.max()) for part in rest if len(part)), default=-math.inf)
    return _Rivals(winner, float(values[winner]), second)


def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
