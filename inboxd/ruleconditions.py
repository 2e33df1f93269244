"""``when`` as it was checked (pydantic) and written (the order of the keys) becomes the core's conditions."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from inboxd.core.conditions import AnyOf, Comparison, Condition
from inboxd.core.customer_listing import field_name
from inboxd.core.rule_fields import FIELDS, NAMED, FieldType, Operator
from inboxd.tomlfile import TomlFile
from inboxd.tomllines import TomlPath

_NOT, _ANY = "not", "any"


def read_conditions(
    model: BaseModel, written: Mapping[str, Any], toml: TomlFile, at: TomlPath
) -> tuple[Condition, ...]:
    """Return the conditions of ``written``, a ``when`` table that stands ``at`` a path of ``toml``, in their order."""
    return tuple(_Reader(toml).conditions(model, written, at, "", negated=False))


class _Reader:
    def __init__(self, toml: TomlFile) -> None:
        self._toml = toml

    def conditions(
        self, model: BaseModel, written: Mapping[str, Any], at: TomlPath, key: str, *, negated: bool
    ) -> Iterator[Condition]:
        for word, table in written.items():
            inner, place = getattr(model, word), (*at, word)
            if word == _NOT:
                yield from self.conditions(inner, table, place, "not.", negated=True)
            elif word == _ANY:
                yield self._any(inner, table, place, key, negated=negated)
            else:
                yield from self._namespace(inner, table, place, f"{key}{word}.", negated=negated)

    def _any(
        self, models: list[BaseModel], tables: list[Any], at: TomlPath, key: str, *, negated: bool
    ) -> AnyOf:
        alternatives = (
            tuple(self.conditions(model, table, (*at, index), "any.", negated=False))
            for index, (model, table) in enumerate(zip(models, tables, strict=True))
        )
        return AnyOf(f"{key}any", tuple(alternatives), negated, self._toml.line(at))

    def _namespace(
        self, model: BaseModel, table: Mapping[str, Any], at: TomlPath, key: str, *, negated: bool
    ) -> Iterator[Comparison]:
        for name, written in table.items():
            field = f"{at[-1]}.{name}"
            tests, place, full_key = getattr(model, name), (*at, name), f"{key}{name}"
            if FIELDS[field].type not in NAMED:
                comparison = Comparison(full_key, field, Operator.EQUALS, (), negated=negated)
                yield from self._tests(comparison, tests, written, place)
                continue
            for header, operators in written.items():
                inside = field_name(header) if FIELDS[field].type is FieldType.COLUMNS else header
                comparison = Comparison(f"{full_key}.{header}", field, Operator.EQUALS, (), inside, negated)
                yield from self._tests(comparison, tests[header], operators, (*place, header))

    def _tests(
        self, comparison: Comparison, model: BaseModel, written: Any, at: TomlPath
    ) -> Iterator[Comparison]:
        """Yield ``comparison`` once per operator; a bare value or list is the operator *equals*."""
        for word in written if isinstance(written, dict) else (Operator.EQUALS.value,):
            operand = getattr(model, word)
            yield replace(
                comparison,
                key=f"{comparison.key}.{word}" if isinstance(written, dict) else comparison.key,
                operator=Operator(word),
                operands=tuple(operand) if isinstance(operand, list) else (operand,),
                line=self._toml.line((*at, word)),
            )
