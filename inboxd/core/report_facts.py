"""What the figures are computed from: tickets with their history, survey scores, and the terms they are judged by."""

import datetime as dt
from dataclasses import dataclass, field

from inboxd.core.schedule import SlaTerms
from inboxd.core.ticket import Event

# A customer's, or his ticket's: he will not come back.
LEFT_TAGS = frozenset({"left", "churned"})
# A ticket's: what its customer said led to a change.
IMPROVED_TAG = "improved"
SPAM_TAG = "spam"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a ticket is grouped by; empty where it has none."""

    number: int
    category: str = ""
    tags: tuple[str, ...] = ()
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at a time."""

    at: dt.datetime
    event: Event


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """One ticket with its whole history; ``complained``: its automatic answer was called the wrong one.

    ``promised_at`` is when its customer was told he would have an answer.
    """

    keys: Keys
    created_at: dt.datetime
    status: str
    priority: str
    customer_id: int
    customer_tags: tuple[str, ...] = ()
    complained: bool = False
    history: tuple[Moment, ...] = ()
    promised_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """An answered survey; ``sentiment`` is how its comment sounds, empty without one."""

    at: dt.datetime
    keys: Keys
    score: int
    sentiment: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the period on a ticket, whenever that ticket came."""

    at: dt.datetime
    keys: Keys
    event: Event


@dataclass(frozen=True, slots=True)
class Past:
    """Everything the store knows that the figures need.

    ``tickets`` came in the period, ``scores`` and ``happenings`` happened in it. ``created`` are the times of all
    tickets of the last year, for the forecast. ``marks_left``: some customer or ticket is marked as left.
    """

    tickets: tuple[TicketRecord, ...] = ()
    scores: tuple[Score, ...] = ()
    happenings: tuple[Happening, ...] = ()
    created: tuple[dt.datetime, ...] = ()
    began: dt.datetime | None = None
    marks_left: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """What an answer by hand costs: ``minutes_per_answer``; an hour, and a month of running the desk, in money.

    Without ``hourly_rate`` there are no figures in money. ``currency`` is its code (ISO 4217), empty where none is named.
    """

    minutes_per_answer: float = 6.0
    hourly_rate: float | None = None
    monthly_cost: float = 0.0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """What the figures are judged by. ``improved`` are the tickets named by commits to rules and articles."""

    sla: SlaTerms
    service_target: dt.timedelta | None
    zone: str
    operators: int = 1
    rates: Rates = field(default_factory=Rates)
    improved: frozenset[int] = frozenset()


def counts(record: TicketRecord) -> bool:
    """Return whether a ticket counts: spam does not."""
    return SPAM_TAG not in record.keys.tags
