"""How good the matching is on questions whose right article is known (``kb eval``), and whether it keeps its word.

Every other question stands for mail the desk has seen before the rest came, and the rest for it: what is read of it is
how sure the best article was, never which one is right. So no question has a part in its own threshold.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from inboxd.core.facts import KbMatch
from inboxd.core.proportion import wrong_answer_rate
from inboxd.knowledge.index import Index
from inboxd.knowledge.match import Matching, match
from inboxd.knowledge.seen_mails import notice
from inboxd.knowledge.threshold import assure, desk_threshold


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and the article that answers it (None: none does); ``also`` are further right ones."""

    text: str
    article: str | None
    subject: str = ""
    also: tuple[str, ...] = ()

    @property
    def right(self) -> frozenset[str]:
        """Return the slugs of all right articles."""
        return frozenset(self.also) | ({self.article} if self.article else frozenset())


@dataclass(frozen=True, slots=True)
class Judged:
    """One question with what was found for it."""

    labelled: Labelled
    matches: tuple[KbMatch, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of ``kb eval``.

    ``top1`` and ``recall3`` are shares of the questions that have an article,
    ``coverage`` the share of them answered rightly by a sure match; ``error_rate`` is wrong among all sure answers,
    questions without an article weighted to half of all. ``sure`` is how many were answered, ``wrong`` how many of them
    wrongly (as counted); ``error_lower`` and ``error_upper`` hold the error rate with 95 % confidence; ``stated_error``
    is the share of wrong answers the confidences themselves predict. A figure without data is None.
    """

    n: int
    top1: float | None
    recall3: float | None
    coverage: float | None
    error_rate: float | None
    threshold: float
    sure: int = 0
    wrong: int = 0
    error_lower: float | None = None
    error_upper: float | None = None
    stated_error: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised before anything is asked: with 95 % confidence no larger a share of sure answers is wrong.

    ``answers`` is how many of the desk's own mails prove it; where none do, it is what 19 of 20 other desks kept.
    """

    error_bound: float
    answers: int


def judge(
    index: Index, labelled: Sequence[Labelled], max_error_rate: float, language: str = ""
) -> Iterator[Judged]:
    """Yield every question with its matches, in order, once all of them were asked."""
    found = [match(index, entry.subject, entry.text, language, max_error_rate) for entry in labelled]
    thresholds = [_thresholds(index, found[1 - half :: 2], max_error_rate) for half in (0, 1)]
    for at, (entry, one) in enumerate(zip(labelled, found, strict=True)):
        yield _judged(entry, one, thresholds[at % 2])


def evaluate(index: Index, labelled: Sequence[Labelled], max_error_rate: float) -> Evaluation:
    """Return the figures over all questions."""
    return summarise(tuple(judge(index, labelled, max_error_rate)))


def promised(index: Index, max_error_rate: float) -> Promise | None:
    """Return the weakest promise of the desk's shelves, None without articles."""
    found = [assure(shelf.calibrator, shelf.own, max_error_rate) for shelf in index.shelves]
    if not found:
        return None
    weakest = max(found, key=lambda one: one.bound)
    return Promise(round(weakest.bound, 4), weakest.answers)


def summarise(judged: Sequence[Judged]) -> Evaluation:
    """Return the figures of judged questions."""
    inside = [entry for entry in judged if entry.labelled.right]
    outside = [entry for entry in judged if not entry.labelled.right]
    sure = [
        _weighed(entry, len(entries)) for entries in (inside, outside) for entry in entries if _is_sure(entry)
    ]
    lower, upper = _interval(sure)
    return Evaluation(
        n=len(judged),
        top1=_share([_is_right(entry, 1) for entry in inside]),
        recall3=_share([_is_right(entry, 3) for entry in inside]),
        coverage=_share([_is_sure(entry) and _is_right(entry, 1) for entry in inside]),
        error_rate=_mean([(one.weight, not one.right) for one in sure]),
        threshold=round(min((entry.threshold for entry in judged), default=1.0), 4),
        sure=len(sure),
        wrong=sum(not one.right for one in sure),
        error_lower=lower,
        error_upper=upper,
        stated_error=_mean([(one.weight, 1 - one.confidence) for one in sure]),
    )


def _thresholds(index: Index, others: Sequence[Matching], max_error_rate: float) -> Mapping[str, float]:
    """Return the threshold of every article as it is once these mails were seen."""
    later = notice(index, [one.matches[0] for one in others if one.matches])
    return {
        article.slug: desk_threshold(shelf.calibrator, shelf.own, max_error_rate)
        for shelf in later.shelves
        for article in shelf.articles
    }


def _judged(entry: Labelled, found: Matching, thresholds: Mapping[str, float]) -> Judged:
    if not found.matches:
        return Judged(entry, (), found.threshold)
    best, *rest = found.matches
    threshold = thresholds[best.article]
    return Judged(entry, (replace(best, sure=best.confidence >= threshold), *rest), threshold)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A sure answer: its confidence, and its weight (both kinds of question weigh a half, where both are there)."""

    right: bool
    confidence: float
    weight: float


def _is_right(entry: Judged, places: int) -> bool:
    return any(found.article in entry.labelled.right for found in entry.matches[:places])


def _is_sure(entry: Judged) -> bool:
    return bool(entry.matches) and entry.matches[0].sure


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _weighed(entry: Judged, of: int) -> _Answer:
    return _Answer(_is_right(entry, 1), entry.matches[0].confidence, 1 / of)


def _mean(weighed: Sequence[tuple[float, float]]) -> float | None:
    total = sum(weight for weight, _ in weighed)
    return round(sum(weight * value for weight, value in weighed) / total, 4) if total else None


def _interval(sure: Sequence[_Answer]) -> tuple[float | None, float | None]:
    """Return the Clopper-Pearson interval of the weighted error rate.

    As many answers of equal weight would tell as much as these (Kish 1965: the effective sample size); rounded so that
    the interval is never too narrow.
    """
    squares = sum(one.weight**2 for one in sure)
    if not squares:
        return None, None
    answers = math.floor(sum(one.weight for one in sure) ** 2 / squares + 1e-9)
    rate = sum(one.weight for one in sure if not one.right) / sum(one.weight for one in sure)
    low = wrong_answer_rate(math.floor(rate * answers + 1e-9), answers)
    high = wrong_answer_rate(min(answers, math.ceil(rate * answers - 1e-9)), answers)
    return (round(low.lower, 4), round(high.upper, 4)) if low and high else (None, None)
