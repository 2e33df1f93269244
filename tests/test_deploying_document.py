"""docs/deploying.md and docs/encryption.md: what they show is what lies in deploy/, and loads."""

import re
import tomllib
from pathlib import Path

import pytest

from inboxd.config import load_config

ROOT = Path(__file__).parents[1]
DEPLOYING = (ROOT / "docs" / "deploying.md").read_text("utf-8")
ENCRYPTION = (ROOT / "docs" / "encryption.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^### ([^\n]+)\n.*?```toml\n(.*?)```", DEPLOYING, re.DOTALL | re.MULTILINE))
BLOCKS = re.findall(r"```toml\n(.*?)```", DEPLOYING, re.DOTALL)
DESK = '[desk]\naddress = "support@acme.test"\n\n[[operators]]\nname = "Ada"\naddress = "ada@acme.test"\n\n'


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_configuration_shown_loads(number: int, tmp_path: Path) -> None:
    """Each block, below a desk and its operator, is a configuration without a mistake."""
    file = tmp_path / "config.toml"
    file.write_text(DESK + BLOCKS[number], encoding="utf-8")

    load_config(file)


@pytest.mark.parametrize("provider", ["Fastmail", "Gmail", "Microsoft 365", "Dovecot"])
def test_there_is_a_whole_recipe(provider: str, tmp_path: Path) -> None:
    """Each recipe reads a mailbox and sends, with one login for both, by password or by sign-in, encrypted or on the loopback."""
    (block,) = (block for name, block in RECIPES.items() if provider in name)
    file = tmp_path / "config.toml"
    file.write_text(DESK + block, encoding="utf-8")
    config = load_config(file)
    (mailbox,) = config.intake.imap
    assert config.outgoing.transport == "smtp"
    assert (mailbox.tls == "none") == (config.outgoing.tls == "none") == (mailbox.host == "127.0.0.1")
    if mailbox.host != "127.0.0.1":
        assert mailbox.user == config.outgoing.user
        assert (mailbox.oauth2 is None) == (config.outgoing.oauth2 is None)
        assert "oauth2" in block or "password_file" in block
    # Passwords, tokens and their like lie where git never looks and where encryption is promised.
    assert all(path.startswith("var/") for path in re.findall(r'_file = "([^"]*)"', block))


def test_paths_of_the_units_are_those_of_the_document() -> None:
    """Files that are copied exist, and the folders the commands make are those the units use."""
    shown = set(re.findall(r"deploy/[\w./-]+", DEPLOYING + ENCRYPTION))
    assert shown
    assert [name for name in shown if not (ROOT / name.rstrip(".")).exists()] == []
    units = "".join(path.read_text("utf-8") for path in sorted((ROOT / "deploy").rglob("*.service")))
    for place in (
        "/opt/inboxd/.venv/bin/inboxd",
        "/srv/inboxd/var",
        "/srv/inboxd/var.encrypted",
        "/etc/inboxd/disk.credential",
    ):
        assert place in units
        assert place in DEPLOYING + ENCRYPTION


def test_there_is_a_place_for_everything_that_is_deployed() -> None:
    """Each file in deploy/ is named by a document or by its neighbour, so that nobody has to find it by chance."""
    documents = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    files = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    assert [
        path.name
        for path in files
        if f"deploy/{path.relative_to(ROOT / 'deploy').as_posix()}" not in documents
    ] == []


def test_the_package_says_where_it_comes_from() -> None:
    """The metadata has what PyPI shows: a readme, a licence, supported Pythons and topics."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (ROOT / project["readme"]).is_file()
    assert project["license"] == "MIT"
    assert project["requires-python"] == ">=3.11"
    assert any(one.startswith("Topic :: Communications :: Email") for one in project["classifiers"])
