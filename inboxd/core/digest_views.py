"""What the digest tells of one ticket, answer, incident, gap or trial: the parts of ``DigestView`` (core/views.py).

Values here may be a stranger's words, as there. Times are aware.
"""

import datetime as dt
from dataclasses import dataclass

from inboxd.core.view_parts import TicketActions


@dataclass(frozen=True, slots=True)
class DigestTicket:
    """A ticket that waits on the operator. ``due`` None: nothing is promised; ``late`` and ``soon`` exclude each other."""

    number: int
    subject: str
    customer: str
    preview: str
    waiting_since: dt.datetime
    actions: TicketActions
    due: dt.datetime | None = None
    late: bool = False
    soon: bool = False
    priority: str = "normal"
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class DigestAnswer:
    """A ticket that was answered by itself, with the article and how sure it was (0 to 1)."""

    number: int
    subject: str
    customer: str
    article: str
    confidence: float
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class DigestIncident:
    """Something that needs a look: ``kind`` is ``held``, ``bounce``, ``forgery``, ``suppressed``, ``failed`` or ``withdrawn``.

    ``demoted`` and ``restored`` are articles that are, or are no longer, only suggested; ``silent``: all of them are.
    """

    kind: str
    what: str
    detail: str
    at: dt.datetime
    number: int | None = None


@dataclass(frozen=True, slots=True)
class DigestGap:
    """A question the knowledge base lacks, asked ``times`` times, with the tickets that asked it."""

    question: str
    times: int
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestTrial:
    """A rule in shadow mode, over the last 30 days: how often it would have acted, and how often the operator did the same.

    ``place`` is its ``file:line``; ``compared`` how often that could be seen, ``similarity`` how alike the answers were
    (0 to 1, None when it answers nothing); ``promote`` True: it did what the operator does often enough to ask.
    """

    rule: str
    times: int
    agreed: int
    place: str = ""
    compared: int = 0
    similarity: float | None = None
    promote: bool = False


@dataclass(frozen=True, slots=True)
class DigestFigures:
    """Counts since the last digest; ``satisfaction`` is the mean score of ``surveys`` answers, None without any."""

    new: int = 0
    solved: int = 0
    answered_by_itself: int = 0
    snoozed: int = 0
    surveys: int = 0
    satisfaction: float | None = None


@dataclass(frozen=True, slots=True)
class DigestReconciliation:
    """Mails received since the last digest and what became of them; ``unexplained`` must be 0."""

    received: int
    filed: int
    held: int = 0
    unexplained: int = 0
