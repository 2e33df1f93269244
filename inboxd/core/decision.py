"""What was decided about one mail and why: stored with it, printed by ``explain``, replayed by the backtest."""

from dataclasses import dataclass
from enum import StrEnum

from inboxd.core.actions import Action
from inboxd.core.facts import EventKind
from inboxd.core.rules import Miss, Rule


class Disposition(StrEnum):
    """What becomes of a mail. There is no reject: after acceptance that would be backscatter."""

    FILE = "file"
    ANSWER = "answer"
    HOLD = "hold"
    DISCARD = "discard"


class Course(StrEnum):
    """Which way a mail takes through the desk: settled before any rule is asked."""

    OWN_COPY = "own_copy"
    SENT = "sent"
    SENT_ELSEWHERE = "sent_elsewhere"
    OWN_MAIL = "own_mail"
    BOUNCE = "bounce"
    FORGERY = "forgery"
    HOPS = "hops"
    BEFORE_RESTORE = "before_restore"
    OPERATOR = "operator"
    FORWARDED = "forwarded"
    AUTO_REPLY = "auto_reply"
    SURVEY_ANSWER = "survey_answer"
    SURVEY_STOP = "survey_stop"
    THANKS = "thanks"
    NEW_TICKET = "new_ticket"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Suppression:
    """An automatic mail that a rule wanted and a limit forbade: which one, by which limit, in a sentence."""

    template: str
    limit: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RuleAction:
    """An action with the rule that asked for it."""

    rule: Rule
    action: Action


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall happen to a mail. ``actions`` are those of the rules that survived the limits, in order."""

    disposition: Disposition
    course: Course
    reason: str
    event: EventKind | None = None
    actions: tuple[RuleAction, ...] = ()
    hits: tuple[Rule, ...] = ()
    misses: tuple[Miss, ...] = ()
    shadow: tuple[Rule, ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    must_notify: bool = False
    revision: str = ""

    @property
    def rule(self) -> str:
        """Return the name of the first rule that acts, or the built-in course."""
        return self.hits[0].name if self.hits else f"({self.course})"
