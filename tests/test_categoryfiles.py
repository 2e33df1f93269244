from pathlib import Path

import pytest

from inboxd.categoryfiles import categories_schema, load_categories
from inboxd.core.categories import Category
from inboxd.errors import ConfigError
from inboxd.rulefiles import load_rules

GOOD = '[[category]]\nname = "billing"\ndescription = "money"\nexamples = ["charged twice"]\n'


def folder(tmp_path: Path, text: str) -> Path:
    """Return a folder of rules with these categories."""
    place = tmp_path / "rules"
    place.mkdir(exist_ok=True)
    (place / "categories.toml").write_text(text, encoding="utf-8")
    return place


def test_categories_in_order(tmp_path: Path) -> None:
    """Name, description, examples and severity are read; a severity that is not written is that of an ordinary matter."""
    second = GOOD.replace("billing", "bug") + "severity = 0.9\n"
    assert load_categories(folder(tmp_path, GOOD + second)) == (
        Category("billing", "money", ("charged twice",), 0.3),
        Category("bug", "money", ("charged twice",), 0.9),
    )


def test_no_file_no_categories(tmp_path: Path) -> None:
    """A desk needs none; and the file is no rule file, though it lies among them."""
    assert load_categories(tmp_path) == ()
    assert load_rules(folder(tmp_path, GOOD)).rules == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("name", "nmae"), "rules/categories.toml:2: unknown key 'category[1].nmae'"),
        (GOOD + "severity = 7\n", "rules/categories.toml:5: 'category[1].severity'"),
        (GOOD.replace('["charged twice"]', "[]"), "rules/categories.toml:4: 'category[1].examples'"),
        (
            GOOD + GOOD.replace("billing", "Billing"),
            "rules/categories.toml:5: category 'Billing': the name is taken",
        ),
        ("[[category]\n", "rules/categories.toml:1: Expected"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake is told with file and line."""
    with pytest.raises(ConfigError) as raised:
        load_categories(folder(tmp_path, text))
    assert problem in str(raised.value)


def test_schema_describes_the_file() -> None:
    """The JSON Schema knows every key of a category, which of them it must have, and allows nothing else."""
    schema = categories_schema()
    category = schema["$defs"][schema["properties"]["category"]["items"]["$ref"].rpartition("/")[2]]

    assert (schema["additionalProperties"], category["additionalProperties"]) == (False, False)
    assert set(category["properties"]) == {"name", "description", "examples", "severity"}
    assert set(category["required"]) == {"name", "description", "examples"}
