import datetime as dt
from email.message import Message
from typing import Any

from inboxd.core.actions import ACTION_WORDS, Action, Tag
from inboxd.core.conditions import Comparison, Condition
from inboxd.core.fact_fields import field_values
from inboxd.core.facts import (
    UNKNOWN,
    CustomerFacts,
    EventKind,
    Facts,
    FieldValue,
    Threading,
    TicketFacts,
    TimeFacts,
    Unknown,
)
from inboxd.core.mail import Address, Automatic, AutomaticKind, Bounce, Envelope, Mail, SenderAuth, Written
from inboxd.core.rule_fields import FIELDS, OPERATORS, FieldType, Operator
from inboxd.core.rules import Evaluation, Miss, Rule, RuleMode, Ruleset, evaluate

CREATED, REPLIED = EventKind.TICKET_CREATED, EventKind.CUSTOMER_REPLIED
NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)


def rule(
    name: str, *, when: str | None = None, on: EventKind = CREATED, group: str = "g", **more: Any
) -> Rule:
    """Return a rule that holds when the flag ``when`` is set (None: always)."""
    conditions: tuple[Condition, ...] = ()
    if when is not None:
        conditions = (Comparison(when, when, Operator.EQUALS, (True,)),)
    return Rule(
        name=name,
        why="",
        on=frozenset({on}),
        conditions=conditions,
        actions=(Tag((name,)),),
        group=group,
        continues=more.get("continues", False),
        mode=RuleMode.SHADOW if more.get("shadow") else RuleMode.LIVE,
        file="rules/g.toml",
        line=1,
    )


def judge(*rules: Rule, event: EventKind = CREATED, **fields: FieldValue) -> Evaluation:
    """Return what the rules say, which must be known."""
    evaluation = evaluate(Ruleset(rules), event, fields)
    assert not isinstance(evaluation, Unknown)
    return evaluation


def names(rules: tuple[Rule, ...]) -> list[str]:
    """Return the names of rules."""
    return [one.name for one in rules]


def test_first_match_wins() -> None:
    """Of a group one rule acts; the misses before it name their condition, those after it the group."""
    found = judge(rule("a", when="no"), rule("b", when="yes"), rule("c"), no=False, yes=True)

    assert names(found.hits) == ["b"]
    assert found.misses == (Miss("a", "rules/g.toml", 1, "no"), Miss("c", "rules/g.toml", 1, "group"))
    assert found.actions == ((found.hits[0], Tag(("b",))),)


def test_groups_act_side_by_side() -> None:
    """A rule that wins in its group leaves the other groups alone."""
    assert names(judge(rule("a"), rule("b", group="h"), rule("c")).hits) == ["a", "b"]


def test_continue_lets_later_rules_act() -> None:
    """``continue`` does not end the group; the next rule without it does."""
    found = judge(rule("a", continues=True), rule("b", continues=True), rule("c"), rule("d"))

    assert names(found.hits) == ["a", "b", "c"]


def test_rules_of_other_events_are_silent() -> None:
    """A rule for replies is neither hit nor miss of a new ticket, and does not win its group."""
    found = judge(rule("a", on=REPLIED), rule("b"))

    assert names(found.hits) == ["b"]
    assert found.misses == ()


def test_an_unknown_fact_makes_the_mail_wait() -> None:
    """While a rule that could win is undecided nothing is decided, rather than falling through to the next."""
    rules = Ruleset((rule("a", when="kb"), rule("b")))

    assert evaluate(rules, CREATED, {"kb": UNKNOWN}) is UNKNOWN


def test_an_unknown_fact_of_a_rule_that_cannot_act_is_not_waited_for() -> None:
    """Behind the winner of its group, or for another event, an unknown does not matter."""
    assert names(
        judge(rule("a"), rule("b", when="kb"), rule("c", when="kb", on=REPLIED), kb=UNKNOWN).hits
    ) == ["a"]


def test_shadow_rules_only_record() -> None:
    """A shadow rule that would have won is recorded, and the live rules behind it act as if it were not there."""
    found = judge(rule("a", shadow=True), rule("b", shadow=True), rule("c"), rule("d", shadow=True))

    assert names(found.shadow_hits) == ["a"]
    assert names(found.hits) == ["c"]
    assert [(miss.name, miss.missed_on) for miss in found.misses] == [("b", "group"), ("d", "group")]


def test_shadow_rules_never_make_a_mail_wait() -> None:
    """An undecided shadow rule is a miss that says so."""
    found = judge(rule("a", when="kb", shadow=True), rule("b"), kb=UNKNOWN)

    assert names(found.hits) == ["b"]
    assert found.misses == (Miss("a", "rules/g.toml", 1, "kb", "not known yet"),)


def test_no_rules_decide_nothing() -> None:
    """An empty ruleset is a known answer: nothing is to be done."""
    assert judge() == Evaluation((), (), ())


def test_fields_are_those_of_the_facts() -> None:
    """The vocabulary of rules and what is gathered for a mail are the same names, with values of the declared types."""
    values = field_values(full_facts())
    types = {
        FieldType.TEXT: str,
        FieldType.TEXTS: tuple,
        FieldType.HEADERS: dict,
        FieldType.COLUMNS: dict,
        FieldType.FLAG: bool,
        FieldType.NUMBER: (int, float),
        FieldType.SIZE: int,
        FieldType.DURATION: dt.timedelta,
    }

    assert set(values) == set(FIELDS)
    for name, field in FIELDS.items():
        assert values[name] is None or isinstance(values[name], types[field.type]), name  # type: ignore[arg-type]  # a class or two


def test_every_type_has_operators_and_every_action_a_word() -> None:
    """The tables have no holes."""
    assert set(OPERATORS) == set(FieldType)
    assert set(ACTION_WORDS) == set(Action.__args__)  # type: ignore[attr-defined]  # of the union
    assert len(set(ACTION_WORDS.values())) == len(ACTION_WORDS)


def full_facts() -> Facts:
    """Return facts of a plain mail on a ticket."""
    chris = Address("Chris", "chris@customer.test")
    mail = Mail(
        (("Subject", "Hi"), ("X-Foo", "a"), ("x-foo", "b")),
        "Hi",
        chris,
        None,
        (chris,),
        (),
        (),
        NOW,
        "",
        (),
        (),
        "text",
        "text",
        "",
        (),
        (),
        100,
        Message(),
    )
    return Facts(
        event=CREATED,
        now=NOW,
        accepted_at=NOW,
        mail=mail,
        written=Written("text", "", ""),
        envelope=Envelope("", ()),
        language="en",
        automatic=Automatic(False, AutomaticKind.PERSONAL, "", True),
        bounce=Bounce(False),
        sender_auth=SenderAuth("", "none", False, ""),
        is_operator=False,
        threading=Threading(None, "new"),
        ticket=TicketFacts(1, "Hi", "open", "normal", "", (), "", dt.timedelta(hours=1), 1, False, False),
        customer=CustomerFacts(1, "chris@customer.test", "Chris", "en", (), 1, 4.0, False),
        kb=(),
        time=TimeFacts(True, "monday"),
    )
