"""Rule files become rules: every way to write a condition, an action and an option."""

import datetime as dt
from pathlib import Path

import pytest
from written_rules import HEAD, load

from inboxd.core.actions import (
    AddNote,
    Assign,
    Draft,
    Forward,
    Hold,
    Notify,
    Reply,
    SetCategory,
    SetPriority,
    SetStatus,
    Snooze,
    Survey,
    Tag,
    Untag,
    Webhook,
)
from inboxd.core.conditions import AnyOf, Comparison
from inboxd.core.facts import EventKind
from inboxd.core.rule_fields import Operator
from inboxd.core.rules import RuleMode, evaluate
from inboxd.errors import ConfigError
from inboxd.resources import resource_path
from inboxd.rulefiles import check_references, load_rules
from inboxd.rulemodel import rules_schema

DESIGN_EXAMPLE = """\
[[rule]]
name = "refund questions are answered from the knowledge base"
why  = "answered 40 times by hand in spring"
on   = ["ticket.created"]
when.kb.article = ["refund-policy"]
when.kb.sure = true
when.not.customer.tags = ["vip"]
then.reply = "kb_answer"
then.tag = ["billing"]
then.status = "pending"
"""


def test_the_rule_of_the_design(tmp_path: Path) -> None:
    """Every line of DESIGN 4.3's example arrives in its order, with typed values."""
    (rule,) = load(tmp_path, DESIGN_EXAMPLE).rules

    assert rule.name == "refund questions are answered from the knowledge base"
    assert rule.why == "answered 40 times by hand in spring"
    assert rule.on == {EventKind.TICKET_CREATED}
    assert rule.conditions == (
        Comparison("kb.article", "kb.article", Operator.EQUALS, ("refund-policy",), line=5),
        Comparison("kb.sure", "kb.sure", Operator.EQUALS, (True,), line=6),
        Comparison("not.customer.tags", "customer.tags", Operator.EQUALS, ("vip",), negated=True, line=7),
    )
    assert rule.actions == (Reply("kb_answer"), Tag(("billing",)), SetStatus("pending"))
    assert (rule.group, rule.continues, rule.mode) == ("10", False, RuleMode.LIVE)
    assert (rule.file, rule.line, rule.line_of("then.reply")) == ("rules/10.toml", 1, 8)


def test_every_way_to_write_a_condition(tmp_path: Path) -> None:
    """Dotted keys, tables, header names, several operators, lists, ``any`` and ``not.any``."""
    text = (
        HEAD
        + """
when.mail.from = "ada@acme.test"
when.mail.header."X-Spam-Flag" = "YES"
when.mail.header.X-Foo.contains = ["a", "b"]
when.mail.size = { at_least = "1kB", at_most = 2_000_000 }
when.ticket.age.at_least = "3d"
when.time.weekday = ["Monday", "friday"]
when.customer.satisfaction.exists = false
when.any = [{ mail.subject.matches = '^re:', mail.attachments.at_least = 1 }, { not.sender.known = true }]
when.not.any = [{ mail.language = "de" }]
then.note = "x"
"""
    )
    (rule,) = load(tmp_path, text).rules

    written = [
        (one.key, one.operands) if isinstance(one, Comparison) else (one.key, len(one.alternatives))
        for one in rule.conditions
    ]
    assert written == [
        ("mail.from", ("ada@acme.test",)),
        ("mail.header.X-Spam-Flag", ("YES",)),
        ("mail.header.X-Foo.contains", ("a", "b")),
        ("mail.size.at_least", (1000,)),
        ("mail.size.at_most", (2_000_000,)),
        ("ticket.age.at_least", (dt.timedelta(days=3),)),
        ("time.weekday", ("monday", "friday")),
        ("customer.satisfaction.exists", (False,)),
        ("any", 2),
        ("not.any", 1),
    ]
    either, neither = rule.conditions[-2:]
    assert isinstance(either, AnyOf)
    assert isinstance(neither, AnyOf)
    assert [one.key for one in either.alternatives[0]] == [
        "any.mail.subject.matches",
        "any.mail.attachments.at_least",
    ]
    assert [one.negated for one in either.alternatives[1]] == [True]
    assert neither.negated
    assert [one.line for one in rule.conditions] == [5, 6, 7, 8, 8, 9, 10, 11, 12, 13]


def test_every_action_has_its_type(tmp_path: Path) -> None:
    """All actions of DESIGN 4.3, in the order they are written, a bare value where a list is meant."""
    text = (
        HEAD
        + """
then.webhook = "https://hooks.acme.test/desk?x=1"
then.reply = "kb_answer"
then.draft = "kb_answer"
then.tag = "a"
then.untag = ["b", "c"]
then.priority = "High"
then.category = "billing"
then.status = "solved"
then.assign = "ada"
then.notify = ["ada", "bob"]
then.forward = "books@acme.test"
then.snooze = "3d"
then.note = "seen"
then.survey = false
then.hold = true
"""
    )
    (rule,) = load(tmp_path, text).rules

    assert rule.actions == (
        Webhook("https://hooks.acme.test/desk?x=1"),
        Reply("kb_answer"),
        Draft("kb_answer"),
        Tag(("a",)),
        Untag(("b", "c")),
        SetPriority("high"),
        SetCategory("billing"),
        SetStatus("solved"),
        Assign(operator="ada"),
        Notify(("ada", "bob")),
        Forward(("books@acme.test",)),
        Snooze(dt.timedelta(days=3)),
        AddNote("seen"),
        Survey(wanted=False),
        Hold("a rule asks for it"),
    )


@pytest.mark.parametrize(
    ("then", "action"),
    [
        ("then.assign = { skill = 'billing' }", Assign(skill="billing")),
        ("then.notify = true", Notify()),
        ("then.notify = 'ada'", Notify(("ada",))),
        ("then.hold = 'looks like spam'", Hold("looks like spam")),
        ("then.survey = true", Survey(wanted=True)),
    ],
)
def test_other_ways_to_write_an_action(tmp_path: Path, then: str, action: object) -> None:
    """``true`` stands for the usual case, a table for a choice by skill."""
    assert load(tmp_path, HEAD + then).rules[0].actions == (action,)


def test_options_of_a_rule(tmp_path: Path) -> None:
    """``group``, ``continue``, ``mode`` and several events."""
    text = """\
[[rule]]
name = "r"
on = ["sla.warned", "sla.breached"]
group = "late"
continue = true
mode = "shadow"
then.note = "x"
"""
    (rule,) = load(tmp_path, text).rules

    assert rule.on == {EventKind.SLA_WARNED, EventKind.SLA_BREACHED}
    assert (rule.group, rule.continues, rule.mode) == ("late", True, RuleMode.SHADOW)


def test_files_in_name_order_rules_in_file_order(tmp_path: Path) -> None:
    """The order in which rules are asked is the order in which they are read on the screen."""
    first = HEAD + "then.note = 'x'\n" + HEAD.replace('"r"', '"s"') + "then.note = 'x'\n"

    rules = load(tmp_path, first, HEAD.replace('"r"', '"a"') + "then.note = 'x'\n").rules

    assert [(rule.name, rule.group, rule.line) for rule in rules] == [
        ("r", "10", 1),
        ("s", "10", 5),
        ("a", "20", 1),
    ]


def test_revision_follows_the_content(tmp_path: Path) -> None:
    """The same files give the same revision, one changed byte another one."""
    first = load(tmp_path, DESIGN_EXAMPLE).revision

    assert load(tmp_path, DESIGN_EXAMPLE).revision == first
    assert load(tmp_path, DESIGN_EXAMPLE + "\n").revision != first
    assert load(tmp_path, "", DESIGN_EXAMPLE).revision != first


def test_hidden_and_other_files_are_left_alone(tmp_path: Path) -> None:
    """What an editor leaves behind, templates and examples are no rules."""
    load(tmp_path, DESIGN_EXAMPLE)
    place = tmp_path / "rules"
    (place / ".#20.toml").write_text("broken [")
    (place / "notes.md").write_text("# notes")
    (place / "examples" / "10").mkdir(parents=True)
    (place / "examples" / "10" / "expect.toml").write_text("x = 1")

    assert len(load_rules(place).rules) == 1


def test_no_folder_is_a_problem_and_no_rules_are_none(tmp_path: Path) -> None:
    """A mistyped path is told at once; an empty folder is a desk without rules."""
    with pytest.raises(ConfigError, match="there is no such folder of rules"):
        load_rules(tmp_path / "ruels")
    assert load(tmp_path).rules == ()


def test_schema_describes_rule_files() -> None:
    """The JSON Schema knows every field, operator and action, and allows nothing else."""
    schema = rules_schema()
    definitions = schema["$defs"]

    assert definitions["RuleModel"]["additionalProperties"] is False
    assert set(definitions["RuleModel"]["required"]) == {"name", "on", "then"}
    assert "continue" in definitions["RuleModel"]["properties"]
    assert "subject_or_body" in definitions["MailConditions"]["properties"]
    assert set(definitions["TextOperators"]["properties"]) == {"contains", "matches", "exists"}
    assert "webhook" in definitions["ActionsModel"]["properties"]
    assert "equals" not in str(schema)


def test_starter_rules_refer_to_what_exists() -> None:
    """The shipped rules name shipped templates and no article, so that they fit whatever knowledge base is put beside."""
    ruleset = load_rules(resource_path("rules"))
    quiet = {"kb.sure": False, "kb.confidence": 0.0, "kb.article": None, "mail.subject_or_body": "hello"}

    evaluation = evaluate(ruleset, EventKind.TICKET_CREATED, quiet)

    assert (
        check_references(
            ruleset, {"kb_answer", "acknowledgement", "follow_up", "testimonial"}, set(), set(), set()
        )
        == ()
    )
    assert not isinstance(evaluation, str)
    assert [action for _, action in evaluation.actions] == [Reply("acknowledgement"), Notify()]
    assert all(rule.why for rule in ruleset.rules)
