import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from inboxd.core.rules import RuleMode, Ruleset, evaluate
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
HEAD = '[[rule]]\nname = "r"\non = "ticket.created"\n'


def load(folder: Path, *texts: str) -> Ruleset:
    """Return the rules of files ``10.toml``, ``20.toml`` and so on."""
    place = folder / "rules"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for number, text in enumerate(texts, 1):
        (place / f"{number}0.toml").write_text(text, encoding="utf-8")
    return load_rules(place)


def problems(folder: Path, *texts: str) -> list[str]:
    """Return the problems of rule files as ``file:line: message``."""
    with pytest.raises(ConfigError) as raised:
        load(folder, *texts)
    return [str(problem) for problem in raised.value.problems]


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


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    """File, line, rule name, key and nearest valid spelling, for every mistake in one go."""
    first = """\
[[rule]]
name = "a"
on = ["ticket.creatd"]
when.subject = "x"
when.mail.subjct = "x"
when.mail.size.at_leats = 3
when.not.custmer.tags = "x"
then.replay = "kb_answer"
cotinue = true
"""
    found = problems(tmp_path, first, "[[rule]\n", HEAD + "then.note = 3")
    events = ", ".join(EventKind)

    assert found == [
        f"rules/10.toml:3: rule 'a': 'on[1]': 'ticket.creatd' is none of: {events}; did you mean 'ticket.created'?",
        "rules/10.toml:4: rule 'a': unknown key 'when.subject'; did you mean 'mail.subject'?",
        "rules/10.toml:5: rule 'a': unknown key 'when.mail.subjct'; did you mean 'subject'?",
        "rules/10.toml:6: rule 'a': unknown key 'when.mail.size.at_leats'; did you mean 'at_least'?",
        "rules/10.toml:7: rule 'a': unknown key 'when.not.custmer'; did you mean 'customer'?",
        "rules/10.toml:8: rule 'a': unknown key 'then.replay'; did you mean 'reply'?",
        "rules/10.toml:9: rule 'a': unknown key 'cotinue'; did you mean 'continue'?",
        "rules/20.toml:1: Expected ']]' at the end of an array declaration",
        "rules/30.toml:4: rule 'r': 'then.note' must be a text in \"quotes\", not 3",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("when.kb.sure = 'yes'", "'when.kb.sure' must be true or false, not 'yes'"),
        ("when.kb.sure.contains = 'x'", "unknown key 'when.kb.sure.contains'; known here: exists"),
        ("when.kb.confidence.at_least = '1'", "'when.kb.confidence.at_least' must be a number, not '1'"),
        ("when.mail.subject = 3", "'when.mail.subject' must be a text in \"quotes\", not 3"),
        ("when.mail.subject = []", "'when.mail.subject': must not be empty"),
        ("when.mail.subject = ''", "then"),
        ("when.mail.subject.contains = ''", "'when.mail.subject.contains' must not be empty, not ''"),
        ("when.mail.subject.equals = 'x'", "'when.mail.subject': there is no operator 'equals'"),
        ("when.mail.subject = {}", "'when.mail.subject': names no operator and no value"),
        ("when.mail.subject.matches = '(a'", "'when.mail.subject.matches': '(a' is no regular expression"),
        ("when.mail = {}", "'when.mail': is an empty table"),
        ("when.any = [{}]", "'when.any[1]': is an empty table"),
        ("when.any = []", "'when.any' must not be empty"),
        ("when.any = [{ kb = 3 }]", "'when.any[1].kb' must be a table, not 3"),
        ("when.not.not.kb.sure = true", "unknown key 'when.not.not'"),
        ("when.mail.header = 'x'", "'when.mail.header' must be a table, not 'x'"),
        ("when.mail.header.X-Foo.at_least = 3", "unknown key 'when.mail.header.X-Foo.at_least'"),
        ("when.mail.tags = 'x'", "unknown key 'when.mail.tags'; did you mean 'ticket.tags'?"),
        ("when.ticket.age.at_least = 3", "'when.ticket.age.at_least': must be a duration such as '3d'"),
        ("when.ticket.age = 'old'", "'when.ticket.age': 'old' is no duration"),
        ("when.ticket.status = 'opne'", "'when.ticket.status': 'opne' is none of:"),
        ("when.mail.size.at_most = 'x'", "'when.mail.size.at_most': 'x' is no size"),
        ("when = 3", "'when' must be a table, not 3"),
        ("then.status = 'closed'", "'then.status': 'closed' is none of: open, pending, solved"),
        ("then.notify = false", "'then.notify': false does nothing"),
        ("then.forward = 'nobody'", "'then.forward': 'nobody' is no e-mail address"),
        ("then.snooze = '0s'", "'then.snooze': must be longer than nothing"),
        ("then.webhook = 'ftp://x'", "'then.webhook': 'ftp://x' is no http:// or https:// address"),
        ("then.assign = { skil = 'x' }", "unknown key 'then.assign.skil'; did you mean 'skill'?"),
        ("then.tag = [3]", "'then.tag[1]' must be a text in \"quotes\", not 3"),
        ("mode = 'shadwo'", "'mode': 'shadwo' is none of: live, shadow; did you mean 'shadow'?"),
        ("on = 'x'", "Cannot overwrite a value"),
    ],
)
def test_mistakes_are_told_in_words(tmp_path: Path, line: str, message: str) -> None:
    """Each mistake has the line it stands on and a sentence that says what would be right."""
    text = HEAD + line + ("\n" if line.startswith("then") else "\nthen.reply = 'x'\n")
    if message == "then":
        assert load(tmp_path, text).rules
        return

    (found,) = problems(tmp_path, text)

    assert found.startswith("rules/10.toml:4: ")
    assert message in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule]]\nname = 'r'\non = 'ticket.created'\n", "rules/10.toml:1: rule 'r': 'then' is missing"),
        ("[[rule]]\nname = 'r'\nthen.note = 'x'\n", "rules/10.toml:1: rule 'r': 'on' is missing"),
        ("[[rule]]\non = 'ticket.created'\nthen.note = 'x'\n", "rules/10.toml:1: 'name' is missing"),
        ("[rule]\nname = 'r'\n", "rules/10.toml:1: write [[rule]] with two brackets"),
        ("rule = [3]\n", "rules/10.toml:1: must be a table, not 3"),
        ("x = 1\n", "rules/10.toml:1: unknown key 'x'; a rule file holds [[rule]] tables only"),
        (HEAD + "[rule.then]\n", "rules/10.toml:4: rule 'r': 'then': is an empty table"),
    ],
)
def test_incomplete_rules_are_told(tmp_path: Path, text: str, message: str) -> None:
    """What is missing is shown at the rule it is missing from."""
    assert problems(tmp_path, text) == [message]


def test_a_name_is_used_once(tmp_path: Path) -> None:
    """Events, examples and the digest call a rule by its name, so it must mean one rule."""
    text = HEAD + "then.note = 'x'\n"

    assert problems(tmp_path, text, text) == [
        "rules/20.toml:1: rule 'r': the name is taken by rules/10.toml:1",
    ]


def test_unreadable_bytes_are_a_problem(tmp_path: Path) -> None:
    """A file in another encoding is told with its line."""
    load(tmp_path)
    (tmp_path / "rules" / "10.toml").write_bytes(b"# ok\n# \xff\n")

    with pytest.raises(ConfigError, match=r"rules/10\.toml:2: is not UTF-8"):
        load_rules(tmp_path / "rules")


def test_references_are_checked(tmp_path: Path) -> None:
    """A template, article, operator or skill that does not exist is told at the line that names it."""
    text = (
        HEAD
        + """\
when.kb.article = ["refund-policy", "refnud-policy"]
when.any = [{ kb.article = "gone" }]
when.not.kb.article.contains = "part"
then.reply = "kb_anwser"
then.draft = "kb_answer"
then.assign = { skill = "biling" }
then.notify = ["Ada", "bob"]
[[rule]]
name = "s"
on = "sla.warned"
then.assign = "ADA@acme.test"
"""
    )
    ruleset = load(tmp_path, text)

    found = check_references(ruleset, {"kb_answer"}, {"refund-policy"}, {"ada", "ada@acme.test"}, {"billing"})

    assert [str(problem) for problem in found] == [
        "rules/10.toml:4: rule 'r': 'when.kb.article': there is no article 'refnud-policy'; did you mean 'refund-policy'?",
        "rules/10.toml:5: rule 'r': 'when.any.kb.article': there is no article 'gone'",
        "rules/10.toml:7: rule 'r': 'then.reply': there is no template 'kb_anwser'; did you mean 'kb_answer'?",
        "rules/10.toml:9: rule 'r': 'then.assign': there is no skill 'biling'; did you mean 'billing'?",
        "rules/10.toml:10: rule 'r': 'then.notify': there is no operator 'bob'",
    ]


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


@given(st.text(alphabet='[]{}"=.\n ruleamonthwikbs1', max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_file_is_read_or_refused(text: str) -> None:
    """Whatever an author saves half-way, the answer is a ruleset or problems with a line."""
    lines = [1]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "10.toml").write_text(HEAD + text, encoding="utf-8")
        try:
            load_rules(Path(folder))
        except ConfigError as error:
            lines = [problem.line for problem in error.problems]

    assert 1 <= max(lines) <= (HEAD + text).count("\n") + 1


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
