import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.actions import AddNote, Reply
from inboxd.core.decision import Course, Decision, Disposition, RuleAction, Suppression
from inboxd.core.idle import acting_rules, breaks_silence, next_idle
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.rules import Rule, RuleMode
from inboxd.core.ticket import Message
from inboxd.core.working_days import MOST_DAYS, working_days_between
from inboxd.core.working_time import WorkingHours, parse_interval

DAY = dt.timedelta(days=1)
FRIDAY = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
OFFICE = WorkingHours("UTC", ((parse_interval("09:00-17:00"),),) * 5 + ((), ()))
REPLY, NOTE = Reply("follow_up"), AddNote("hm")


def rule(name: str, *actions: Reply | AddNote) -> Rule:
    return Rule(
        name=name,
        why="",
        on=frozenset(),
        conditions=(),
        actions=actions,
        group="60",
        continues=False,
        mode=RuleMode.LIVE,
        file="60.toml",
        line=1,
    )


def decision(*hits: Rule, refused: str = "") -> Decision:
    """Return a decision of these rules; with ``refused`` no mail may be sent because of that limit."""
    actions = tuple(
        RuleAction(one, action)
        for one in hits
        for action in one.actions
        if not (refused and isinstance(action, Reply))
    )
    no = (Suppression("follow_up", refused, "no"),) if refused else ()
    return Decision(Disposition.FILE, Course.FOLLOW_UP, "", actions=actions, hits=hits, suppressed=no)


def message(direction: str, kind: str) -> Outcome:
    return Outcome(messages=(Message(direction, kind, "x@y.test", "", FRIDAY, "words"),))


def letter(kind: Kind, template: str, event: str) -> Outcome:
    return Outcome(letters=(Letter(kind, template, ("x@y.test",), "key", event=event),))


def test_a_word_of_either_side_breaks_the_silence() -> None:
    """Mails of the customer, answers and status changes do; notes, reminders and automatic replies do not."""
    assert breaks_silence(message("in", "mail"))
    assert breaks_silence(letter(Kind.RELAY, "relay", ""))
    assert breaks_silence(letter(Kind.ANSWER, "kb_answer", "ticket.created"))
    assert breaks_silence(Outcome().with_event("status", to="pending"))
    assert not breaks_silence(message("note", "note"))
    assert not breaks_silence(message("in", "auto_reply"))
    assert not breaks_silence(letter(Kind.ANSWER, "follow_up", "ticket.idle"))
    assert not breaks_silence(letter(Kind.CHASE, "chase", "sla.warned"))
    assert not breaks_silence(letter(Kind.NOTIFICATION, "notification", "ticket.idle"))


def test_rules_are_asked_on_every_working_day() -> None:
    """After Friday comes Monday; not before ``idle_after`` is over, and not for ever."""
    monday = FRIDAY + 3 * DAY
    assert next_idle(OFFICE, FRIDAY, DAY, FRIDAY) == monday
    assert next_idle(OFFICE, FRIDAY, DAY, monday) == monday + DAY
    assert next_idle(OFFICE, FRIDAY, 7 * DAY, FRIDAY) == FRIDAY + 7 * DAY
    assert next_idle(OFFICE, FRIDAY, DAY, FRIDAY + 365 * DAY) is None


@settings(max_examples=60)
@given(st.integers(0, 40_000), st.integers(0, 200_000))
def test_each_day_is_asked_once(start: int, waited: int) -> None:
    """The next time is later than now and stands on a whole number of working days."""
    since = FRIDAY + dt.timedelta(minutes=start)
    now = since + dt.timedelta(minutes=waited)
    then = next_idle(OFFICE, since, dt.timedelta(), now)
    if then is None:
        assert working_days_between(OFFICE, since, now) >= MOST_DAYS
    else:
        assert then > now
        days = working_days_between(OFFICE, since, then)
        assert days == working_days_between(OFFICE, since, then - dt.timedelta(seconds=1)) + 1


def test_a_rule_has_had_its_turn() -> None:
    """Also one that was refused for good, and one on trial; not one whose mail only has to wait."""
    follow, note = rule("follow", REPLY), rule("note", NOTE)
    assert acting_rules(decision(follow, note)) == ("follow", "note")
    assert acting_rules(decision(follow, note, refused="undeliverable")) == ("follow", "note")
    assert acting_rules(decision(follow, note, refused="brake")) == ("note",)
    assert acting_rules(replace(decision(note), shadow=(follow,))) == ("note", "follow")
