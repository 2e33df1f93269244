"""Whether the limits let a rule's template go to a customer now."""

import datetime as dt
from dataclasses import replace

from inboxd.core.decision import Suppression
from inboxd.core.limits import History, Limits, Occasion, may_send
from inboxd.core.mail_kind import Kind
from inboxd.core.rule_actions import ASK_SYMPTOMS, KB_ANSWER, letter_kind


def restrain(
    limits: Limits,
    occasion: Occasion,
    history: History,
    now: dt.datetime,
    template: str,
    *,
    answered_before: bool = False,
) -> Suppression | None:
    """Return why this template may not be sent automatically at ``now``, or None (``core/limits.py``).

    ``occasion`` is the mail to be answered; its kind is set here. ``answered_before``: the ticket had its one automatic
    answer, and a second one on the same ticket would talk past the customer.
    """
    kind = letter_kind(template)
    if kind is Kind.ANSWER and answered_before:
        return Suppression(template, "one_answer_per_ticket", "this ticket was answered automatically before")
    if occasion.withheld and (template == KB_ANSWER or (template == ASK_SYMPTOMS and occasion.guarded)):
        return Suppression(template, "withheld", occasion.withheld)
    if occasion.awaits_person:
        return Suppression(
            template, "awaits_person", "it replies to an automatic answer: a person takes over"
        )
    no = may_send(limits, replace(occasion, kind=kind), history, now)
    return Suppression(template, no.reason.value, no.sentence) if no else None
