"""What a rule may do: one frozen value per action. A new action is a class here and a ``case`` where it is applied."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """Send the customer the mail that ``template`` makes."""

    template: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Put the mail that ``template`` makes before the operator instead of sending it."""

    template: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Add ``tags`` to the ticket."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untag:
    """Take ``tags`` off the ticket."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Give the ticket ``urgent``, ``high``, ``normal`` or ``low`` priority."""

    priority: str


@dataclass(frozen=True, slots=True)
class SetCategory:
    """Give the ticket a category; the empty string takes it away."""

    category: str


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Make the ticket ``open``, ``pending`` or ``solved``."""

    status: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Assign the ticket to the operator of that name, or to one who has ``skill``; one of them is empty."""

    operator: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the named operators; none named: the assignee, or everybody while nobody is assigned."""

    operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forward:
    """Send the mail on to ``addresses``, with the desk as sender."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put the ticket aside for ``span``."""

    span: dt.timedelta


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write an internal note on the ticket."""

    text: str


@dataclass(frozen=True, slots=True)
class Survey:
    """``wanted``: ask this customer how it was, even if it is not his turn; else never ask on this ticket."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep the mail back for the operator to look at, because of ``reason``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """Post the event to ``url``."""

    url: str


Action = (
    Reply
    | Draft
    | Tag
    | Untag
    | SetPriority
    | SetCategory
    | SetStatus
    | Assign
    | Notify
    | Forward
    | Snooze
    | AddNote
    | Survey
    | Hold
    | Webhook
)

ACTION_WORDS: dict[type[Action], str] = {
    Reply: "reply",
    Draft: "draft",
    Tag: "tag",
    Untag: "untag",
    SetPriority: "priority",
    SetCategory: "category",
    SetStatus: "status",
    Assign: "assign",
    Notify: "notify",
    Forward: "forward",
    Snooze: "snooze",
    AddNote: "note",
    Survey: "survey",
    Hold: "hold",
    Webhook: "webhook",
}
