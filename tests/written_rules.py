"""Rule files as a test writes them."""

import shutil
from pathlib import Path

import pytest

from inboxd.core.rules import Ruleset
from inboxd.errors import ConfigError
from inboxd.rulefiles import load_rules

HEAD = '[[rule]]\nname = "r"\non = "ticket.created"\n'
# Every customer's mail is acknowledged and told; a test may add an action below it.
ALL = """
[[rule]]
name = "all"
on = ["ticket.created", "customer.replied"]
then.reply = "acknowledgement"
then.notify = true
"""


def load(folder: Path, *texts: str) -> Ruleset:
    """Return the rules of files ``10.toml``, ``20.toml`` and so on."""
    place = folder / "rules"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for number, text in enumerate(texts, 1):
        (place / f"{number}0.toml").write_text(text, encoding="utf-8")
    return load_rules(place)


def problems(folder: Path, *texts: str) -> list[str]:
    """Return the problems of rule files as ``file:line: message``."""
    with pytest.raises(ConfigError) as raised:
        load(folder, *texts)
    return [str(problem) for problem in raised.value.problems]
