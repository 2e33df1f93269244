"""What an operator's mail orders, with everything known about the tickets it names."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from inboxd.core.absence import Spans
from inboxd.core.commands import Command
from inboxd.core.decision import Suppression
from inboxd.core.facts import CustomerFacts
from inboxd.core.ticket import Message, Ticket
from inboxd.errors import InboxdError

# How long a command can be taken back, and how long one that asked back waits for its #yes.
REMEMBERED = dt.timedelta(hours=24)

NOTHING_WAITS = (
    "nothing waits for your yes there: it is done, older than 24 hours, or was asked in another mail"
)

# A command line as written, whether it was done, and what came of it in a sentence.
CommandResult = tuple[str, bool, str]


class RefusedError(InboxdError):
    """A command that cannot be obeyed; the message is the sentence for the result mail."""


@dataclass(frozen=True, slots=True)
class Commanded:
    """What a command mail did to a ticket at ``at``: the fields it changed, before and after, as JSON values.

    ``lasting`` says in sentences what of it cannot be taken back.
    """

    mail_id: int
    at: dt.datetime
    before: Mapping[str, object]
    after: Mapping[str, object]
    author: str = ""
    lasting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Separable:
    """A customer's mail that may become a ticket of its own, and who wrote it."""

    message: Message
    mail_id: int
    subject: str
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class TicketCase:
    """A ticket as commands need it.

    ``answer_to`` is where its customer wants answers, ``question`` what he wrote first, ``copied`` who gets copies,
    ``others`` are all addresses on it that are neither his nor the desk's.
    ``covered`` says whether the proof of this mail speaks for the ticket; ``commanded`` is what ``#undo`` takes back.
    """

    ticket: Ticket
    customer: CustomerFacts
    answer_to: str
    question: str = ""
    copied: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    covered: bool = True
    commanded: Commanded | None = None
    separable: Separable | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """The commands of one mail and what they need.

    ``operator`` is the main address of who wrote it. ``fresh`` stand in the mail itself, ``confirmed`` are those its
    ``#yes`` releases, which waited under the result mail ``settles``; ``refusal`` says why it releases none.
    ``cases`` holds every ticket named, by the number it was named with (a merged one leads to where it went).
    ``away`` are the operator's absences, ``next_number`` is reserved for a ticket that ``#split`` makes.
    ``muted`` says why no result mail may be sent now: two machines that answer each other look like this (``limits``).
    """

    operator: str = ""
    fresh: tuple[Command, ...] = ()
    confirmed: tuple[Command, ...] = ()
    settles: int | None = None
    refusal: str = ""
    cases: Mapping[int, TicketCase] = field(default_factory=lambda: MappingProxyType({}))
    away: Spans = ()
    next_number: int = 0
    muted: Suppression | None = None
