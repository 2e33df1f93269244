"""TOML against a pydantic model: every mistake as a problem with its line, in words, with the nearest valid spelling."""

import re
import typing
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from inboxd.core.spelling import did_you_mean, nearest
from inboxd.errors import Problem
from inboxd.tomlfile import TomlFile
from inboxd.tomllines import TomlPath

_Model = TypeVar("_Model", bound=BaseModel)

_QUOTED = re.compile(r"'([^']*)'")
_SHOWN_CHARACTERS = 40
_LISTED_KEYS = 12
_MESSAGES = {
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "list_type": "must be a list",
    "string_type": 'must be a text in "quotes"',
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "date_type": "must be a date such as 2026-12-25, without quotes",
}


class Outside(BaseModel):
    """Base of all models of what people write: nothing unknown, nothing converted behind their back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


def read_model(
    model: type[_Model],
    table: Any,
    toml: TomlFile,
    at: TomlPath = (),
    *,
    about: str = "",
    elsewhere: tuple[str, ...] = (),
) -> tuple[_Model | None, tuple[Problem, ...]]:
    """Return ``table``, which stands ``at`` a path of ``toml``, as ``model``, or None and all its problems.

    ``about`` goes before each message; ``elsewhere`` are dotted names offered for a key that is known in no table.
    """
    try:
        return model.model_validate(table), ()
    except ValidationError as error:
        reader = _Reader(model, table, elsewhere)
        found = dict.fromkeys(
            toml.problem((*at, *reader.written(details["loc"])), about + reader.message(details))
            for details in error.errors(include_url=False)
        )
        return None, tuple(sorted(found, key=lambda problem: problem.line))


class _Reader:
    """Puts pydantic's findings into words an author can act on."""

    def __init__(self, model: type[BaseModel], table: Any, elsewhere: tuple[str, ...]) -> None:
        self._model = model
        self._table = table
        self._elsewhere = elsewhere

    def written(self, location: tuple[str | int, ...]) -> TomlPath:
        """Return the part of ``location`` that the author wrote: normalised values have places of their own."""
        path: list[str | int] = []
        value = self._table
        for part in location:
            found = _child(value, part)
            if found is not None:
                value = found
                path.append(part)
        return tuple(path)

    def message(self, details: ErrorDetails) -> str:
        location, kind = details["loc"], details["type"]
        written = self.written(location)
        name = _dotted(written)
        quoted = f"'{name}' " if name else ""
        match kind:
            case "extra_forbidden":
                return f"unknown key '{name}'{self._hint(location)}"
            case "missing":
                return f"'{_dotted((*written, location[-1]))}' is missing"
            case "literal_error" | "enum":
                choices = _QUOTED.findall(str(details.get("ctx", {}).get("expected", "")))
                return f"{quoted}must be {_one_of(choices)}, not {_shown(details['input'])}" + did_you_mean(
                    str(details["input"]), choices
                )
            case "value_error" | "assertion_error":
                return f"'{name}': {details['ctx']['error']}" if name else str(details["ctx"]["error"])
        if kind in _MESSAGES:
            return f"{quoted}{_MESSAGES[kind]}, not {_shown(details['input'])}"
        return (
            f"'{name}' {details['msg'].replace('Input should be', 'must be')}, not {_shown(details['input'])}"
        )

    def _hint(self, location: tuple[str | int, ...]) -> str:
        """Return the nearest key of the same table, else the same word elsewhere, else what the table knows."""
        word = str(location[-1])
        known = _keys_at(self._model, location[:-1])
        if hint := did_you_mean(word, known):
            return hint
        last_parts = {name.rpartition(".")[2]: name for name in reversed(self._elsewhere)}
        if found := nearest(word, last_parts):
            return f"; did you mean {last_parts[found]!r}?"
        return f"; known here: {', '.join(known)}" if 0 < len(known) <= _LISTED_KEYS else ""


def _child(value: Any, part: str | int) -> Any:
    """Return the entry of a table or list, None when there is none; TOML knows no null."""
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _keys_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    here: type[BaseModel] | None = model
    for part in location:
        if here is None:
            return []
        if isinstance(part, int) or part not in (by_key := _fields(here)):
            continue
        here = _model_in(by_key[str(part)])
    return list(_fields(here)) if here else []


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {
        field.alias or name: field.annotation
        for name, field in model.model_fields.items()
        if not field.exclude
    }


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside ``list[Model]``, ``Model | None``, ``Annotated[Model, …]`` and the like."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((found for inner in typing.get_args(annotation) if (found := _model_in(inner))), None)


def _dotted(path: TomlPath) -> str:
    """Return ``intake.imap[1].host``: entries are counted from 1, as people do."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def _one_of(choices: list[str]) -> str:
    quoted = [f"'{choice}'" for choice in choices]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1]))) if quoted else "one of a few words"


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
