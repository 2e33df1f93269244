"""Drafts: replies that lie ready in the operator's mailbox. When one is offered, and when it goes."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome

LIKELY: Final = 0.5
"""From this confidence on an article is more likely right than wrong: a draft saves more time than it costs."""

GRACE: Final = dt.timedelta(minutes=10)
"""How long a draft may be gone before it counts as deleted: the copy in Sent may be found later than the gap it left."""

SENT: Final = "draft.sent"
DELETED: Final = "draft.deleted"
OFFERED: Final = "draft.offered"
MARK: Final = "X-Inboxd-Draft"
"""The header field that binds a draft to its ticket and article, where the operator's client keeps it."""

_ENDED: Final = frozenset({"solved", "closed", "merged"})
_ANSWERS: Final = frozenset({Kind.ANSWER, Kind.RELAY})


class DraftState(StrEnum):
    """What became of a draft: open while ``wanted``, ``lying`` or ``gone``, which is undecided for ``GRACE``."""

    WANTED = "wanted"
    LYING = "lying"
    GONE = "gone"
    SENT = "sent"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class OfferedDraft:
    """A draft the operator had before him: which article it was made of, and its text."""

    draft_id: int
    article: str
    text: str


def is_likely(confidence: float | None) -> bool:
    """Return True for an answer worth preparing as a draft, though not sure enough to be sent."""
    return confidence is not None and confidence >= LIKELY


def withdrawn_by(outcome: Outcome) -> str:
    """Return why the drafts of a ticket have no use after this; empty when they stay.

    It is so when the customer writes again, when anybody answers, and when nothing is to be answered any more.
    """
    if any(one.direction == "in" and one.kind != "auto_reply" for one in outcome.messages):
        return "the customer wrote again"
    answered = any(letter.kind in _ANSWERS for letter in outcome.letters)
    if answered or any(event.kind == "answered" for event in outcome.events):
        return "somebody answered"
    if outcome.ticket is not None and outcome.ticket.status in _ENDED:
        return f"the ticket is {outcome.ticket.status}"
    return ""
