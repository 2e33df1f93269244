from pathlib import Path

import pytest

from inboxd.config import load_config
from inboxd.core.priority import PriorityWeights
from inboxd.errors import ConfigError


def loaded(tmp_path: Path, text: str) -> PriorityWeights:
    """Return the weights a configuration comes to."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path).priority


def test_defaults_and_changes(tmp_path: Path) -> None:
    """What is not written keeps the default of the core."""
    assert loaded(tmp_path, "") == PriorityWeights()
    changed = loaded(tmp_path, "[priority]\nhistory = 2\nhigh_from = 0.5\n")
    assert changed == PriorityWeights(history=2, high_from=0.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[priority]\nurgency = 0\nseverity = 0\nhistory = 0\n", "must weigh something"),
        ("[priority]\nhigh_from = 0.9\n", "in this order"),
        ("[priority]\nurgency = -1\n", "config.toml:2"),
        ("[priority]\nurgnecy = 1\n", "did you mean 'urgency'"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, words: str) -> None:
    """Weights that weigh nothing, thresholds out of order and unknown keys are told with their line."""
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, text)
    assert words in str(raised.value)
