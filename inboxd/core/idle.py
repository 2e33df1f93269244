"""Silence: when rules on ``ticket.idle`` are asked about a ticket, and which of them have acted in this silence already.

They are asked on every working day without a mail, and each acts once in one silence: a rule with
``ticket.idle_days.at_least = 3`` acts on the third day, or, where nothing ran on that day, on the next on which
something does.
"""

import datetime as dt
from collections.abc import Iterable

from inboxd.core.actions import Reply
from inboxd.core.decision import Decision
from inboxd.core.limits import SuppressionReason
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.rule_actions import answers_question
from inboxd.core.working_days import MOST_DAYS, days_after
from inboxd.core.working_time import WorkingHours

# These pass by themselves: the rule is asked again on the next working day.
_PASSING = frozenset(
    {
        SuppressionReason.TICKET_LIMIT,
        SuppressionReason.RECIPIENT_LIMIT,
        SuppressionReason.PEER_LIMIT,
        SuppressionReason.SAME_BODY,
        SuppressionReason.BRAKE,
    }
)
# An automatic reply is not the customer's word.
_NO_WORD = frozenset({"auto_reply"})


def breaks_silence(outcome: Outcome) -> bool:
    """Return whether customer or desk wrote, or the ticket changed its status: the days are counted from here on."""
    wrote = any(one.direction != "note" and one.kind not in _NO_WORD for one in outcome.messages)
    moved = any(event.kind == "status" for event in outcome.events)
    return wrote or moved or any(map(_is_word, outcome.letters))


def next_idle(
    hours: WorkingHours, silent_since: dt.datetime, idle_after: dt.timedelta, now: dt.datetime
) -> dt.datetime | None:
    """Return when rules are asked next: a whole number of working days after the last word, later than ``now``.

    Not before ``idle_after`` is over; None when the silence has lasted for so long that nobody asks any more.
    """
    earliest = silent_since + idle_after
    days = days_after(hours, silent_since, MOST_DAYS)
    return next((moment for moment in days if moment >= earliest and moment > now), None)


def acting_rules(decision: Decision) -> tuple[str, ...]:
    """Return the rules that have had their turn in this silence; one whose mail must wait has not."""
    passing = any(no.limit in _PASSING for no in decision.suppressed)
    replied = {item.rule.name for item in decision.actions if isinstance(item.action, Reply)}
    waiting = {
        rule.name
        for rule in decision.hits
        if passing and rule.name not in replied and any(isinstance(one, Reply) for one in rule.actions)
    }
    hits: Iterable[str] = (rule.name for rule in (*decision.hits, *decision.shadow))
    return tuple(name for name in dict.fromkeys(hits) if name not in waiting)


def _is_word(letter: Letter) -> bool:
    return letter.kind is Kind.RELAY or (letter.kind is Kind.ANSWER and answers_question(letter))
