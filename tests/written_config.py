"""A config.toml as a test writes it."""

from pathlib import Path

import pytest

from inboxd.config import Config, load_config
from inboxd.errors import ConfigError


def load(folder: Path, text: str) -> Config:
    """Return the configuration written in ``text``."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def problems(folder: Path, text: str) -> list[str]:
    """Return the problems of ``text`` as ``line: message``."""
    with pytest.raises(ConfigError) as raised:
        load(folder, text)
    return [f"{problem.line}: {problem.message}" for problem in raised.value.problems]


def problem(folder: Path, text: str) -> str:
    """Return the one problem of ``text``."""
    (found,) = problems(folder, text)
    return found
