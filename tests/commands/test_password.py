from pathlib import Path

import pytest
from typer.testing import CliRunner

from inboxd import cli, passwords
from inboxd.errors import PermanentError
from inboxd.passwords import is_right, load_hash

CONFIG = """
[[operators]]
name = "Ada"
address = "ada@acme.test"
aliases = ["ada@home.test"]
password_hash_file = "var/passwords/ada"
[[operators]]
name = "Grace"
address = "grace@acme.test"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a config.toml where Ada may have a password; hashes are cheap."""
    monkeypatch.setattr(passwords, "_LOG2_N", 4)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


@pytest.mark.parametrize("who", ["Ada", "ada", "ada@acme.test", "ADA@home.test"])
def test_a_made_password(config: Path, who: str) -> None:
    """``--generate`` prints a password once; only its hash is kept."""
    result = CliRunner().invoke(cli.app, ["-c", str(config), "password", who, "--generate"])
    assert result.exit_code == 0
    made = result.stdout.strip()
    kept = load_hash(config.parent / "var/passwords/ada")
    assert is_right(made, kept)
    assert made not in kept


def test_a_typed_password(config: Path) -> None:
    """A typed one is asked for twice and shown nowhere."""
    typed = "correct horse battery"
    result = CliRunner().invoke(cli.app, ["-c", str(config), "password", "Ada"], input=f"{typed}\n{typed}\n")
    assert result.exit_code == 0
    assert typed not in result.output
    assert is_right(typed, load_hash(config.parent / "var/passwords/ada"))


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (["Ada"], "short\nshort\n", "characters"),
        (["Grace", "--generate"], "", "password_hash_file"),
        (["Bob", "--generate"], "", "nobody is called"),
    ],
)
def test_mistakes(config: Path, arguments: list[str], typed: str, words: str) -> None:
    """Each mistake is a sentence, and nothing is kept."""
    result = CliRunner().invoke(cli.app, ["-c", str(config), "password", *arguments], input=typed)
    assert isinstance(result.exception, PermanentError)
    assert words in str(result.exception)
    assert not (config.parent / "var").exists()
