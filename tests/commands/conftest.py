"""What tests of commands share: a desk's folder, as the operator has it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from databases import fresh_store

CONFIG = """
[desk]
address = "support@acme.test"
[[operators]]
name = "Ada"
address = "ada@acme.test"
"""
TOLD = '[[rule]]\nname = "all"\non = ["ticket.created"]\nthen.notify = true\n'


@pytest.fixture
def desk_folder(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """A factory of the folder we are in then: Ada's desk without articles and with one ``rule``; ``config`` instead of hers."""

    def make(rule: str = TOLD, config: str = CONFIG) -> Path:
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        for name in ("rules", "kb"):
            (tmp_path / name).mkdir()
        (tmp_path / "rules" / "10.toml").write_text(rule, encoding="utf-8")
        fresh_store(tmp_path, sqlite_template)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make
