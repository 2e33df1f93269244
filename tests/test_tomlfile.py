import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.errors import ConfigError
from inboxd.tomlfile import parse_toml, read_toml
from inboxd.tomllines import locate_keys

DOCUMENT = '''\
title = "a # no comment"   # comment [x] = {
"quoted.key" = 1
'lit' = { a = 1, b.c = [1, 2], "d" = {} }

[[rule]]
name = """
[[rule]]
name = "not a key"
"""
when.mail.subject = ["x",
  "y", # comment ]
  { z = 1.5 },
]

[rule.then]
tag = \'\'\'it''s "]" \'\'\'

[[rule]]
name = "second"
[[rule.part]]
at = 1979-05-27 07:32:00
[a.b.c]
[a.b.d]
'''
BARE = st.text(alphabet="abcz019_-", min_size=1, max_size=6)
KEYS = st.one_of(BARE, st.text(max_size=6))
VALUES = st.recursive(
    st.one_of(st.integers(-5, 5), st.booleans(), st.text(max_size=12), st.just(1.5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the path of every key and array entry of what ``tomllib`` read."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    found = {(*path, key) for key, _ in children}
    return found.union(*(paths(child, (*path, key)) for key, child in children))


def write_string(text: str) -> str:
    """Return ``text`` as a TOML basic string."""
    return '"' + "".join(f"\\U{ord(c):08x}" if ord(c) < 0x20 or c in '"\\\x7f' else c for c in text) + '"'


def write_inline(value: Any) -> str:
    """Return ``value`` in TOML, arrays over several lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return write_string(value)
    if isinstance(value, list):
        return "[\n" + "".join(f" {write_inline(entry)}, # ]\n" for entry in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write_string(key)} = {write_inline(v)}" for key, v in value.items()) + "}"
    return str(value)


def test_every_key_is_found_on_its_line() -> None:
    """Strings, comments, dates, inline and array tables do not lead the locator astray."""
    lines = locate_keys(DOCUMENT)

    assert set(lines) == paths(tomllib.loads(DOCUMENT))
    assert lines["lit", "b", "c", 1] == 3
    assert lines["rule", 0, "name"] == 6
    assert lines["rule", 0, "when", "mail", "subject", 2, "z"] == 12
    assert lines["rule", 0, "then", "tag"] == 16
    assert lines["rule", 1] == 18
    assert lines["rule", 1, "part", 0, "at"] == 21
    assert lines["a", "b", "d"] == 23


@given(
    st.dictionaries(KEYS, VALUES, max_size=4), st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=3)
)
@settings(max_examples=150, deadline=None)
def test_paths_are_exactly_those_of_tomllib(table: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """Whatever valid document is written, the locator knows the same keys as the parser."""
    text = "".join(f"{write_string(key)} = {write_inline(value)}\n" for key, value in table.items())
    for entry in entries:
        text += "[[ 'the.list' ]]\n" if "the.list" not in table else "[[ 'other.list' . x ]]\n"
        text += "".join(f"{write_string(key)} = {write_inline(value)}\n" for key, value in entry.items())

    assert set(locate_keys(text)) == paths(tomllib.loads(text))


@given(st.text(alphabet="ab[]{}=.,\"'\\\n# 1", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    """A broken file is one problem with a line inside the file, never another exception."""
    lines = [1]
    read: set[tuple[str | int, ...]] = set()
    found: set[tuple[str | int, ...]] = set()
    try:
        toml = parse_toml(text, "x.toml")
        read, found = paths(toml.data), set(toml.lines)
    except ConfigError as error:
        lines = [problem.line for problem in error.problems]

    assert found == read
    assert 1 <= max(lines) <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("a = [1,\n", 1), ("a = " + "[" * 5000, 1)],
)
def test_syntax_errors_carry_their_line(text: str, line: int) -> None:
    """The operator's editor can jump to what is wrong, however it is wrong."""
    with pytest.raises(ConfigError) as raised:
        parse_toml(text, "config.toml")

    assert (raised.value.problems[0].file, raised.value.problems[0].line) == ("config.toml", line)


def test_unreadable_files_are_problems(tmp_path: Path) -> None:
    """A missing file and a file that is not UTF-8 are problems of the file, the latter with its line."""
    (tmp_path / "latin.toml").write_bytes(b"a = 1\nb = '\xe4'\n")

    with pytest.raises(ConfigError, match=r"gone\.toml:1: cannot be read"):
        read_toml(tmp_path / "gone.toml", "gone.toml")
    with pytest.raises(ConfigError, match=r"latin\.toml:2: is not UTF-8"):
        read_toml(tmp_path / "latin.toml", "latin.toml")


def test_line_falls_back_to_the_table_around() -> None:
    """A key that is missing is shown at the table it is missing from."""
    toml = parse_toml("x = 1\n[a]\nb = 2\n", "x.toml")

    assert toml.line(("a", "c")) == 2
    assert toml.line(("z",)) == 1
