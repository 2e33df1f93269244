"""Types of the values people write in TOML: what they look like outside, checked, and what they become inside."""

import datetime as dt
import re
import typing
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from inboxd.core.spelling import did_you_mean
from inboxd.core.units import parse_duration, parse_size

# Enough of RFC 5321 4.1.2 and 4.5.3.1 to refuse what can never be delivered to; quoted local parts are not worth it.
_ADDRESS = re.compile(
    r"[^\s@<>(),;:\"\\\[\]]{1,64}@[^\s@<>(),;:\"\\\[\].]{1,63}(?:\.[^\s@<>(),;:\"\\\[\].]{1,63}){0,9}"
)


def _span(text: Any) -> dt.timedelta:
    if not isinstance(text, str):
        raise ValueError(f"must be a duration such as '3d' or '15min', not {text!r}")  # noqa: TRY004  pydantic wants ValueError
    return parse_duration(text)


def _positive_span(text: Any) -> dt.timedelta:
    span = _span(text)
    if not span:
        raise ValueError("must be longer than nothing")
    return span


def _bytes(value: Any) -> int:
    if isinstance(value, str):
        return parse_size(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(f"must be a size such as '35MB', not {value!r}")


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no e-mail address")
    return text


_DURATION_SCHEMA = WithJsonSchema({"type": "string", "examples": ["15min", "48h", "3d"]})

Duration = Annotated[dt.timedelta, PlainValidator(_span), _DURATION_SCHEMA]
PositiveDuration = Annotated[dt.timedelta, PlainValidator(_positive_span), _DURATION_SCHEMA]
Size = Annotated[
    int,
    PlainValidator(_bytes),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "examples": ["35MB"]}]}),
]
AddressText = Annotated[str, AfterValidator(_address)]
Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a text that is one of ``choices``; case does not count, the lower-case form is kept."""

    choices: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.choices)}

    def _check(self, text: str) -> str:
        if text.lower() in self.choices:
            return text.lower()
        hint = did_you_mean(text, self.choices)
        raise ValueError(f"{text[:40]!r} is none of: {', '.join(self.choices)}{hint}")


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """Marks a list with at least one entry; a bare value stands for a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        several = handler(source)
        (entry,) = typing.get_args(source)
        shown = core_schema.union_schema([handler.generate_schema(entry), several])
        return core_schema.no_info_before_validator_function(
            self._as_list, several, json_schema_input_schema=shown
        )

    @staticmethod
    def _as_list(value: Any) -> Any:
        if value == []:
            raise ValueError("must not be empty")
        return value if isinstance(value, list) else [value]
