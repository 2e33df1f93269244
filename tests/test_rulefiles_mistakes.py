"""Mistakes in rule files: all at once, each at its line and in words."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_rules import HEAD, load, problems

from inboxd.core.facts import EventKind
from inboxd.errors import ConfigError
from inboxd.rulefiles import check_references, load_rules


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
