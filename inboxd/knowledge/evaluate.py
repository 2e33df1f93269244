"""How good the matching is on questions whose right article is known (``kb eval``)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inboxd.core.facts import KbMatch
from inboxd.knowledge.index import Index
from inboxd.knowledge.match import match


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
    questions without an article weighted to half of all. A figure without data is None.
    """

    n: int
    top1: float | None
    recall3: float | None
    coverage: float | None
    error_rate: float | None
    threshold: float


def judge(
    index: Index, labelled: Sequence[Labelled], max_error_rate: float, language: str = ""
) -> Iterator[Judged]:
    """Yield every question with its matches, in order."""
    for entry in labelled:
        found = match(index, entry.subject, entry.text, language, max_error_rate)
        yield Judged(entry, found.matches, found.threshold)


def evaluate(index: Index, labelled: Sequence[Labelled], max_error_rate: float) -> Evaluation:
    """Return the figures over all questions."""
    return summarise(tuple(judge(index, labelled, max_error_rate)))


def summarise(judged: Sequence[Judged]) -> Evaluation:
    """Return the figures of judged questions."""
    inside = [entry for entry in judged if entry.labelled.right]
    outside = [entry for entry in judged if not entry.labelled.right]
    return Evaluation(
        n=len(judged),
        top1=_share([_is_right(entry, 1) for entry in inside]),
        recall3=_share([_is_right(entry, 3) for entry in inside]),
        coverage=_share([_is_sure(entry) and _is_right(entry, 1) for entry in inside]),
        error_rate=_error_rate(inside, outside),
        threshold=round(min((entry.threshold for entry in judged), default=1.0), 4),
    )


def _is_right(entry: Judged, places: int) -> bool:
    return any(found.article in entry.labelled.right for found in entry.matches[:places])


def _is_sure(entry: Judged) -> bool:
    return bool(entry.matches) and entry.matches[0].sure


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _error_rate(inside: Sequence[Judged], outside: Sequence[Judged]) -> float | None:
    """Return wrong among sure; both kinds of question weigh a half each, where both are there."""
    right = wrong = 0.0
    for entries in (inside, outside):
        for entry in entries:
            if _is_sure(entry):
                good = _is_right(entry, 1)
                right += good / len(entries)
                wrong += (not good) / len(entries)
    return round(wrong / (right + wrong), 4) if right + wrong else None
