"""A quarter of a busy desk, made from a seed: tickets with answers, pauses, bounces, complaints and surveys.

Everything happens on whole seconds after ``START``, so that a test can count working seconds one by one.
"""

import datetime as dt
import random
from dataclasses import dataclass, field

from inboxd.core.report_facts import Happening, Keys, Moment, Past, Score, TicketRecord
from inboxd.core.ticket import Event

START = dt.datetime(2026, 8, 31, tzinfo=dt.UTC)
DAYS = 91
END = START + dt.timedelta(days=DAYS)
CATEGORIES = ("billing", "login", "export", "")
TAGS = {"billing": ("refund", "invoice"), "login": ("password", "2fa"), "export": ("csv",), "": ("other",)}
OPERATORS = ("ada@acme.test", "grace@acme.test", "")
_MINUTES = DAYS * 24 * 60


@dataclass(slots=True)
class Planned:
    """One ticket as the generator made it; ``events`` are (second, kind, detail) in order, ``scores`` (second, score)."""

    number: int
    category: str
    tags: tuple[str, ...]
    assignee: str
    priority: str
    customer: int
    created: int
    status: str = "new"
    complained: bool = False
    promised: int | None = None
    events: list[tuple[int, str, dict[str, object]]] = field(default_factory=list)
    scores: list[tuple[int, int]] = field(default_factory=list)

    def add(self, minute: int, kind: str, **detail: object) -> None:
        """Write down an event, unless the quarter is over by then."""
        if minute < _MINUTES:
            self.events.append((self.second(minute), kind, detail))

    def turn(self, minute: int, status: str) -> None:
        """Change the status."""
        if minute < _MINUTES and status != self.status:
            self.events.append((self.second(minute), "status", {"from": self.status, "to": status}))
            self.status = status

    def second(self, minute: int) -> int:
        """Return a second of that minute, always the same one: what happens together stays together."""
        return minute * 60 + (self.number * 7919 + minute * 104_729) % 60


def make_quarter(seed: int, count: int) -> list[Planned]:
    """Return ``count`` tickets; the last fortnight has a wave of exports."""
    random_ = random.Random(seed)
    plans = [_make(random_, number) for number in range(1, count + 1)]
    return sorted(plans, key=lambda one: one.number)


def at(second: int) -> dt.datetime:
    """Return the moment of a second."""
    return START + dt.timedelta(seconds=second)


def past_of(plans: list[Planned], left: frozenset[int] = frozenset()) -> Past:
    """Return the quarter as the store hands it on; ``left`` are the customers marked as lost."""
    happenings = [
        Happening(at(second), keys_of(one), Event(kind, detail))
        for one in plans
        for second, kind, detail in one.events
        if kind in {"answered", "status", "wrong"}
    ]
    return Past(
        tickets=tuple(record_of(one, left) for one in plans),
        scores=tuple(
            Score(at(second), keys_of(one), score, sentiment_of(one, score))
            for one in plans
            for second, score in one.scores
        ),
        happenings=tuple(happenings),
        created=tuple(at(one.created) for one in plans),
        began=min((at(one.created) for one in plans), default=None),
        marks_left=bool(left),
    )


def record_of(plan: Planned, left: frozenset[int]) -> TicketRecord:
    """Return a planned ticket as the store hands it on."""
    return TicketRecord(
        keys=keys_of(plan),
        created_at=at(plan.created),
        status=plan.status,
        priority=plan.priority,
        customer_id=plan.customer,
        customer_tags=("left",) if plan.customer in left else (),
        complained=plan.complained,
        promised_at=None if plan.promised is None else at(plan.promised),
        history=tuple(
            Moment(at(second), Event(kind, detail)) for second, kind, detail in plan.events if kind != "wrong"
        ),
    )


def sentiment_of(plan: Planned, score: int) -> str:
    """Return how the comment beside a score sounds; one in four has none."""
    return ("", "positive", "neutral", "negative")[(plan.number + score) % 4]


def keys_of(plan: Planned) -> Keys:
    """Return what a planned ticket is grouped by."""
    return Keys(plan.number, plan.category, plan.tags, plan.assignee)


def _make(random_: random.Random, number: int) -> Planned:
    wave = random_.random() < 0.1
    created = random_.randrange(_MINUTES - 7 * 1440, _MINUTES) if wave else random_.randrange(_MINUTES)
    category = "export" if wave else random_.choice(CATEGORIES)
    tags = tuple(tag for tag in TAGS[category] if random_.random() < 0.7)
    plan = Planned(
        number=number,
        category=category,
        tags=(*tags, "vip") if random_.random() < 0.1 else tags,
        assignee=random_.choice(OPERATORS),
        priority=random_.choice(("urgent", "high", "normal", "normal", "low")),
        customer=random_.randrange(1, 400),
        created=0,
    )
    plan.created = plan.second(created)
    if random_.random() < 0.6:
        plan.promised = plan.created + random_.randrange(3_600, 4 * 86_400)
    plan.add(created, "asked")
    _live(random_, plan, created)
    return plan


def _live(random_: random.Random, plan: Planned, minute: int) -> None:
    """Let the ticket live: answers of the desk and of people, bounces, new questions, snoozes, an end, a survey."""
    if random_.random() < 0.3:
        minute = _answer(random_, plan, minute + 1, automatic=True)
        if random_.random() < 0.15:
            minute += random_.randrange(1, 600)
            if minute < _MINUTES:
                plan.complained = True
            plan.add(minute, "wrong")
            plan.turn(minute, "open")
    if plan.status != "pending":
        minute = _snooze(random_, plan, minute)
        minute = _answer(random_, plan, minute + random_.randrange(1, 2500), automatic=False)
    while random_.random() < 0.4:
        minute += random_.randrange(1, 3000)
        plan.add(minute, "asked")
        plan.turn(minute, "open")
        if random_.random() < 0.9:
            minute = _answer(random_, plan, minute + random_.randrange(1, 1500), automatic=False)
    if random_.random() < 0.8:
        _end(random_, plan, minute + random_.randrange(1, 4000))


def _snooze(random_: random.Random, plan: Planned, minute: int) -> int:
    if random_.random() > 0.1:
        return minute
    until = minute + 60 + random_.randrange(1, 3000)
    plan.add(minute + 60, "snoozed")
    plan.add(until, "snooze_ended")
    return until


def _answer(random_: random.Random, plan: Planned, minute: int, *, automatic: bool) -> int:
    message_id = f"<{plan.number}.{minute}@acme.test>"
    plan.add(minute, "answered", automatic=automatic, message_id=message_id)
    plan.turn(minute, "pending")
    if random_.random() < 0.05:
        minute += random_.randrange(1, 300)
        plan.add(minute, "undelivered", message_id=message_id)
        plan.turn(minute, "open")
        if random_.random() < 0.8:
            return _answer(random_, plan, minute + random_.randrange(1, 900), automatic=False)
    return minute


def _end(random_: random.Random, plan: Planned, minute: int) -> None:
    plan.turn(minute, "solved")
    if random_.random() < 0.1:
        minute += random_.randrange(1, 5000)
        plan.add(minute, "asked")
        plan.turn(minute, "open")
        minute = _answer(random_, plan, minute + random_.randrange(1, 900), automatic=False) + 30
        plan.turn(minute, "solved")
    if random_.random() < 0.4 and (minute := minute + 1440 + random_.randrange(2000)) < _MINUTES:
        plan.scores.append((plan.second(minute), random_.choice((1, 2, 3, 4, 4, 5, 5, 5))))
