"""A ticket and what can be written down about it: values the pipeline changes by ``dataclasses.replace``."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ticket:
    """One question of a customer. ``number`` is the public ``#12``; ``version`` is the state it was read in.

    ``told`` is what people were told of its due times (``core/told.py``), ``promised_at`` is when the customer was told
    he would have an answer, ``silent_since`` when customer and desk last wrote, or its status last changed.
    """

    number: int
    subject: str
    customer_id: int
    created_at: dt.datetime
    updated_at: dt.datetime
    status: str = "new"
    priority: str = "normal"
    priority_score: float | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    assignee: str = ""
    language: str = ""
    first_response_due: dt.datetime | None = None
    first_response_at: dt.datetime | None = None
    next_response_due: dt.datetime | None = None
    resolution_due: dt.datetime | None = None
    chase_at: dt.datetime | None = None
    warned_due: dt.datetime | None = None
    breached_due: dt.datetime | None = None
    breached_at: dt.datetime | None = None
    told: tuple[str, ...] = ()
    promised_at: dt.datetime | None = None
    waiting_since: dt.datetime | None = None
    answered_automatically: bool = False
    automatic_article: str = ""
    automatic_confidence: float | None = None
    suggested_article: str = ""
    suggested_confidence: float | None = None
    solved_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    reopened: int = 0
    snoozed_until: dt.datetime | None = None
    idle_at: dt.datetime | None = None
    silent_since: dt.datetime | None = None
    linked_to: int | None = None
    merged_into: int | None = None
    conversation: str = ""
    thread_index: str = ""
    survey: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a ticket: ``in``, ``out`` or ``note``. ``text`` is what was written now, ``full_text`` all of it.

    ``answer_to`` is where the writer wants answers (his Reply-To, else his address): a place, not who he is.
    ``attachments`` are the names of what came or went with it.
    """

    direction: str
    kind: str
    author: str
    author_name: str
    at: dt.datetime
    text: str
    message_id: str = ""
    full_text: str = ""
    mail_id: int | None = None
    outbox_id: int | None = None
    answer_to: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for ``ticket N``, the digest and the figures."""

    kind: str
    detail: Mapping[str, object] = field(default_factory=dict)
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """An address that may join a ticket; ``role`` is ``customer``, ``participant`` or ``operator``."""

    address: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A Message-ID that leads to the ticket: ``own`` (we sent it), ``seen`` (it came), ``named`` (only quoted)."""

    message_id: str
    kind: str
