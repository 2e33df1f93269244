"""The YAML between two ``---`` lines at the top of an article, checked, with the line of every mistake."""

import re
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from inboxd.errors import Problem

# libyaml is ten times as fast as the pure Python loader; wheels carry it, a distribution's build may not.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCE = re.compile(r"\A---[ \t]*\n(.{0,65536}?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_QUOTES = "put the text in quotes: a colon or a bracket has a meaning in YAML"
_MEANT = {
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "string_pattern_mismatch": "write a language's code, such as en or pt-BR",
}
_OPENING = re.compile(r"---[ \t]*\n")


def _as_list(value: Any) -> Any:
    """Return a list: nothing and a single word are what people write for one with none or one entry."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _as_language(value: Any) -> Any:
    """Return a language's code: YAML takes Norwegian for False, and nothing is what stands behind an unused key."""
    return "no" if value is False else "" if value is None else value


def _as_text(value: Any) -> Any:
    """Return YAML's dates, numbers and booleans as text: ``- 404`` and ``- yes`` are phrasings, too."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    # "- Error 5: what now?" is a mapping to YAML; what its author meant is told by nobody but him.
    return value if isinstance(value, str | dict | list) or value is None else str(value)


_Line = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)
]
_Lines = Annotated[list[_Line], BeforeValidator(_as_list), Field(max_length=2_000)]


class FrontMatter(BaseModel):
    """What stands above an article's text; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Line
    questions: _Lines = Field(default_factory=list)
    symptoms: _Lines = Field(default_factory=list)
    tags: _Lines = Field(default_factory=list)
    lang: Annotated[
        str,
        BeforeValidator(_as_language),
        StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"),
    ] = ""
    auto_reply: bool = True


def read_front_matter(text: str, file: str) -> tuple[FrontMatter | None, tuple[int, ...], str, list[Problem]]:
    """Return the front matter, the line of each of its questions, the text below it, and all problems.

    The front matter is None when it is unusable.
    """
    match = _FENCE.match(text)
    if match is None:
        missing = (
            "the front matter has no end: a line '---' must close it"
            if _OPENING.match(text)
            else "no front matter: the file must begin with a '---' block"
        )
        return None, (), text, [Problem(file, 1, missing)]
    source, body = match[1], text[match.end() :]
    try:
        node = yaml.compose(source, Loader=_LOADER)
        values = yaml.load(source, Loader=_LOADER)  # noqa: S506  both loaders are safe ones
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, (), body, [_yaml_problem(error, file)]
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        return None, (), body, [Problem(file, 2, "the front matter must be 'key: value' lines")]
    if twice := _twice(node, file):
        return None, (), body, twice
    try:
        front = FrontMatter.model_validate({str(key): value for key, value in values.items()})
    except ValidationError as error:
        return None, (), body, [_problem(entry, node, file) for entry in error.errors(include_url=False)]
    lines = tuple(_line_of(node, ("questions", at)) + 2 for at in range(len(front.questions)))
    return front, lines, body, []


def _twice(node: yaml.MappingNode, file: str) -> list[Problem]:
    """Return the keys that stand twice: YAML 1.2.2 3.2.1.3 forbids it, and the library silently takes the last."""
    seen: set[str] = set()
    found: list[Problem] = []
    for key, _ in node.value:
        if str(key.value) in seen:
            found.append(Problem(file, key.start_mark.line + 2, f"'{key.value}' stands here a second time"))
        seen.add(str(key.value))
    return found


def _yaml_problem(error: Exception, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    if what.startswith("mapping values"):
        what = f"{what}; {_QUOTES}"
    # The mark counts from 0 and from the line below the fence.
    return Problem(file, mark.line + 2 if mark else 2, f"not YAML: {what}")


def _problem(entry: Any, node: yaml.MappingNode, file: str) -> Problem:
    path = tuple(entry["loc"])
    key = str(path[0])
    line = _line_of(node, path) + 2
    if entry["type"] == "extra_forbidden":
        import difflib  # noqa: PLC0415  mostly nothing is mistyped

        near = difflib.get_close_matches(key, FrontMatter.model_fields, n=1)
        meant = f"; did you mean '{near[0]}'?" if near else f" (known: {', '.join(FrontMatter.model_fields)})"
        return Problem(file, line, f"unknown key '{key}'{meant}")
    if entry["type"] == "missing":
        return Problem(file, 1, f"'{key}' is missing")
    return Problem(file, line, f"'{'.'.join(str(part) for part in path)}': {_said(entry)}")


def _said(entry: Any) -> str:
    """Return a mistake in an author's words, where the library speaks of types and items."""
    if entry["type"] == "too_long":
        return "longer than 2000 characters" if isinstance(entry["input"], str) else "more than 2000 entries"
    if entry["type"] == "string_type":
        return "there is nothing" if entry["input"] is None else _QUOTES
    return _MEANT.get(entry["type"], str(entry["msg"]))


def _line_of(node: yaml.Node, path: tuple[str | int, ...]) -> int:
    """Return the line (from 0, in the block) of the value a path leads to, as near as the document has it."""
    for part in path:
        if isinstance(node, yaml.MappingNode):
            values = {key.value: (key, value) for key, value in node.value}
            if part not in values:
                break
            key, value = values[part]
            node = value if isinstance(value, yaml.CollectionNode) else key
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            break
    return int(node.start_mark.line)
