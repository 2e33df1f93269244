import datetime as dt

from inboxd.core.actions import Reply
from inboxd.core.conditions import Comparison
from inboxd.core.decision import Course, Decision
from inboxd.core.facts import UNKNOWN, EventKind, KbMatch
from inboxd.core.limits import History, Limits, Occasion
from inboxd.core.mail_kind import Kind
from inboxd.core.pinned import Pinned, lean_history, replay
from inboxd.core.rule_fields import Operator
from inboxd.core.rules import Rule, RuleMode, Ruleset
from inboxd.core.simhash import body_simhash

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
SURE = Comparison("kb.sure", "kb.sure", Operator.EQUALS, (True,))
RULE = Rule(
    "r", "", frozenset(EventKind), (SURE,), (Reply("kb_answer"),), "g", continues=False, mode=RuleMode.LIVE, file="f", line=1
)  # fmt: skip
RULES = Ruleset((RULE,), "abc")
PINNED = Pinned(
    Course.NEW_TICKET,
    EventKind.TICKET_CREATED,
    NOW,
    asked=True,
    fields={"kb.sure": True},
    occasion=Occasion(Kind.ANSWER),
)
FOUND = KbMatch("export", "Export", "", 0.4, sure=False, score=0.4)


def decided(pinned: Pinned, **more: object) -> Decision:
    """Return the decision about a pinned mail."""
    found = replay(pinned, RULES, Limits(), {}, **more)  # type: ignore[arg-type]  # the tests' shorthand
    assert isinstance(found, Decision)
    return found


def test_a_settled_course_asks_no_rule() -> None:
    """What was settled above the rules stays so, whatever the rules say."""
    assert replay(Pinned(Course.BOUNCE), RULES, Limits(), {}) is None


def test_the_articles_of_the_day() -> None:
    """Without other matches the pinned ones hold; with others those do, but only where the base was asked."""
    assert decided(PINNED).actions
    assert decided(PINNED, kb=(FOUND,)).actions == ()
    assert replay(PINNED, RULES, Limits(), {}, UNKNOWN) is UNKNOWN
    not_asked = Pinned(PINNED.course, PINNED.event, NOW, fields=PINNED.fields, occasion=PINNED.occasion)
    assert decided(not_asked, kb=(FOUND,)).actions


def test_the_limits_of_the_day() -> None:
    """A full window on that day suppresses the answer today as well; so does an answer the ticket had before."""
    full = Pinned(
        PINNED.course,
        PINNED.event,
        NOW,
        fields=PINNED.fields,
        occasion=PINNED.occasion,
        history=History(to_recipient=(NOW,) * 9),
    )
    assert [no.limit for no in decided(full).suppressed] == ["recipient_limit"]
    before = Pinned(
        PINNED.course, PINNED.event, NOW, fields=PINNED.fields, occasion=PINNED.occasion, answered_before=True
    )
    assert [no.limit for no in decided(before).suppressed] == ["one_answer_per_ticket"]


def test_only_like_bodies_are_kept() -> None:
    """Of the other mails of a busy domain only those are pinned that the limit against repetition counts."""
    body = body_simhash("Your request has been registered under number 12. We will come back to you shortly.")
    other = body_simhash("How do I change the colour of the chart on the second page of my report?")
    history = History(bodies=((NOW, body), (NOW, other)))
    assert lean_history(history, body).bodies == ((NOW, body),)
