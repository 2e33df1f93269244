"""TOML files with the line of every key: ``tomllib`` reads the values, a locator of its own finds the lines."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inboxd.errors import ConfigError, Problem
from inboxd.tomllines import TomlPath, locate_keys

_ERROR_LINE = re.compile(r"\(at line (\d{1,9}), column \d{1,9}\)")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file says, and where: ``lines`` maps the path of each key and array entry to its line (from 1)."""

    file: str
    data: dict[str, Any]
    lines: Mapping[TomlPath, int]

    def line(self, path: TomlPath) -> int:
        """Return the line of ``path``, or of the nearest table around it that is written down; 1 at the root."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1

    def problem(self, path: TomlPath, message: str) -> Problem:
        """Return a problem that points to ``path``."""
        return Problem(self.file, self.line(path), message)


def read_toml(path: Path, name: str) -> TomlFile:
    """Return the file at ``path``, called ``name`` in problems; raise ``ConfigError`` when it cannot be read."""
    return decode_toml(read_content(path, name), name)


def read_content(path: Path, name: str) -> bytes:
    """Return the bytes of the file at ``path``, called ``name`` in problems; raise ``ConfigError`` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError((Problem(name, 1, f"cannot be read: {error.strerror}"),)) from error


def decode_toml(content: bytes, name: str) -> TomlFile:
    """Return what the bytes of a file say; raise ``ConfigError`` with the line of what is wrong with them."""
    try:
        return parse_toml(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError((Problem(name, line, "is not UTF-8 text"),)) from error


def parse_toml(text: str, name: str) -> TomlFile:
    """Return what ``text`` says; raise ``ConfigError`` with the line of the syntax error."""
    try:
        return TomlFile(name, tomllib.loads(text), locate_keys(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((_syntax_problem(text, name, str(error)),)) from error
    except RecursionError as error:
        raise ConfigError((Problem(name, 1, "is nested too deeply"),)) from error


def _syntax_problem(text: str, name: str, message: str) -> Problem:
    found = _ERROR_LINE.search(message)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    return Problem(name, line, _ERROR_LINE.sub("", message).strip())
