from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.actions import Action, Hold, Notify, Reply, SetPriority, SetStatus, Snooze, Tag
from inboxd.core.commands import Command, CommandBlock, CommandName
from inboxd.core.conditions import Comparison
from inboxd.core.decide import decide, settle_course
from inboxd.core.decision import Course, Decision, Disposition, Suppression
from inboxd.core.facts import UNKNOWN, EventKind, Facts, Threading
from inboxd.core.limits import Limits
from inboxd.core.mail import Automatic, AutomaticKind, Bounce, Written
from inboxd.core.rule_fields import Operator
from inboxd.core.rules import Rule, RuleMode, Ruleset
from inboxd.core.survey import SurveyAnswer

Make = Callable[..., Facts]
JOINS = Threading(12, "reply_address")
COMMANDS = CommandBlock((Command(CommandName.SOLVED, ""),), (), "")


def machine(kind: AutomaticKind, *, may_answer: bool = False) -> Automatic:
    return Automatic(is_automatic=True, kind=kind, reason="a header", may_answer=may_answer)


def rule(name: str, *actions: Action, **changes: Any) -> Rule:
    values: dict[str, Any] = {
        "why": "",
        "on": frozenset(EventKind),
        "conditions": (),
        "group": name,
        "continues": False,
        "mode": RuleMode.LIVE,
        "file": "rules/10.toml",
        "line": 1,
    }
    return Rule(name=name, actions=actions, **(values | changes))


def decided(facts: Facts, *rules: Rule, forbid: dict[str, str] | None = None) -> Decision:
    def ask(template: str) -> Suppression | None:
        limit = (forbid or {}).get(template)
        return Suppression(template, limit, "because") if limit else None

    decision = decide(facts, Ruleset(rules, "r1"), Limits(), ask)
    assert isinstance(decision, Decision)
    return decision


@pytest.mark.parametrize(
    ("changes", "course"),
    [
        ({}, Course.NEW_TICKET),
        ({"threading": JOINS}, Course.FOLLOW_UP),
        ({"threading": JOINS, "survey_answer": SurveyAnswer(5, "")}, Course.SURVEY_ANSWER),
        ({"survey_answer": SurveyAnswer(5, "")}, Course.NEW_TICKET),
        ({"threading": JOINS, "written": Written("Thank you so much!", "", "")}, Course.THANKS),
        ({"written": Written("Thank you so much!", "", "")}, Course.NEW_TICKET),
        ({"automatic": machine(AutomaticKind.LOOP)}, Course.OWN_MAIL),
        ({"automatic": machine(AutomaticKind.AUTO_REPLY)}, Course.AUTO_REPLY),
        ({"automatic": machine(AutomaticKind.AUTO_GENERATED)}, Course.NEW_TICKET),
        ({"automatic": machine(AutomaticKind.LIST)}, Course.NEW_TICKET),
        ({"bounce": Bounce(is_bounce=True)}, Course.BOUNCE),
        ({"is_operator": True}, Course.NEW_TICKET),
        ({"is_operator": True, "commands": COMMANDS}, Course.FORGERY),
        ({"is_operator": True, "threading": Threading(None, "reply_address:forged", 12)}, Course.FORGERY),
        ({"is_operator": True, "operator_proven": True}, Course.NEW_TICKET),
        ({"is_operator": True, "operator_proven": True, "commands": COMMANDS}, Course.OPERATOR),
        ({"is_operator": True, "operator_proven": True, "threading": JOINS}, Course.OPERATOR),
        (
            {"is_operator": True, "operator_proven": True, "automatic": machine(AutomaticKind.AUTO_REPLY)},
            Course.AUTO_REPLY,
        ),
        ({"automatic": machine(AutomaticKind.LOOP), "bounce": Bounce(is_bounce=True)}, Course.OWN_MAIL),
        ({"automatic": machine(AutomaticKind.LOOP), "own_copy": True, "released": True}, Course.OWN_COPY),
        ({"automatic": machine(AutomaticKind.LOOP), "released": True}, Course.NEW_TICKET),
        ({"bounce": Bounce(is_bounce=True), "imported": True}, Course.NEW_TICKET),
        ({"bounce": Bounce(is_bounce=True), "released": True, "threading": JOINS}, Course.BOUNCE),
        ({"automatic": machine(AutomaticKind.AUTO_REPLY), "released": True}, Course.NEW_TICKET),
        ({"bounce": Bounce(is_bounce=True), "is_operator": True, "commands": COMMANDS}, Course.BOUNCE),
    ],
)
def test_which_way_a_mail_takes(facts: Make, changes: dict[str, Any], course: Course) -> None:
    """The course is settled before any rule is asked: loops first, then bounces, forgeries, machines, people."""
    assert settle_course(facts(**changes), Limits()) is course


@pytest.mark.parametrize(
    ("changes", "course"),
    [
        ({}, Course.BEFORE_RESTORE),
        ({"released": True}, Course.OPERATOR),
        ({"before_restore": False}, Course.OPERATOR),
        ({"operator_proven": False}, Course.FORGERY),
        ({"is_operator": False, "commands": None}, Course.FOLLOW_UP),
    ],
)
def test_an_operators_mail_from_before_a_restore_waits(
    facts: Make, changes: dict[str, Any], course: Course
) -> None:
    """What an operator ordered before a backup was put back is not done twice, unless he lets it go on."""
    known: dict[str, Any] = {
        "before_restore": True,
        "is_operator": True,
        "operator_proven": True,
        "commands": COMMANDS,
        "threading": JOINS,
    }

    assert settle_course(facts(**(known | changes)), Limits()) is course


@pytest.mark.parametrize(("fields", "course"), [(30, Course.NEW_TICKET), (31, Course.HOPS)])
def test_going_in_circles(facts: Make, mail: Any, fields: int, course: Course) -> None:
    """A mail that passed more hosts than the limit is going round (RFC 5321 6.3) and is held."""
    raw = b"Received: from a by b; Mon, 16 Nov 2026 10:00:00 +0000\r\n" * fields + mail()
    assert settle_course(facts(raw), Limits()) is course


@pytest.mark.parametrize(
    ("changes", "disposition"),
    [
        ({"automatic": machine(AutomaticKind.LOOP), "own_copy": True}, Disposition.DISCARD),
        ({"automatic": machine(AutomaticKind.LOOP)}, Disposition.HOLD),
        ({"bounce": Bounce(is_bounce=True)}, Disposition.HOLD),
        ({"bounce": Bounce(is_bounce=True), "threading": JOINS}, Disposition.FILE),
        ({"is_operator": True, "commands": COMMANDS}, Disposition.HOLD),
        ({"automatic": machine(AutomaticKind.AUTO_REPLY)}, Disposition.HOLD),
        ({"automatic": machine(AutomaticKind.AUTO_REPLY), "threading": JOINS}, Disposition.FILE),
        ({"threading": JOINS, "written": Written("Thanks a lot!", "", "")}, Disposition.FILE),
    ],
)
def test_no_rule_touches_what_is_settled(
    facts: Make, changes: dict[str, Any], disposition: Disposition
) -> None:
    """A rule that would answer everything answers none of these, and cannot make their treatment another one."""
    decision = decided(facts(**changes), rule("answer all", Reply("kb_answer"), Hold("x")))
    assert decision.disposition is disposition
    assert (decision.actions, decision.hits) == ((), ())
    assert decision.reason


def test_the_event_asks_its_own_rules(facts: Make) -> None:
    """A rule acts on the events it names and on no other."""
    created = rule("created", Tag(("new",)), on=frozenset({EventKind.TICKET_CREATED}))
    assert decided(facts(), created).hits == (created,)
    assert decided(facts(threading=JOINS), created).hits == ()


def test_answer_file_or_hold(facts: Make) -> None:
    """A reply makes it an answer, a hold keeps it whatever else was wanted, anything else files it."""
    assert decided(facts()).disposition is Disposition.FILE
    assert decided(facts(), rule("a", Tag(("x",)))).disposition is Disposition.FILE
    assert decided(facts(), rule("a", Reply("kb_answer"))).disposition is Disposition.ANSWER
    held = decided(facts(), rule("a", Reply("kb_answer")), rule("b", Hold("odd")))
    assert held.disposition is Disposition.HOLD


def test_unknown_is_not_a_decision(facts: Make) -> None:
    """A rule that asks what is not known yet makes the mail wait instead of falling through to the next rule."""
    asks = rule(
        "sure",
        Reply("kb_answer"),
        conditions=(Comparison("kb.sure", "kb.sure", Operator.EQUALS, (True,)),),
        group="g",
    )
    otherwise = rule("else", Reply("acknowledgement"), group="g")
    assert decide(facts(kb=UNKNOWN), Ruleset((asks, otherwise)), Limits(), lambda _: None) is UNKNOWN


def test_what_the_limits_forbid(facts: Make) -> None:
    """A forbidden reply is dropped with its reason; its rule must not say "answered" either, and a person is told."""
    wanted = rule("answer", SetStatus("pending"), Snooze(span=None), Reply("kb_answer"), Tag(("x",)))  # type: ignore[arg-type]
    decision = decided(facts(), wanted, forbid={"kb_answer": "recipient_limit"})
    assert [item.action for item in decision.actions] == [Tag(("x",))]
    assert [(no.template, no.limit) for no in decision.suppressed] == [("kb_answer", "recipient_limit")]
    assert decision.must_notify
    assert decision.disposition is Disposition.FILE


def test_another_rules_status_stays(facts: Make) -> None:
    """Only the rule whose reply was forbidden loses its status; what another rule wants still happens."""
    decision = decided(
        facts(),
        rule("a", SetStatus("open"), SetPriority("high")),
        rule("b", Reply("kb_answer"), SetStatus("pending")),
        forbid={"kb_answer": "brake"},
    )
    assert [item.action for item in decision.actions] == [SetStatus("open"), SetPriority("high")]


def test_somebody_is_told_once(facts: Make) -> None:
    """Where a rule tells the operators anyway nobody is told a second time."""
    decision = decided(facts(), rule("a", Reply("kb_answer"), Notify()), forbid={"kb_answer": "brake"})
    assert decision.suppressed
    assert not decision.must_notify


def test_one_reply_per_mail(facts: Make) -> None:
    """Two rules that both reply send one mail: the first; the second is suppressed, and nobody needs to be told."""
    decision = decided(facts(), rule("a", Reply("kb_answer")), rule("b", Reply("acknowledgement")))
    assert [item.action for item in decision.actions] == [Reply("kb_answer")]
    assert [(no.template, no.limit) for no in decision.suppressed] == [("acknowledgement", "one_per_mail")]
    assert not decision.must_notify


def test_a_forbidden_reply_lets_the_next_one_try(facts: Make) -> None:
    """When the first reply may not be sent the second may."""
    decision = decided(
        facts(), rule("a", Reply("kb_answer")), rule("b", Reply("acknowledgement")), forbid={"kb_answer": "x"}
    )
    assert [item.action for item in decision.actions] == [Reply("acknowledgement")]


def test_the_reason_is_that_of_what_matters(facts: Make) -> None:
    """The reason is the why of the rule that answers, not of one that only set a tag before it."""
    tagged, answers = (
        rule("a", Tag(("x",)), why="money"),
        rule("b", Reply("kb_answer"), why="the article fits"),
    )
    assert decided(facts(), tagged, answers).reason == "the article fits"
    assert decided(facts(), tagged, answers, rule("c", Hold("x"), why="odd")).reason == "odd"
    assert decided(facts(), tagged).reason == "money"
    assert decided(facts()).reason == "no rule says anything about it"
    assert decided(facts(), rule("named", Notify())).reason == "named"


def test_shadow_does_nothing(facts: Make) -> None:
    """A shadow rule that matched is noted and does nothing."""
    shadow = rule("try", Reply("kb_answer"), mode=RuleMode.SHADOW)
    decision = decided(facts(), shadow)
    assert (decision.actions, decision.shadow) == ((), (shadow,))
    assert decision.revision == "r1"


def test_the_decision_is_named(facts: Make) -> None:
    """A decision is named after its first rule, or after its course where no rule had a say."""
    assert decided(facts(), rule("first", Tag(("x",)))).rule == "first"
    assert decided(facts(bounce=replace(Bounce(is_bounce=True)))).rule == "(bounce)"
