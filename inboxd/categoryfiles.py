"""rules/categories.toml: what questions can be about, with examples; every mistake with its line."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from inboxd.core.categories import Category
from inboxd.errors import ConfigError, Problem
from inboxd.tomlfile import TomlFile, read_toml
from inboxd.tomlmodel import Outside, read_model
from inboxd.tomltypes import Text

CATEGORY_FILE = "categories.toml"


def categories_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of categories.toml, for editors that complete and check TOML."""
    return _FileModel.model_json_schema(mode="validation") | {"title": "inboxd categories"}


def load_categories(folder: Path) -> tuple[Category, ...]:
    """Return the categories of a folder of rules in their order; none where there is no such file.

    Raises ``ConfigError`` with every problem of the file.
    """
    path = folder / CATEGORY_FILE
    if not path.is_file():
        return ()
    toml = read_toml(path, f"{folder.name}/{CATEGORY_FILE}")
    model, problems = read_model(_FileModel, toml.data, toml)
    if model is None:
        raise ConfigError(problems)
    problems = _doubled(toml, model)
    if problems:
        raise ConfigError(problems)
    return tuple(
        Category(one.name, one.description, tuple(one.examples), one.severity) for one in model.category
    )


class _CategoryModel(Outside):
    name: Text
    description: Text
    examples: Annotated[list[Text], Field(min_length=1)]
    severity: Annotated[float, Field(ge=0, le=1)] = 0.3


class _FileModel(Outside):
    category: list[_CategoryModel] = Field(default_factory=list)


def _doubled(toml: TomlFile, model: _FileModel) -> tuple[Problem, ...]:
    """Return a problem per name used twice: tickets, rules and ``#category`` call a category by its name."""
    first: dict[str, int] = {}
    problems = []
    for index, one in enumerate(model.category):
        at = ("category", index)
        line = first.setdefault(one.name.casefold(), toml.line(at))
        if line != toml.line(at):
            problems.append(toml.problem(at, f"category '{one.name}': the name is taken by line {line}"))
    return tuple(problems)
