"""The figures of one group of tickets: of the whole period, one week, one category, one tag, one operator.

Formulas and sources stand in ``core/metrics.py``, ``core/proportion.py`` and beside each figure here. None means that
there is no data; it is never 0.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inboxd.core import metrics
from inboxd.core.metrics import Route
from inboxd.core.promise import PromisesKept, promises_kept
from inboxd.core.proportion import Proportion, wrong_answer_rate
from inboxd.core.report_facts import IMPROVED_TAG, LEFT_TAGS, Happening, Rates, ReportTerms, Score
from inboxd.core.sentiment import Sentiment
from inboxd.core.ticket_times import TARGETS, TicketTimes

_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Target:
    """How often one target was met: in time / (in time + late)."""

    name: str
    in_time: int
    late: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took in working time: of ``count`` tickets the median and the 90th percentile."""

    count: int
    median: dt.timedelta | None
    p90: dt.timedelta | None


@dataclass(frozen=True, slots=True)
class ExpectedPart:
    """One category's part of E(R): how probable it is, and its mean first response in working time."""

    category: str
    probability: float
    response_time: dt.timedelta


@dataclass(frozen=True, slots=True)
class Saved:
    """What answering by itself brought: working time of a person, and, with an hourly rate, money.

    ``cost`` is what running the desk and putting wrong answers right cost; ``cost_benefit`` is (B - C) / C.
    """

    time: dt.timedelta
    money: float | None
    cost: float | None
    cost_benefit: float | None


@dataclass(frozen=True, slots=True)
class Comments:
    """How many comments of surveys sound positive, neutral, negative (``core/sentiment.py``)."""

    positive: int
    neutral: int
    negative: int


@dataclass(frozen=True, slots=True)
class Group:
    """What figures are made of: tickets that came, scores and events that happened, the working time they had.

    ``months`` is how much of the desk's monthly cost falls on it; None where that cannot be told (one category).
    """

    tickets: Sequence[TicketTimes] = ()
    scores: Sequence[Score] = ()
    happenings: Sequence[Happening] = ()
    working_time: dt.timedelta = dt.timedelta()
    operators: int = 1
    months: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one group.

    ``answered_by_itself`` needed no person at all, ``automatic`` got an answer of the desk, whoever wrote after it.
    """

    tickets: int
    open: int
    answered: int
    solved: int
    sla: tuple[Target, ...]
    service_level: float | None
    first_response: Spread
    resolution: Spread
    surveys: int
    csat: float | None
    mean_score: float | None
    comments: Comments
    answered_by_itself: int
    automation: float | None
    automatic: int
    wrong: int
    wrong_answers: Proportion | None
    expected_response_time: dt.timedelta | None
    expected_parts: tuple[ExpectedPart, ...]
    working_time: dt.timedelta
    throughput: float | None
    utilisation: float | None
    feedback: int
    feedback_improvement: float | None
    reopen_rate: float | None
    bounce_rate: float | None
    churn: float | None
    saved: Saved | None
    promises: PromisesKept


def figures(group: Group, terms: ReportTerms, *, marks_left: bool) -> Figures:
    """Return the figures of a group; ``marks_left``: the desk marks customers that are lost, so none is a figure."""
    tickets = group.tickets
    answered = [one for one in tickets if one.first_response is not None]
    automatic = [one for one in answered if one.by_itself]
    alone = sum(not one.by_hand for one in automatic)
    wrong = sum(one.complained for one in automatic)
    scores = [one.score for one in group.scores]
    served = [one.served for one in tickets if one.served is not None]
    solved = len({one.keys.number for one in group.happenings if _is_solving(one)})
    feedback, improved = _feedback(group, terms)
    parts = expected_parts(tickets)
    return Figures(
        tickets=len(tickets),
        open=sum(one.is_open for one in tickets),
        answered=len(answered),
        solved=solved,
        sla=tuple(_target(name, tickets) for name in TARGETS),
        service_level=metrics.service_level(sum(served), len(served)),
        first_response=spread(one.first_response for one in answered),
        resolution=spread(one.resolution for one in tickets),
        surveys=len(scores),
        csat=metrics.csat(scores),
        mean_score=metrics.mean_score(scores),
        comments=_comments(group.scores),
        answered_by_itself=alone,
        automation=metrics.automation_rate(alone, len(answered)),
        automatic=len(automatic),
        wrong=wrong,
        wrong_answers=wrong_answer_rate(wrong, len(automatic)),
        expected_response_time=metrics.expected_response_time(
            Route(one.probability, one.response_time) for one in parts
        ),
        expected_parts=parts,
        working_time=group.working_time,
        throughput=metrics.throughput(solved, group.working_time) if _has_data(group) else None,
        utilisation=_utilisation(group, terms.rates) if _has_data(group) else None,
        feedback=feedback,
        feedback_improvement=metrics.feedback_improvement_rate(improved, feedback),
        reopen_rate=metrics.reopen_rate(
            sum(one.solved and one.reopened for one in tickets), sum(one.solved for one in tickets)
        ),
        bounce_rate=metrics.bounce_rate(
            sum(one.undelivered for one in tickets), sum(one.answers for one in tickets)
        ),
        churn=_churn(tickets) if marks_left else None,
        saved=_saved(alone, wrong, group, terms.rates) if answered else None,
        promises=promises_kept(one.promise_kept for one in tickets),
    )


def saved_time(answers: int, rates: Rates) -> Saved:
    """Return what so many answers by themselves brought: answers · minutes, and · rate; without what the desk cost."""
    time = answers * dt.timedelta(minutes=rates.minutes_per_answer)
    if rates.hourly_rate is None:
        return Saved(time, None, None, None)
    return Saved(time, answers * (rates.minutes_per_answer / _MINUTES * rates.hourly_rate), None, None)


def spread(times: Iterable[dt.timedelta | None]) -> Spread:
    """Return median and 90th percentile of the times that are known (``metrics.percentile``)."""
    seconds = [time.total_seconds() for time in times if time is not None]
    return Spread(len(seconds), _span(metrics.median(seconds)), _span(metrics.p90(seconds)))


def expected_parts(tickets: Iterable[TicketTimes]) -> tuple[ExpectedPart, ...]:
    """Return the pᵢ and tᵢ of E(R) = Σ pᵢ·tᵢ, the most probable category first.

    pᵢ is the category's share of all tickets that ask something, tᵢ the mean first response of those answered in
    it (law of total expectation). A category nobody was answered in is left out, and the others make up the whole.
    """
    asked: dict[str, int] = defaultdict(int)
    times: dict[str, list[float]] = defaultdict(list)
    for one in tickets:
        asked[one.keys.category] += one.asked
        if one.first_response is not None:
            times[one.keys.category].append(one.first_response.total_seconds())
    total = sum(asked[category] for category in times)
    found = [
        ExpectedPart(category, asked[category] / total, dt.timedelta(seconds=sum(known) / len(known)))
        for category, known in times.items()
    ]
    return tuple(sorted(found, key=lambda part: (-part.probability, part.category)))


def _comments(scores: Sequence[Score]) -> Comments:
    counted = Counter(one.sentiment for one in scores)
    return Comments(*(counted[sentiment.value] for sentiment in Sentiment))


def _target(name: str, tickets: Sequence[TicketTimes]) -> Target:
    verdicts = [verdict.in_time for one in tickets for verdict in one.verdicts if verdict.target == name]
    in_time = sum(verdicts)
    return Target(name, in_time, len(verdicts) - in_time, metrics.sla_rate(in_time, len(verdicts) - in_time))


def _span(seconds: float | None) -> dt.timedelta | None:
    return None if seconds is None else dt.timedelta(seconds=seconds)


def _has_data(group: Group) -> bool:
    return bool(group.tickets or group.happenings)


def _is_solving(one: Happening) -> bool:
    return one.event.kind == "status" and one.event.detail.get("to") == "solved"


def _utilisation(group: Group, rates: Rates) -> float | None:
    """Return RU = answers by hand · minutes per answer / (working time · operators): busy time is estimated."""
    by_hand = sum(
        one.event.kind == "answered" and not one.event.detail.get("automatic") for one in group.happenings
    )
    busy = by_hand * dt.timedelta(minutes=rates.minutes_per_answer)
    return metrics.utilisation(busy, group.working_time * group.operators)


def _feedback(group: Group, terms: ReportTerms) -> tuple[int, int]:
    """Return how many tickets got feedback (a survey answer, ``#wrong``), and how many of them led to a change."""
    given = {one.keys.number: one.keys for one in group.scores}
    given |= {one.keys.number: one.keys for one in group.happenings if one.event.kind == "wrong"}
    improved = (IMPROVED_TAG in keys.tags or number in terms.improved for number, keys in given.items())
    return len(given), sum(improved)


def _churn(tickets: Sequence[TicketTimes]) -> float | None:
    asked = {one.customer_id for one in tickets}
    left = {one.customer_id for one in tickets if LEFT_TAGS & {*one.customer_tags, *one.keys.tags}}
    return metrics.churn_rate(len(left), len(asked))


def _saved(alone: int, wrong: int, group: Group, rates: Rates) -> Saved:
    """Return B = answers by itself · minutes · rate, C = running cost + wrong answers · minutes · rate."""
    saved = saved_time(alone, rates)
    if rates.hourly_rate is None or saved.money is None or group.months is None:
        return saved
    benefit, each = saved.money, rates.minutes_per_answer / _MINUTES * rates.hourly_rate
    cost = group.months * rates.monthly_cost + wrong * each
    return Saved(saved.time, benefit, cost, metrics.cost_benefit(benefit, cost))
