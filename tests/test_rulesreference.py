import tomllib
from pathlib import Path

import pytest

from inboxd.core.actions import ACTION_WORDS
from inboxd.core.facts import EventKind
from inboxd.core.rule_fields import FIELDS, Operator
from inboxd.rulemodel import ActionsModel, RuleModel
from inboxd.rulesreference import ACTIONS, EVENTS, OPERATOR_USES, rules_reference

DOCUMENT = Path(__file__).parents[1] / "docs" / "rules.md"


def read_rule(line: str) -> RuleModel:
    """Return a rule with one more line; raises when that is not valid."""
    lines = ('name = "example"', 'on = ["ticket.created"]', line)
    table = tomllib.loads("\n".join(lines))
    return RuleModel.model_validate({"then": {"tag": ["x"]}, **table})


def test_document_is_what_the_tables_say() -> None:
    """docs/rules.md is up to date; `make docs` writes it."""
    assert DOCUMENT.read_text("utf-8") == rules_reference()


def test_every_word_of_the_language_is_explained() -> None:
    """No event, operator, field or action is missing."""
    assert set(EVENTS) == set(EventKind)
    assert set(OPERATOR_USES) == set(Operator)
    assert set(ACTIONS) == set(ActionsModel.model_fields) == set(ACTION_WORDS.values())
    assert all(f"`{name}" in rules_reference() for name in FIELDS)


@pytest.mark.parametrize("word", sorted(ACTIONS))
def test_actions_are_written_as_shown(word: str) -> None:
    """The example of each action is what a rule file takes."""
    rule = read_rule(f"then.{word} = {ACTIONS[word][0]}")

    assert rule.then.model_fields_set == {word}


@pytest.mark.parametrize("operator", sorted(OPERATOR_USES))
def test_operators_are_written_as_shown(operator: Operator) -> None:
    """The example of each operator is what a rule file takes."""
    assert read_rule(OPERATOR_USES[operator][0]).when.model_fields_set
