"""What tests of commands share: a desk's folder, as the operator has it."""

import shutil
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


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the desk that all tests of a module begin with is kept, once it was made and lived in."""
    return tmp_path_factory.mktemp("lived") / "desk"


@pytest.fixture
def desk_folder(
    tmp_path: Path, sqlite_template: Path, lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """A factory of the folder we are in then: Ada's desk without articles and with one ``rule``; ``config`` instead of hers.

    ``life`` is what happens on it before the tests of the module: it happens once, each test has a copy.
    """

    def make(rule: str = TOLD, config: str = CONFIG, life: Callable[[Path], None] | None = None) -> Path:
        monkeypatch.chdir(tmp_path)
        if life is not None and lived_in.exists():
            shutil.copytree(lived_in, tmp_path, dirs_exist_ok=True)
            return tmp_path
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        for name in ("rules", "kb"):
            (tmp_path / name).mkdir()
        (tmp_path / "rules" / "10.toml").write_text(rule, encoding="utf-8")
        fresh_store(tmp_path, sqlite_template)
        if life is not None:
            life(tmp_path)
            shutil.copytree(tmp_path, lived_in)
        return tmp_path

    return make
