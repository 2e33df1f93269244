import email.policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from inboxd.core.facts import UNKNOWN, EventKind, FieldValue
from inboxd.core.priority import CustomerRecord, PriorityWeights, assess_priority
from inboxd.core.rules import evaluate
from inboxd.errors import ConfigError
from inboxd.resources import resource_path
from inboxd.rulefiles import load_rules
from inboxd.rulefiles_examples import Example, check_examples, difference, load_examples

RULES = """\
[[rule]]
name = "a"
on = "ticket.created"
when.mail.subject.contains = "refund"
then.note = "x"
"""
STARTER = load_examples(resource_path("rules"))


def write(folder: Path, expect: str, *mails: str) -> Path:
    """Return a folder of rules with one rule file ``10`` and examples for it."""
    place = folder / "rules" / "examples" / "10"
    place.mkdir(parents=True)
    (folder / "rules" / "10.toml").write_text(RULES)
    (place / "expect.toml").write_text(expect)
    for mail in mails:
        (place / mail).write_text("Subject: refund please\n\nHello\n")
    return folder / "rules"


def fields(example: Example) -> dict[str, FieldValue]:
    """Return what a mail alone says, with what the example adds; a new ticket is assessed first, as the desk does."""
    mail = BytesParser(policy=email.policy.default).parsebytes(example.raw)
    subject, body = str(mail["Subject"]), str(mail.get_content())
    said: dict[str, FieldValue] = {
        "mail.subject": subject,
        "mail.body": body,
        "mail.subject_or_body": f"{subject}\n{body}",
        "kb.article": None,
        "kb.confidence": 0.0,
        "kb.sure": False,
    }
    if example.event is EventKind.TICKET_CREATED:
        said["ticket.priority"] = assess_priority(
            subject, body, CustomerRecord(), PriorityWeights()
        ).priority.value
    return said | dict(example.facts)


@pytest.mark.parametrize("example", STARTER, ids=lambda one: f"{one.rule_file}:{one.line}")
def test_starter_rules_do_what_their_examples_expect(example: Example) -> None:
    """Every example mail of the shipped desk fires exactly the rules it names."""
    ruleset = load_rules(resource_path("rules"))

    assert difference(example, evaluate(ruleset, example.event, fields(example))) == ""


def test_every_starter_rule_has_an_example() -> None:
    """Each shipped rule fires in an example, and each rule file has one in which nothing of it fires or another does."""
    ruleset = load_rules(resource_path("rules"))

    assert check_examples(ruleset, STARTER) == ()
    assert {rule.name for rule in ruleset.rules} == {name for one in STARTER for name in one.fires}


def test_an_example_is_a_mail_and_what_is_expected(tmp_path: Path) -> None:
    """The event, facts and rules of an entry arrive typed, with the place they are written."""
    folder = write(
        tmp_path,
        "[[mail]]\nfile = 'm.eml'\nfires = ['a']\n[[mail]]\nfile = 'm.eml'\nfires = []\n"
        "event = 'customer.replied'\nfacts.customer.tags = 'vip'\nfacts.ticket.age = '3d'\nfacts.kb.sure = true\n",
        "m.eml",
    )
    first, second = load_examples(folder)

    assert (first.rule_file, first.event, first.fires) == ("10", EventKind.TICKET_CREATED, ("a",))
    assert first.raw.startswith(b"Subject: refund")
    assert (second.event, second.fires) == (EventKind.CUSTOMER_REPLIED, ())
    assert dict(second.facts)["customer.tags"] == ("vip",)
    assert [name for name, _ in second.facts] == ["customer.tags", "kb.sure", "ticket.age"]
    assert (second.file, second.line) == ("rules/examples/10/expect.toml", 4)


def test_no_examples_are_none(tmp_path: Path) -> None:
    """Examples are worth having, not demanded."""
    assert load_examples(tmp_path) == ()


def test_problems_of_examples(tmp_path: Path) -> None:
    """A missing mail, a mail without expectation, unknown facts and unknown rules are told with file and line."""
    folder = write(tmp_path, "[[mail]]\nfile = 'gone.eml'\nfires = ['b']\n", "m.eml")
    (folder / "examples" / "20").mkdir()
    (folder / "examples" / "20" / "expect.toml").write_text(
        "[[mail]]\nfile = 'x'\nfires = []\nfacts.kb.shure = true\nfacts.subject = 'x'\n"
    )
    (folder / "examples" / "30").mkdir()

    with pytest.raises(ConfigError) as raised:
        load_examples(folder)

    assert [str(problem).removeprefix("rules/examples/") for problem in raised.value.problems] == [
        "10/expect.toml:1: there is no file gone.eml",
        "10/expect.toml:1: nothing is expected of m.eml: add a [[mail]] for it",
        "20/expect.toml:1: there is no rule file 20.toml",
        "20/expect.toml:4: unknown key 'mail[1].facts.kb.shure'; did you mean 'sure'?",
        "20/expect.toml:5: unknown key 'mail[1].facts.subject'; did you mean 'mail.subject'?",
        "30/expect.toml:1: there is no rule file 30.toml",
        "30/expect.toml:1: cannot be read: No such file or directory",
    ]


def test_differences_say_what_happened(tmp_path: Path) -> None:
    """A failing example names the rules that fired and the condition the expected one missed on."""
    folder = write(tmp_path, "[[mail]]\nfile = 'm.eml'\nfires = ['a']\n", "m.eml")
    (example,) = load_examples(folder)
    ruleset = load_rules(folder)

    assert difference(example, evaluate(ruleset, example.event, fields(example))) == ""
    assert (
        difference(example, evaluate(ruleset, example.event, {"mail.subject": "hello"}))
        == "fired: none, expected: 'a'; 'a' missed on mail.subject.contains"
    )
    assert difference(example, UNKNOWN) == "a fact is unknown: write it under facts"


def test_unknown_rules_in_examples_are_told(tmp_path: Path) -> None:
    """A renamed rule must not leave an example behind that tests nothing."""
    folder = write(tmp_path, "[[mail]]\nfile = 'm.eml'\nfires = ['aa']\n", "m.eml")

    (problem,) = check_examples(load_rules(folder), load_examples(folder))

    assert (
        str(problem) == "rules/examples/10/expect.toml:1: there is no rule 'aa' in 10.toml; did you mean 'a'?"
    )
