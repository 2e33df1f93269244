"""No name and no address may belong to two: nobody could tell who wrote."""

from collections.abc import Iterator
from typing import Any

from inboxd.errors import Problem
from inboxd.tomlfile import TomlFile
from inboxd.tomllines import TomlPath


def doubled_addresses(toml: TomlFile) -> tuple[Problem, ...]:
    """Return a problem per address or operator's name that the desk or an operator before has already.

    Looks at what is written, whatever else is wrong with it, so that all problems are told at once.
    """
    owners: dict[str, str] = {}
    problems = []
    for owner, place, name in (*_desk_names(toml), *_operator_names(toml)):
        other = owners.setdefault(name.lower(), owner)
        if other != owner:
            problems.append(toml.problem(place, f"'{name}' belongs to {other} already"))
    return tuple(problems)


def _desk_names(toml: TomlFile) -> Iterator[tuple[str, TomlPath, str]]:
    for place, name in _names(toml.data.get("desk"), ("desk",), ("address",)):
        yield "the desk", place, name


def _operator_names(toml: TomlFile) -> Iterator[tuple[str, TomlPath, str]]:
    operators = toml.data.get("operators")
    for index, operator in enumerate(operators if isinstance(operators, list) else ()):
        for place, name in _names(operator, ("operators", index), ("name", "address")):
            yield f"operator {index + 1}", place, name


def _names(table: Any, at: TomlPath, keys: tuple[str, ...]) -> Iterator[tuple[TomlPath, str]]:
    """Yield every name and address of a table and where it stands."""
    if not isinstance(table, dict):
        return
    aliases = table.get("aliases")
    written = [((*at, key), table.get(key)) for key in keys]
    if isinstance(aliases, list):
        written += [((*at, "aliases", index), alias) for index, alias in enumerate(aliases)]
    for place, name in written:
        if isinstance(name, str):
            yield place, name
