"""What shall be written down because of one event: the ticket as it will be, its new lines, and the mails to write.

An ``Outcome`` is a value. The pure core builds it step by step with ``dataclasses.replace``; ``apply`` writes it in
one transaction. A ``Letter`` says which mail is wanted; ``letters`` turns it into bytes.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inboxd.core.absence import Absence
from inboxd.core.commands import Command
from inboxd.core.mail import Attachment
from inboxd.core.mail_kind import Kind
from inboxd.core.states import TicketEvent, TicketStatus, ticket_after
from inboxd.core.ticket import Event, Message, Participant, Reference, Ticket
from inboxd.core.view_parts import ChaseTicket
from inboxd.core.views import ProblemView


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is wanted. ``to`` are addresses; ``once_key`` forbids a second one of the same; ``why`` explains it.

    ``html`` is the clean mark-up of ``text``, where an operator wrote it so (``core/relay_html.py``). ``late`` are the
    tickets a reminder speaks of.
    """

    kind: Kind
    template: str
    to: tuple[str, ...]
    once_key: str
    why: Mapping[str, object] = field(default_factory=dict)
    article: str = ""
    text: str = ""
    html: str = ""
    author: str = ""
    event: str = ""
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    sent: str = ""
    commands: tuple[tuple[str, bool, str], ...] = ()
    relayed_to: str = ""
    dry_run: bool = False
    asks_back: bool = False
    withheld: bool = False
    help: bool = False
    problems: tuple[ProblemView, ...] = ()
    late: tuple[ChaseTicket, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook or hook that is wanted: where, about which event, because of which rule; ``once_key`` forbids a second one."""

    url: str
    event: str
    once_key: str
    why: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """A customer's answer to the survey of this ticket."""

    survey_id: int
    score: int
    comment: str
    sentiment: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Evidence for the knowledge base: this text is, or is not, what the article answers (None: no article does).

    ``weight`` is how telling it is, 0 to 1 (``core/feedback.py``).
    """

    article: str | None
    text: str
    source: str
    right: bool = True
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What one command mail wrote on the ticket at that moment and is taken back: its author's notes, and evidence."""

    at: dt.datetime
    author: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A mail that goes from another ticket to this one."""

    mail_id: int
    from_number: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Commands that wait for a ``#yes`` in answer to the letter with this ``once_key``."""

    once_key: str
    operator: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class DraftSent:
    """An operator sent what he made of a draft; ``distance`` is how far that is from what was offered (0 to 1)."""

    draft_id: int
    distance: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that follows from one event, to be written in one transaction.

    ``others`` are outcomes of the same event on other tickets. ``settles`` is the mail whose pending commands are done.
    ``draft`` is the reply that shall lie ready for the operator, ``draft_sent`` what he made of an earlier one.
    ``same_person`` is another address of the ticket's customer. ``occasions`` are events of rules, each with a key that
    names it for ever.
    """

    ticket: Ticket | None = None
    is_new: bool = False
    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()
    references: tuple[Reference, ...] = ()
    participants: tuple[Participant, ...] = ()
    letters: tuple[Letter, ...] = ()
    calls: tuple[Call, ...] = ()
    occasions: tuple[tuple[str, str], ...] = ()
    survey_due_at: dt.datetime | None = None
    withdraw_survey: str = ""
    survey_answered: SurveyAnswered | None = None
    opts_out: bool = False
    merges: tuple[int, ...] = ()
    undeliverable: tuple[tuple[str, str], ...] = ()
    deliverable: tuple[str, ...] = ()
    learnt: tuple[Learnt, ...] = ()
    others: tuple["Outcome", ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    moved: tuple[Moved, ...] = ()
    pending: Pending | None = None
    settles: int | None = None
    absence: Absence | None = None
    draft: Letter | None = None
    draft_sent: DraftSent | None = None
    same_person: str = ""

    def with_event(self, kind: str, actor: str = "", **detail: object) -> "Outcome":
        """Return the outcome with one more event."""
        return replace(self, events=(*self.events, Event(kind, detail, actor)))

    def with_letter(self, letter: Letter) -> "Outcome":
        """Return the outcome with one more mail to write."""
        return replace(self, letters=(*self.letters, letter))

    def with_ticket(self, **changes: object) -> "Outcome":
        """Return the outcome with a changed ticket."""
        return replace(self, ticket=replace(require_ticket(self), **changes))  # type: ignore[arg-type]  # checked by the dataclass's callers


def with_missing_link(outcome: Outcome, linked: int | None) -> Outcome:
    """Return the outcome with the ticket whose mails arrived before this one, which they answer: it belongs here too."""
    return outcome if linked is None else replace(outcome, merges=(*outcome.merges, linked))


def require_ticket(outcome: Outcome) -> Ticket:
    """Return the ticket of an outcome that has one; raise ``ValueError`` otherwise (a bug)."""
    if outcome.ticket is None:
        raise ValueError("this outcome has no ticket")
    return outcome.ticket


def change_status(outcome: Outcome, event: TicketEvent, now: dt.datetime, *, actor: str, by: str) -> Outcome:
    """Return the outcome with the ticket's status after ``event``, with what belongs to entering that status.

    Raises ``IllegalTransition`` when the table in ``core/states.py`` forbids it.
    """
    ticket = require_ticket(outcome)
    before = TicketStatus(ticket.status)
    after = ticket_after(before, event)
    if after is before:
        return outcome
    changes: dict[str, object] = {"status": after.value, "snoozed_until": None}
    if after is TicketStatus.SOLVED:
        changes["solved_at"] = now
    if before in {TicketStatus.SOLVED, TicketStatus.CLOSED} and after is TicketStatus.OPEN:
        changes |= {"solved_at": None, "closed_at": None, "reopened": ticket.reopened + 1}
        outcome = replace(outcome, withdraw_survey="reopened")
    if after is TicketStatus.CLOSED:
        changes["closed_at"] = now
    return outcome.with_ticket(**changes).with_event(
        "status", actor, **{"from": before.value, "to": after.value, "by": by}
    )
