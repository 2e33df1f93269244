"""What is known about one event when it is decided: gathered once, stored with the mail, read by rules."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from inboxd.core.authenticate import OperatorProof
from inboxd.core.categories import CategoryMatch
from inboxd.core.commands import CommandBlock
from inboxd.core.forwarded import Forwarded
from inboxd.core.mail import Automatic, Bounce, Envelope, Mail, SenderAuth, Written
from inboxd.core.priority import Assessment
from inboxd.core.relay import Relayed
from inboxd.core.sent_copy import SentCopy
from inboxd.core.survey import SurveyAnswer


class Unknown(StrEnum):
    """A fact that is not there yet (the model is still loading): the mail waits, no rule is misjudged."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN

FieldValue = (
    str | int | float | bool | dt.timedelta | tuple[str, ...] | Mapping[str, tuple[str, ...]] | Unknown | None
)


class EventKind(StrEnum):
    """What can happen to a ticket; the values of ``on`` in a rule."""

    TICKET_CREATED = "ticket.created"
    CUSTOMER_REPLIED = "customer.replied"
    OPERATOR_REPLIED = "operator.replied"
    SLA_WARNED = "sla.warned"
    SLA_BREACHED = "sla.breached"
    SURVEY_ANSWERED = "survey.answered"
    TICKET_IDLE = "ticket.idle"


@dataclass(frozen=True, slots=True)
class KbMatch:
    """One article that may answer the mail. ``confidence`` is the probability that it does; ``score`` ranks.

    ``withheld`` says why it must not be sent by itself, whatever a rule says; ``sure`` is False then.
    ``symptoms`` is how many of the article's the mail names (``all``, ``some``, ``none``; empty: it has none),
    ``missing`` are those it does not name.
    """

    article: str
    title: str
    passage: str
    confidence: float
    sure: bool
    score: float
    withheld: str = ""
    symptoms: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Who writes. ``satisfaction`` is the mean survey score (1 to 5), None without any.

    ``tags`` are all he has, by hand, by ``customers.csv`` and by what he did; ``fields`` are that file's other columns.
    ``note`` is what you wrote about him. ``addresses`` are all he writes from.
    """

    customer_id: int | None
    address: str
    name: str
    language: str
    tags: tuple[str, ...]
    tickets: int
    satisfaction: float | None
    undeliverable: bool
    organisation: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """The ticket as it stands before the event is applied. ``idle_days`` is told of events that no mail caused."""

    number: int
    subject: str
    status: str
    priority: str
    category: str
    tags: tuple[str, ...]
    assignee: str
    age: dt.timedelta
    messages: int
    answered: bool
    answered_automatically: bool
    idle_days: int | None = None


@dataclass(frozen=True, slots=True)
class Threading:
    """Which ticket a mail belongs to (None: a new one), what found it, and the ticket it is linked to if it may not join."""

    ticket: int | None
    by: str
    linked: int | None = None
    role: str = "customer"


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """Where the event stands in the desk's week. ``weekday`` is ``monday`` … ``sunday`` in the desk's time zone."""

    working_hours: bool
    weekday: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything ``decide`` may look at. ``kb`` is UNKNOWN while the model loads; empty when nothing matches.

    ``answer_to`` is where answers to the customer go (RFC 5322 3.6.2), ``customer.address`` is who he is.
    ``released``: a person looked at the held mail and let it go on.
    ``operator_proven`` is DESIGN 2.6 (an operator's address *and* proof); ``commands`` are read only then,
    ``relayed`` is what goes to the customer with their rest, ``proof`` says for which tickets the proof speaks.
    ``forwarded``: an operator forwarded this mail, and everything else here is about the mail inside.
    ``forwards_own``: a proven operator forwarded a mail of ours; what he wrote above it is meant for no customer.
    ``survey_id`` is the survey this mail may answer, ``survey_answer`` what it says if it does; ``survey_stop``: no more.
    ``guards`` are those the mail runs into (``core/guards.py``): no article answers it by itself.
    ``category`` and ``assessment`` are of a new question only.
    ``own_copy``: its signed Message-ID says that it is a mail we sent, come back.
    ``sent``: it was found in the desk's Sent folder; ``customer`` is then the one it went to.
    ``before_restore``: it arrived before the store was put back from a backup, and may have been dealt with already.
    """

    event: EventKind
    now: dt.datetime
    accepted_at: dt.datetime
    mail: Mail
    written: Written
    envelope: Envelope
    language: str
    automatic: Automatic
    bounce: Bounce
    sender_auth: SenderAuth
    is_operator: bool
    threading: Threading
    ticket: TicketFacts | None
    customer: CustomerFacts
    kb: tuple[KbMatch, ...] | Unknown
    time: TimeFacts
    answer_to: str = ""
    imported: bool = False
    released: bool = False
    operator_proven: bool = False
    commands: CommandBlock | None = None
    relayed: Relayed | None = None
    survey_id: int | None = None
    survey_answer: SurveyAnswer | None = None
    survey_stop: bool = False
    proof: OperatorProof | None = None
    forwarded: Forwarded | None = None
    forwards_own: bool = False
    own_copy: bool = False
    category: CategoryMatch | None = None
    assessment: Assessment | None = None
    guards: tuple[str, ...] = ()
    sent: SentCopy | None = None
    before_restore: bool = False
