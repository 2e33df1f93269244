import datetime as dt
from pathlib import Path

import pytest

from inboxd.config import Config, load_config
from inboxd.core.escalation import EscalationStep, Since
from inboxd.errors import ConfigError

HEAD = """
[desk]
address = "support@acme.test"
aliases = ["help@acme.test"]
[[operators]]
name = "Ada"
address = "Ada@acme.test"
aliases = ["ada@home.test"]
"""


def load(folder: Path, text: str) -> Config:
    """Return the configuration written in ``text``."""
    path = folder / "config.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_config(path)


def test_a_chain_is_read_in_order_of_time(tmp_path: Path) -> None:
    """Names become addresses, whatever their case; the steps stand in the order in which they come."""
    config = load(
        tmp_path,
        """
        [[sla.escalate]]
        after = "4h"
        to = ["ada", "Boss@else.test", "ada@home.test"]
        targets = ["first_response"]
        priority = ["urgent"]
        [[sla.escalate]]
        after = "30min"
        to = "ADA"
        since = "warning"
        """,
    )
    assert config.sla.escalation == (
        EscalationStep(dt.timedelta(minutes=30), ("ada@acme.test",), Since.WARNING),
        EscalationStep(
            dt.timedelta(hours=4),
            ("ada@acme.test", "boss@else.test"),
            targets=frozenset({"first_response"}),
            priorities=frozenset({"urgent"}),
        ),
    )


def test_nobody_is_told_unless_you_say_so(tmp_path: Path) -> None:
    """Without a table there is no chain; warnings have both their defaults."""
    sla = load(tmp_path, "").sla
    assert (sla.escalation, sla.warn_at, sla.warn_before) == ((), 0.75, dt.timedelta(minutes=15))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('to = ["Adda"]', "12: 'Adda' is no operator and no e-mail address; did you mean 'Ada'?"),
        ('to = "nobody"', "12: 'nobody' is no operator and no e-mail address"),
        ('to = ["help@acme.test"]', "12: 'help@acme.test' is the desk itself: it would write to itself"),
        ("to = []", "12: 'sla.escalate[1].to': must not be empty"),
        ('to = ["Ada"]\nsince = "lunch"', "13: 'sla.escalate[1].since': 'lunch' is none of: due, warning"),
        ('to = ["Ada"]\ntargets = ["answer"]', "13: 'sla.escalate[1].targets[1]': 'answer' is none of:"),
        ('to = ["Ada"]\npriority = ["top"]', "13: 'sla.escalate[1].priority[1]': 'top' is none of:"),
        ('to = ["Ada"]\nwhom = "Ada"', "13: unknown key 'sla.escalate[1].whom'"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, line: str, problem: str) -> None:
    """Every mistake names its place and what would be right."""
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, f'\n[[sla.escalate]]\nafter = "1h"\n{line}\n')
    (found,) = raised.value.problems
    assert f"{found.line}: {found.message}".startswith(problem)


@pytest.mark.parametrize("text", ["sla = 1", "[sla]\nescalate = 1", "[sla]\nescalate = [1]", "operators = 3"])
def test_what_is_no_table_at_all_is_told_too(tmp_path: Path, text: str) -> None:
    """Nothing raises over a file that is wrong in its very shape."""
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_config(tmp_path / "config.toml")
