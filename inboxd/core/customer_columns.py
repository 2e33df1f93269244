"""Rules that ask for a column that ``customers.csv`` does not have: a condition that can never hold."""

from collections.abc import Collection, Iterator

from inboxd.core.conditions import AnyOf, Comparison, Condition
from inboxd.core.customer_listing import PLAN
from inboxd.core.rules import Ruleset
from inboxd.core.spelling import did_you_mean
from inboxd.errors import Problem

_FIELDS, _PLAN = "customer.fields", f"customer.{PLAN}"


def unknown_columns(ruleset: Ruleset, columns: Collection[str]) -> tuple[Problem, ...]:
    """Return a problem for every condition on a column that is not among those of the file."""
    return tuple(
        Problem(
            rule.file,
            one.line,
            f"rule '{rule.name}': '{one.key}': customers.csv has no column '{name}'{did_you_mean(name, columns)}",
        )
        for rule in ruleset.rules
        for one in _comparisons(rule.conditions)
        if (name := _column(one)) and name not in columns
    )


def _comparisons(conditions: tuple[Condition, ...]) -> Iterator[Comparison]:
    for one in conditions:
        if isinstance(one, AnyOf):
            for alternative in one.alternatives:
                yield from _comparisons(alternative)
        else:
            yield one


def _column(one: Comparison) -> str:
    return one.header if one.field == _FIELDS else PLAN if one.field == _PLAN else ""
