"""``[[sla.escalate]]``: who else is told of a late ticket; whom a name means is looked up among the operators."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Protocol

from pydantic import Field

from inboxd.core.deadline import TARGETS
from inboxd.core.escalation import EscalationStep, Since
from inboxd.core.rule_fields import PRIORITIES
from inboxd.core.spelling import did_you_mean
from inboxd.errors import Problem
from inboxd.tomlfile import TomlFile
from inboxd.tomllines import TomlPath
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import OneOf, OneOrMore, PositiveDuration, Text


class EscalateModel(Outside):
    """``[[sla.escalate]]``: ``after`` so much working time ``to`` whom; for all tickets, or for some."""

    after: PositiveDuration
    to: Annotated[list[Text], OneOrMore()]
    since: Annotated[str, OneOf(tuple(Since))] = Since.DUE.value
    targets: list[Annotated[str, OneOf(TARGETS)]] = Field(default_factory=list)
    priority: list[Annotated[str, OneOf(PRIORITIES)]] = Field(default_factory=list)


class Person(Protocol):
    """An operator as he is written down."""

    @property
    def name(self) -> str:
        """Return what he is called."""

    @property
    def address(self) -> str:
        """Return where he gets his mail."""

    @property
    def aliases(self) -> Sequence[str]:
        """Return what else he writes from."""


def read_escalation(
    models: Iterable[EscalateModel], operators: Iterable[Person]
) -> tuple[EscalationStep, ...]:
    """Return the steps with addresses in the place of operators' names, in the order in which they come."""
    known = {
        name.lower(): one.address.lower()
        for one in operators
        for name in (one.name, one.address, *one.aliases)
    }
    steps = [
        EscalationStep(
            after=one.after,
            to=tuple(dict.fromkeys(known.get(name.lower(), name.lower()) for name in one.to)),
            since=Since(one.since),
            targets=frozenset(one.targets),
            priorities=frozenset(one.priority),
        )
        for one in models
    ]
    return tuple(sorted(steps, key=_order))


def unreachable_recipients(toml: TomlFile) -> tuple[Problem, ...]:
    """Return a problem per entry of ``to`` that is no operator and no address, or is the desk's own address.

    Looks at what is written, whatever else is wrong with it, so that all problems are told at once.
    """
    names = tuple(_names(toml.data.get("operators"), ("name", "address", "aliases")))
    operators = {name.lower() for name in names}
    own = {name.lower() for name in _names([toml.data.get("desk")], ("address", "aliases"))}
    problems = []
    for place, name in _recipients(toml.data.get("sla")):
        if name.lower() in own:
            problems.append(toml.problem(place, f"'{name}' is the desk itself: it would write to itself"))
        elif name.lower() not in operators and not _is_address(name):
            hint = did_you_mean(name, names)
            problems.append(toml.problem(place, f"'{name}' is no operator and no e-mail address{hint}"))
    return tuple(problems)


def _order(step: EscalationStep) -> tuple[bool, dt.timedelta]:
    return step.since is Since.DUE, step.after


def _is_address(name: str) -> bool:
    local_part, at, domain = name.rpartition("@")
    return bool(local_part and at and domain) and not any(one.isspace() for one in name)


def _recipients(sla: Any) -> Iterator[tuple[TomlPath, str]]:
    """Yield every entry of ``to`` and where it stands."""
    steps = sla.get("escalate") if isinstance(sla, dict) else None
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        written = step.get("to") if isinstance(step, dict) else None
        if isinstance(written, str):
            yield ("sla", "escalate", index, "to"), written
        for place, name in enumerate(written if isinstance(written, list) else ()):
            if isinstance(name, str):
                yield ("sla", "escalate", index, "to", place), name


def _names(tables: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield every name and address that stands under these keys of some tables."""
    for table in tables if isinstance(tables, list) else ():
        for key in keys:
            value = table.get(key) if isinstance(table, dict) else None
            values = value if isinstance(value, list) else [value]
            yield from (one for one in values if isinstance(one, str))
