"""docs/security.md: every threat has a test, and that test exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")


def rows() -> list[list[str]]:
    """Return the cells of every threat."""
    lines = [line for line in TEXT.splitlines() if line.startswith("| ") and "`tests/" in line]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_threat_has_a_test_that_exists() -> None:
    """Each line names at least one test, and each name is that of a test function in that file."""
    assert len(rows()) > 30
    for threat, stopped_by, tests in rows():
        assert stopped_by
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, threat
        assert len(named) == tests.count("`tests/"), threat
        for file, name in named:
            tree = ast.parse((ROOT / file).read_text("utf-8"))
            functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name in functions, f"{threat}: {file}::{name}"


def test_no_line_of_the_table_is_left_out() -> None:
    """Every line of the three tables is looked at: none stands there without a test."""
    tables = re.findall(r"^\| threat \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert len(tables) == 3
    assert sum(table.count("\n") for table in tables) == len(rows())
