"""The shape of a rule file as people write it: pydantic models, built from the table of fields, and their JSON Schema."""

import functools
import re
from types import GenericAlias
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema, create_model

from inboxd.core.facts import EventKind
from inboxd.core.rule_fields import FIELDS, NAMED, OPERATORS, PRIORITIES, FieldType, Operator
from inboxd.core.rules import RuleMode
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import AddressText, Duration, OneOf, OneOrMore, PositiveDuration, Size, Text

# `new` and `closed` are reached by what happens, never by a rule (core/states.py).
RULE_STATUSES = ("open", "pending", "solved")

_EVENTS = tuple(event.value for event in EventKind)
_MODES = tuple(mode.value for mode in RuleMode)
_PATTERN_FLAGS = regex.IGNORECASE | regex.MULTILINE
_URL = re.compile(r"https?://[^\s/]{1,255}(?:/\S{0,2000})?")


def rules_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a rule file, for editors that complete and check TOML."""
    return RuleFileModel.model_json_schema(mode="validation") | {"title": "inboxd rules"}


def _pattern(text: str) -> Any:
    try:
        return regex.compile(text, _PATTERN_FLAGS)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{text[:60]!r} is no regular expression: {error}") from error


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no http:// or https:// address")
    return text


def _operators_of(value: Any) -> Any:
    """Return ``value`` as a table of operators: a bare value or list means *equals*."""
    if not isinstance(value, dict):
        return {Operator.EQUALS.value: value}
    if Operator.EQUALS.value in value:
        raise ValueError("there is no operator 'equals': write the bare value")
    if not value:
        raise ValueError("names no operator and no value")
    return value


def _not_empty(model: BaseModel) -> BaseModel:
    """Refuse a table without a key: it would hold always, which nobody means by it."""
    if not model.model_fields_set:
        raise ValueError("is an empty table")
    return model


def _written(value: Any) -> Any:
    """Return a number as ``customers.csv`` would say it: everything in that file is text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Cell = Annotated[
    str,
    BeforeValidator(_written),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]}),
]
_Pattern = Annotated[str, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "regex"})]
_OPERANDS: dict[FieldType, Any] = {
    FieldType.TEXT: str,
    FieldType.TEXTS: str,
    FieldType.HEADERS: str,
    FieldType.COLUMNS: Cell,
    FieldType.FLAG: bool,
    FieldType.NUMBER: float,
    FieldType.SIZE: Size,
    FieldType.DURATION: Duration,
}


@functools.cache
def _tests(kind: FieldType, choices: tuple[str, ...]) -> Any:
    """Return the type of everything that may stand behind a field of that kind; fields of one kind share it."""
    operand = Annotated[str, OneOf(choices)] if choices else _OPERANDS[kind]
    bound = float if kind is FieldType.COLUMNS else operand
    of_operator: dict[Operator, Any] = {
        Operator.EQUALS: Annotated[_list_of(operand), OneOrMore()],
        Operator.CONTAINS: Annotated[list[Text], OneOrMore()],
        Operator.MATCHES: Annotated[list[_Pattern], OneOrMore()],
        Operator.AT_LEAST: bound,
        Operator.AT_MOST: bound,
        Operator.EXISTS: bool,
    }
    shapes: dict[str, Any] = {
        operator.value: (of_operator[operator] | None, None)
        for operator in OPERATORS[kind]
        if operator is not Operator.EQUALS
    }
    shown = create_model(f"{kind.capitalize()}Operators", __base__=Outside, **shapes)
    equals: Any = (of_operator[Operator.EQUALS] | None, Field(None, exclude=True))  # nobody writes this word
    model = create_model(f"{kind.capitalize()}Tests", __base__=shown, **{Operator.EQUALS.value: equals})
    written = operand | _list_of(operand) | shown
    return Annotated[model, BeforeValidator(_operators_of, json_schema_input_type=written)]


def _list_of(entry: Any) -> Any:
    return GenericAlias(list, (entry,))


def _field(name: str) -> Any:
    """Return the pydantic field of a rule field."""
    described = FIELDS[name]
    tests = _tests(described.type, described.choices)
    shape = GenericAlias(dict, (str, tests)) if described.type in NAMED else tests
    return (shape | None, Field(None, description=described.meaning))


def _namespaces() -> dict[str, Any]:
    """Return one model per word before the dot: ``mail``, ``sender``, ``ticket`` and so on."""
    words = dict.fromkeys(name.partition(".")[0] for name in FIELDS)
    return {
        word: create_model(
            f"{word.capitalize()}Conditions",
            __base__=Outside,
            **{name.partition(".")[2]: _field(name) for name in FIELDS if name.startswith(f"{word}.")},
        )
        for word in words
    }


_BY_WORD: dict[str, Any] = {
    word: (Annotated[model, AfterValidator(_not_empty)] | None, None) for word, model in _namespaces().items()
}
_Alternatives: Any = Annotated[list[Annotated["Conditions", AfterValidator(_not_empty)]], Field(min_length=1)]
_NEGATED_WORDS: dict[str, Any] = _BY_WORD | {"any": (_Alternatives | None, None)}
# `not` inside `not` would only confuse.
NegatedConditions: Any = create_model(
    "NegatedConditions", __base__=Outside, __module__=__name__, **_NEGATED_WORDS
)
_ALL_WORDS: dict[str, Any] = _BY_WORD | {
    "any": (_Alternatives | None, None),
    "not": (Annotated[NegatedConditions, AfterValidator(_not_empty)] | None, None),
}
Conditions: Any = create_model("Conditions", __base__=Outside, __module__=__name__, **_ALL_WORDS)
NegatedConditions.model_rebuild()


class AssignModel(Outside):
    """``assign = { skill = "billing" }``; the bare name of an operator becomes ``operator``."""

    operator: Text | None = None
    skill: Text | None = None


def _assign(value: Any) -> Any:
    return {"operator": value} if isinstance(value, str) else value


def _notify(value: Any) -> Any:
    if value is False:
        raise ValueError("false does nothing: leave the key out")
    return [] if value is True else value if isinstance(value, list) else [value]


def _hold(value: Any) -> Any:
    return "a rule asks for it" if value is True else value


_Texts = Annotated[list[Text], OneOrMore()]


class ActionsModel(Outside):
    """The ``then`` of a rule: each action once, done in the order they are written."""

    reply: Text | None = Field(None, description="template of the mail to the customer")
    draft: Text | None = Field(None, description="template of a draft for the operator")
    tag: _Texts | None = Field(None, description="tags the ticket gets")
    untag: _Texts | None = Field(None, description="tags the ticket loses")
    priority: Annotated[str, OneOf(PRIORITIES)] | None = None
    category: str | None = None
    status: Annotated[str, OneOf(RULE_STATUSES)] | None = None
    assign: Annotated[
        AssignModel | None, BeforeValidator(_assign, json_schema_input_type=str | AssignModel)
    ] = Field(None, description="name of an operator, or { skill = … }")
    notify: Annotated[
        list[Text] | None, BeforeValidator(_notify, json_schema_input_type=bool | str | list[str])
    ] = Field(None, description="true: the assignee, or everybody while there is none; or names of operators")
    forward: Annotated[list[AddressText], OneOrMore()] | None = Field(
        None, description="addresses the mail is sent on to"
    )
    snooze: PositiveDuration | None = Field(None, description="how long the ticket is put aside")
    note: Text | None = Field(None, description="internal note")
    survey: bool | None = Field(None, description="true: ask this customer; false: never on this ticket")
    hold: Annotated[Text | None, BeforeValidator(_hold, json_schema_input_type=bool | str)] = Field(
        None, description="keep the mail back: true or a reason"
    )
    webhook: Annotated[str, AfterValidator(_url)] | None = Field(None, description="address to post to")


class RuleModel(Outside):
    """One ``[[rule]]``."""

    name: Text
    why: str = ""
    on: Annotated[list[Annotated[str, OneOf(_EVENTS)]], OneOrMore()]
    when: Conditions = Field(default_factory=Conditions)
    then: Annotated[ActionsModel, AfterValidator(_not_empty)]
    group: Text | None = Field(None, description="default: the name of the file without .toml")
    continue_: bool = Field(False, alias="continue")
    mode: Annotated[str, OneOf(_MODES)] = RuleMode.LIVE.value


class RuleFileModel(BaseModel):
    """A whole file, for the JSON Schema; files are read rule by rule."""

    rule: list[RuleModel] = []
