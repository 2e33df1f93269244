"""The likely answer, laid ready: an article that probably fits, where it is not sure enough to be sent by itself."""

from inboxd.core.drafts import is_likely
from inboxd.core.facts import EventKind
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Outcome
from inboxd.core.rule_actions import KB_ANSWER, Surroundings, offer_draft

_ANSWERS = frozenset({Kind.ANSWER, Kind.RELAY})


def with_likely_draft(outcome: Outcome, around: Surroundings) -> Outcome:
    """Return the outcome with a draft of the likely answer to a new question that nobody answers by this outcome.

    What a rule wants drafted comes first.
    """
    answered = any(letter.kind in _ANSWERS for letter in outcome.letters)
    asked = around.event == EventKind.TICKET_CREATED.value and around.article
    if outcome.draft is not None or answered or not asked or not is_likely(around.confidence):
        return outcome
    return offer_draft(outcome, KB_ANSWER, around)
