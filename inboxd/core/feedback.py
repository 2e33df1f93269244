"""Feedback: what happened after an article was sent or suggested, and how telling it is.

One stream of evidence, each piece with a weight from 0 to 1. What weighs ``COUNTS`` or more is used to match by;
what weighs less only counts towards complaints, or is kept to be looked at.
"""

from enum import StrEnum

from inboxd.core.courtesy import is_thanks
from inboxd.core.feedback_words import HELPED, NOT_HELPED
from inboxd.core.outcome import Learnt

COUNTS = 0.5
# A draft that was changed more than this is the operator's own answer, no longer the article's.
_REWRITTEN = 0.6
_MAX_TEXT = 4_000


class Verdict(StrEnum):
    """What a customer says who writes back after an automatic answer."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    UNCLEAR = "unclear"


WEIGHTS = {
    "#kb": 1.0,
    "#send": 1.0,
    "#wrong": 1.0,
    "thanks": 0.8,
    "wrote_back": 0.7,
    "bad_survey": 0.6,
    "by_hand": 0.6,
    "draft.deleted": 0.2,
    "wrote_back_unclear": 0.2,
}
# Where they come from an automatic answer, these say that the article was the wrong one.
COMPLAINTS = frozenset({"#wrong", "wrote_back", "bad_survey"})


def judge_reply(new_text: str) -> Verdict:
    """Return what a reply to an automatic answer says by its words (English, German, French, Spanish, Chinese).

    A text that says neither, or both, is unclear; so is everything in other languages.
    """
    said = new_text[:_MAX_TEXT].replace("’", "'").lower()
    if any(pattern.search(said) for pattern in NOT_HELPED):
        return Verdict.NOT_HELPED
    helped = is_thanks(new_text) or any(pattern.search(said) for pattern in HELPED)
    return Verdict.HELPED if helped else Verdict.UNCLEAR


def from_reply(article: str, question: str, verdict: Verdict) -> Learnt:
    """Return the evidence of a reply to an automatic answer; an unclear one hardly weighs anything."""
    if verdict is Verdict.HELPED:
        return Learnt(article, question, "thanks", weight=WEIGHTS["thanks"])
    source = "wrote_back" if verdict is Verdict.NOT_HELPED else "wrote_back_unclear"
    return Learnt(article, question, source, right=False, weight=WEIGHTS[source])


def from_draft(article: str, question: str, distance: float) -> Learnt:
    """Return the evidence of a draft that was sent: the nearer to the article, the surer it answers the question.

    ``distance`` is the share of the draft that was changed, 0 (sent as it was) to 1. One that was rewritten says that
    the article was not the answer.
    """
    changed = min(1.0, max(0.0, distance))
    if changed > _REWRITTEN:
        return Learnt(article, question, "draft.sent", right=False, weight=round(changed * COUNTS, 4))
    return Learnt(article, question, "draft.sent", weight=round(1 - changed, 4))


def from_deleted_draft(article: str, question: str) -> Learnt:
    """Return the evidence of a draft that was deleted: he may only have answered in another way."""
    return Learnt(article, question, "draft.deleted", right=False, weight=WEIGHTS["draft.deleted"])


def from_survey(article: str, question: str) -> Learnt:
    """Return the evidence of a bad score after an automatic answer."""
    return Learnt(article, question, "bad_survey", right=False, weight=WEIGHTS["bad_survey"])


def from_answer_by_hand(question: str) -> Learnt:
    """Return the evidence of an answer the operator wrote himself: no article answers this."""
    return Learnt(None, question, "by_hand", weight=WEIGHTS["by_hand"])
