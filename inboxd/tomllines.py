"""On which line each key of a TOML document stands: no library that keeps positions is both small and well kept.

Only documents that ``tomllib`` has accepted are looked at, so the grammar (TOML 1.0) need not be checked again.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

TomlPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
      (?P<skip>[ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<quoted>\"\"\"(?:[^\\]|\\.)*?\"\"\"\"{0,2} | '''.*?''''{0,2} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^ \t\r\n\#"'\[\]{}=,.]+)
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def locate_keys(text: str) -> dict[TomlPath, int]:
    """Return the line (from 1) on which each key, table and array entry of a valid document is first named."""
    locator = _Locator(text)
    locator.locate()
    return locator.lines


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "skip":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
    yield _Token("end", "", line)


class _Locator:
    """Walks the tokens once; ``lines`` grows as keys are met."""

    def __init__(self, text: str) -> None:
        self.lines: dict[TomlPath, int] = {}
        self._tokens = list(_tokens(text))
        self._at = 0
        self._entries: dict[TomlPath, int] = {}

    def locate(self) -> None:
        table: TomlPath = ()
        while self._skip_newlines().kind != "end":
            table = self._header() if self._now.text == "[" else self._key_value(table)

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._now
        self._at += 1
        return token

    def _skip_newlines(self) -> _Token:
        while self._now.kind == "newline":
            self._at += 1
        return self._now

    def _header(self) -> TomlPath:
        line = self._next().line
        is_entry = self._now.text == "["
        if is_entry:
            self._next()
        key = self._key()
        self._at += 2 if is_entry else 1
        *around, last = key
        path: TomlPath = (*self._resolve((), tuple(around), line), last)
        self.lines.setdefault(path, line)
        if is_entry:
            self._entries[path] = self._entries.get(path, -1) + 1
        return self._resolve((), key, line)

    def _resolve(self, table: TomlPath, key: tuple[str, ...], line: int) -> TomlPath:
        """Return the path ``key`` names: an array of tables stands for its last entry (TOML 1.0, array of tables)."""
        path = table
        for part in key:
            path = (*path, part)
            self.lines.setdefault(path, line)
            if path in self._entries:
                path = (*path, self._entries[path])
                self.lines.setdefault(path, line)
        return path

    def _key_value(self, table: TomlPath) -> TomlPath:
        """Take ``key = value``; return ``table``, in which the next one stands as well."""
        line = self._now.line
        path = self._resolve(table, self._key(), line)
        self._next()
        self._value(path)
        return table

    def _key(self) -> tuple[str, ...]:
        parts = []
        while True:
            token = self._next()
            parts.append(token.text if token.kind == "bare" else _unquote(token.text))
            if self._now.text != "." or self._now.kind != "mark":
                return tuple(parts)
            self._next()

    def _value(self, path: TomlPath) -> None:
        if self._now.kind == "mark" and self._now.text == "[":
            self._array(path)
        elif self._now.kind == "mark" and self._now.text == "{":
            self._inline_table(path)
        else:
            while self._now.kind not in {"newline", "end"} and self._now.text not in {",", "]", "}"}:
                self._next()

    def _array(self, path: TomlPath) -> None:
        self._next()
        index = 0
        while self._skip_newlines().text != "]":
            self.lines.setdefault((*path, index), self._now.line)
            self._value((*path, index))
            index += 1
            if self._skip_newlines().text == ",":
                self._next()
        self._next()

    def _inline_table(self, path: TomlPath) -> None:
        self._next()
        while self._skip_newlines().text != "}":
            self._key_value(path)
            if self._skip_newlines().text == ",":
                self._next()
        self._next()


def _unquote(text: str) -> str:
    return str(tomllib.loads(f"key = {text}")["key"])
