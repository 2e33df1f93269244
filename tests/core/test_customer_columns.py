"""Columns of ``customers.csv`` in rules: compared, pinned, and asked for by a name that there is."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxd.core.conditions import Answer, Comparison, check
from inboxd.core.customer_columns import unknown_columns
from inboxd.core.decision import Course
from inboxd.core.fact_fields import field_values
from inboxd.core.facts import EventKind, Facts
from inboxd.core.limits import Occasion
from inboxd.core.mail_kind import Kind
from inboxd.core.pinned import Pinned
from inboxd.core.pinned_json import pinned_from_json, pinned_to_json
from inboxd.core.rule_fields import Operator
from inboxd.rulefiles import load_rules

COLUMNS = {"seats": ("12",), "plan": ("pro",), "since": ("2024-02-01",), "share": ("-1.5",)}


@pytest.mark.parametrize(
    ("name", "operator", "operand", "holds"),
    [
        ("seats", Operator.AT_LEAST, 12.0, True),
        ("seats", Operator.AT_LEAST, 12.5, False),
        ("seats", Operator.AT_MOST, 12.0, True),
        ("share", Operator.AT_MOST, 0.0, True),
        ("since", Operator.AT_LEAST, 1.0, False),
        ("absent", Operator.AT_MOST, 1.0, False),
        ("plan", Operator.EQUALS, "PRO", True),
        ("plan", Operator.CONTAINS, "r", True),
        ("absent", Operator.EXISTS, False, True),
        ("plan", Operator.EXISTS, True, True),
    ],
)
def test_numbers_are_compared_as_numbers(name: str, operator: Operator, operand: Any, *, holds: bool) -> None:
    """Everything else is text, and a column that is not there is an absent fact."""
    condition = Comparison("k", "customer.fields", operator, (operand,), name)
    answer = check((condition,), {"customer.fields": COLUMNS}).answer
    assert answer is (Answer.YES if holds else Answer.NO)


def test_columns_are_facts_and_are_pinned_with_them(facts: Callable[..., Facts]) -> None:
    """What rules saw of the file comes back word for word, so that a backtest sees the same."""
    known = facts()
    known = replace(
        known, customer=replace(known.customer, organisation="Acme", fields={"plan": "pro", "a": "ß"})
    )
    fields = field_values(known)
    assert (fields["customer.plan"], fields["customer.organisation"]) == ("pro", "Acme")
    pinned = Pinned(
        Course.NEW_TICKET, EventKind.TICKET_CREATED, known.now, fields=fields, occasion=Occasion(Kind.ANSWER)
    )
    read = pinned_from_json(json.loads(json.dumps(pinned_to_json(pinned))))
    assert read.fields["customer.fields"] == {"plan": ("pro",), "a": ("ß",)}


def test_a_rule_that_asks_for_no_column_is_told(tmp_path: Path) -> None:
    """In its own line, also inside of alternatives and negations; the spelling of a name does not count."""
    (tmp_path / "10-a.toml").write_text(
        '[[rule]]\nname = "a"\non = ["ticket.created"]\nwhen.customer.fields."Account-Manager" = ["Ada", 7]\n'
        'when.not.customer.fields.seat.at_least = 5\nwhen.any = [{ customer.plan = "x" }]\nthen.tag = ["x"]\n',
        encoding="utf-8",
    )
    ruleset = load_rules(tmp_path)
    assert unknown_columns(ruleset, {"account_manager", "seat", "plan"}) == ()
    found = unknown_columns(ruleset, {"account_manager", "seats"})
    assert [one.line for one in found] == [5, 6]
    assert "no column 'seat'; did you mean 'seats'?" in found[0].message
