"""Example mails of rules: ``rules/examples/<rule file>/*.eml`` and an ``expect.toml`` that says which rules fire.

[[mail]]
file  = "refund.eml"
fires = ["refund questions are answered from the knowledge base"]   # of this rule file, exactly these; [] = none
event = "ticket.created"                                            # the default
facts.kb.sure = true                                                # what the mail alone cannot say
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, create_model

from inboxd.core.customer_listing import field_name
from inboxd.core.facts import EventKind, FieldValue, Unknown
from inboxd.core.rule_fields import FIELDS, FieldType
from inboxd.core.rules import Evaluation, Ruleset
from inboxd.core.spelling import did_you_mean
from inboxd.errors import ConfigError, Problem
from inboxd.rulemodel import Cell
from inboxd.tomlfile import TomlFile, read_toml
from inboxd.tomlmodel import Outside, read_model
from inboxd.tomltypes import Duration, OneOf, OneOrMore, Size, Text

EXPECTATIONS = "expect.toml"
_FOLDER = "examples"
_EVENTS = tuple(event.value for event in EventKind)


@dataclass(frozen=True, slots=True)
class Example:
    """One mail and what is expected of it. ``facts`` go over the fields read from the mail; ``file:line`` is its entry.

    ``rule_file`` is the stem of the rule file whose rules are meant by ``fires``.
    """

    rule_file: str
    mail: Path
    event: EventKind
    facts: tuple[tuple[str, FieldValue], ...]
    fires: tuple[str, ...]
    file: str
    line: int

    @property
    def raw(self) -> bytes:
        """Return the bytes of the mail."""
        return self.mail.read_bytes()


def load_examples(folder: Path) -> tuple[Example, ...]:
    """Return the examples below a folder of rules, in name order; none when there are none.

    Raises ``ConfigError`` with every problem: also a mail nobody expects anything of, and a folder without its rules.
    """
    examples: list[Example] = []
    problems: list[Problem] = []
    for place in sorted(path for path in (folder / _FOLDER).glob("*") if path.is_dir()):
        name = f"{folder.name}/{_FOLDER}/{place.name}/{EXPECTATIONS}"
        if not (folder / f"{place.name}.toml").is_file():
            problems.append(Problem(name, 1, f"there is no rule file {place.name}.toml"))
        try:
            found, wrong = _read(place, read_toml(place / EXPECTATIONS, name))
        except ConfigError as error:
            problems += error.problems
        else:
            examples += found
            problems += wrong
    if problems:
        raise ConfigError(tuple(problems))
    return tuple(examples)


def check_examples(ruleset: Ruleset, examples: tuple[Example, ...]) -> tuple[Problem, ...]:
    """Return a problem for every rule an example names and its file does not have."""
    problems = []
    for example in examples:
        known = [rule.name for rule in ruleset.rules if Path(rule.file).stem == example.rule_file]
        for name in example.fires:
            if name not in known:
                message = f"there is no rule '{name}' in {example.rule_file}.toml{did_you_mean(name, known)}"
                problems.append(Problem(example.file, example.line, message))
    return tuple(problems)


def difference(example: Example, evaluation: Evaluation | Unknown) -> str:
    """Return in a sentence what is not as expected, the empty string when all is; a rule on trial counts like any."""
    if isinstance(evaluation, Unknown):
        return "a fact is unknown: write it under facts"
    hits = (*evaluation.hits, *evaluation.shadow_hits)
    fired = tuple(rule.name for rule in hits if Path(rule.file).stem == example.rule_file)
    if fired == example.fires:
        return ""
    missed = [
        f"'{miss.name}' missed on {miss.missed_on}"
        for miss in evaluation.misses
        if miss.name in example.fires
    ]
    return "; ".join((f"fired: {_names(fired)}, expected: {_names(example.fires)}", *missed))


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "none"


def _columns(written: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {field_name(name): (value,) for name, value in written.items()}


_TYPES: dict[FieldType, Any] = {
    FieldType.TEXT: str,
    FieldType.TEXTS: Annotated[list[str], OneOrMore()],
    FieldType.COLUMNS: Annotated[dict[str, Cell], AfterValidator(_columns)],
    FieldType.FLAG: bool,
    FieldType.NUMBER: float,
    FieldType.SIZE: Size,
    FieldType.DURATION: Duration,
}


def _facts_model() -> Any:
    """Return the model of ``facts``: the fields of the rules, but for header fields, which the mail itself has."""
    words = dict.fromkeys(name.partition(".")[0] for name in FIELDS)
    shapes: dict[str, Any] = {}
    for word in words:
        inner: dict[str, Any] = {
            name.partition(".")[2]: (_fact_type(name), None)
            for name, field in FIELDS.items()
            if name.startswith(f"{word}.") and field.type is not FieldType.HEADERS
        }
        shapes[word] = (create_model(f"{word.capitalize()}Facts", __base__=Outside, **inner) | None, None)
    return create_model("FactsModel", __base__=Outside, **shapes)


def _fact_type(name: str) -> Any:
    field = FIELDS[name]
    return (Annotated[str, OneOf(field.choices)] if field.choices else _TYPES[field.type]) | None


_FactsModel: Any = _facts_model()


class _MailModel(Outside):
    file: Text
    fires: list[Text]
    event: Annotated[str, OneOf(_EVENTS)] = EventKind.TICKET_CREATED.value
    facts: _FactsModel = Field(default_factory=_FactsModel)


class _ExpectModel(Outside):
    mail: Annotated[list[_MailModel], Field(min_length=1)]


def _read(place: Path, toml: TomlFile) -> tuple[list[Example], tuple[Problem, ...]]:
    model, problems = read_model(_ExpectModel, toml.data, toml, elsewhere=tuple(FIELDS))
    if model is None:
        return [], problems
    examples = [
        Example(
            rule_file=place.name,
            mail=place / entry.file,
            event=EventKind(entry.event),
            facts=tuple(_facts(entry.facts)),
            fires=tuple(entry.fires),
            file=toml.file,
            line=toml.line(("mail", index)),
        )
        for index, entry in enumerate(model.mail)
    ]
    missing = [
        Problem(example.file, example.line, f"there is no file {example.mail.name}")
        for example in examples
        if not example.mail.is_file()
    ]
    listed = {example.mail.name for example in examples}
    unlisted = [
        toml.problem((), f"nothing is expected of {path.name}: add a [[mail]] for it")
        for path in sorted(place.glob("*.eml"))
        if path.name not in listed
    ]
    return examples, (*missing, *unlisted)


def _facts(model: BaseModel) -> list[tuple[str, FieldValue]]:
    facts: list[tuple[str, FieldValue]] = []
    for word in sorted(model.model_fields_set):
        table = getattr(model, word)
        for name in sorted(table.model_fields_set):
            value = getattr(table, name)
            facts.append((f"{word}.{name}", tuple(value) if isinstance(value, list) else value))
    return facts
