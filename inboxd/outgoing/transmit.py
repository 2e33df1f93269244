"""What transmitting an outgoing mail can come to; the seam every retry path is tested at, with no network."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

# The kinds in the outbox that are no mail.
WEBHOOK = "webhook"
HOOK = "hook"


class Outcome(StrEnum):
    """What to do next: nothing, try again, or tell someone."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the peer said, in its own words (RFC 5321 4.2), and what follows from it."""

    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed to a transport: envelope, Message-ID (for recognising repeats) and bytes.

    ``kind`` is the outbox's: a mail's, ``webhook``, whose only recipient is a URL, or ``hook`` with its event.
    """

    reverse_path: str
    recipients: tuple[str, ...]
    message_id: str
    raw: bytes = field(repr=False)
    kind: str = ""


Transmit = Callable[[Parcel], Reply]
