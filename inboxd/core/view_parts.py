"""What several templates show alike: the desk, a ticket, its customer, a message, an article, the one-tap links.

Values here may be a stranger's words, as in ``core/views.py``. Times are aware.
"""

import datetime as dt
from dataclasses import dataclass, field

from inboxd.core.suggestion import LIKELY


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk: its name, its address, its IANA time zone."""

    name: str
    address: str
    timezone: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """The ticket a mail is about. ``status`` and ``priority`` are the words of the rules."""

    number: int
    subject: str
    status: str = "new"
    priority: str = "normal"
    tags: tuple[str, ...] = ()


class Columns(dict[str, str]):
    """The columns of a row of ``customers.csv`` by name; one that is empty, or not there, is an empty text."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Who asked. ``tickets`` counts this one too; ``satisfaction`` is the last survey score (1 to 5), None without.

    ``organisation``, ``plan`` and ``fields`` are what ``customers.csv`` says (the organisation, else his domain).
    """

    name: str
    address: str
    tags: tuple[str, ...] = ()
    tickets: int = 1
    satisfaction: float | None = None
    organisation: str = ""
    plan: str = ""
    fields: Columns = field(default_factory=Columns)


@dataclass(frozen=True, slots=True)
class SecondAddressView:
    """An address that may be the customer's second one; ``same`` is the one-tap link that says so."""

    address: str
    same: str


@dataclass(frozen=True, slots=True)
class SurveyAnswerView:
    """What a customer answered a survey with: ``score`` 1 to 5; ``sentiment`` of his comment, empty without one."""

    score: int
    sentiment: str = ""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article that may answer. ``body`` is Markdown by the operator; ``confidence`` 0 to 1.

    ``by_hand``: an operator named it, so nothing is known of how sure it is. ``several``: articles that answer a mail
    together, each with its title above it in ``body``.
    """

    slug: str
    title: str
    body: str
    confidence: float = 0.0
    by_hand: bool = False
    several: bool = False

    @property
    def is_likely(self) -> bool:
        """Return whether it is more likely than not to answer, as far as anybody knows."""
        return self.by_hand or self.confidence >= LIKELY


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of the thread. ``direction`` is ``in``, ``out`` or ``note``; ``text`` is the new text only."""

    author: str
    at: dt.datetime
    text: str
    direction: str = "in"
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketActions:
    """One-tap ``mailto:`` URIs with the command prefilled; an empty one is not offered."""

    reply: str = ""
    solved: str = ""
    snooze: str = ""
    send: str = ""
    spam: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class ChaseTicket:
    """One of several tickets whose promised time (``target``, ``due``) is near or over, as ``ChaseView`` shows a single one."""

    number: int
    subject: str
    customer: str
    preview: str
    waiting_since: dt.datetime
    target: str
    due: dt.datetime
    breached: bool
    actions: TicketActions = field(default_factory=TicketActions)
    priority: str = "normal"
    suggestion: str = ""
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class DueView:
    """A time by which something is promised: ``first_response``, ``next_response`` or ``resolution``."""

    target: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ScoreLink:
    """One score of the survey and the ``mailto:`` URI that answers it."""

    score: int
    mailto: str
