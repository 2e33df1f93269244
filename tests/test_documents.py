"""What README and docs/ say is there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from inboxd.cli import app
from inboxd.config import load_config
from inboxd.core.commands import CommandName

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("README*.md"), ROOT / "kb" / "README.md", *(ROOT / "docs").glob("*.md")])
# `inboxd …` in code spans and code blocks; global options may stand before the command.
_COMMAND = re.compile(r"(?:^|[\s`/])inboxd ((?:(?:-c|--config|--now) \S+ )?[a-z][^`\n]*)", re.MULTILINE)
_CODE = re.compile(r"```(?:sh|ini)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def code_of(document: Path) -> str:
    """Return all code of a document, one piece per line."""
    return "\n".join(block or span for block, span in _CODE.findall(document.read_text("utf-8")))


def find_command(shown: str) -> tuple[Any, list[str]]:
    """Return the command a line names (typer's own click) and the words behind it; raises ``KeyError`` without one."""
    words = shlex.split(shown, comments=True)
    while words[0] in {"-c", "--config", "--now"}:
        words = words[2:]
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_shown_exists(document: Path) -> None:
    """Each `inboxd …` a document shows is a command, with options it has."""
    for shown in _COMMAND.findall(code_of(document)):
        command, rest = find_command(shown)
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        assert {word for word in rest if word.startswith("--")} <= options, shown


def test_readme_shows_the_commands_of_the_first_hour() -> None:
    """The check above looks at something: README shows init, check, run, doctor and explain."""
    found = {find_command(one)[0].name for one in _COMMAND.findall(code_of(ROOT / "README.md"))}

    assert {"init", "check", "run", "doctor", "explain"} <= found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_shown_exists(document: Path) -> None:
    """Each `make …` a document shows is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = set(re.findall(r"^\W*make ([a-z-]+)", code_of(document), re.MULTILINE))

    assert shown <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """Links to files of the repository name files that are there."""
    links = [one for one in _LINK.findall(document.read_text("utf-8")) if "://" not in one]

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_configuration_in_the_readme_loads(tmp_path: Path) -> None:
    """The first real configuration is valid as it stands, and means what it says."""
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    file = tmp_path / "config.toml"
    file.write_text(block, encoding="utf-8")

    config = load_config(file)

    assert [one.host for one in config.intake.imap] == ["imap.acme.test"]
    assert (config.outgoing.transport, config.outgoing.host) == ("smtp", "smtp.acme.test")
    assert config.intake.trusted_authserv_ids == ("mx.acme.test",)


def test_operators_guide_names_real_commands() -> None:
    """Every `#word` of the guide is a command the operator can write."""
    text = (ROOT / "docs" / "operators-guide.md").read_text("utf-8")

    assert set(re.findall(r"`#([a-z]+)", text)) <= {name.value for name in CommandName}


def test_starting_modules_named_in_how_it_works_exist() -> None:
    """Every path in docs/how-it-works.md is one of the package."""
    text = (ROOT / "docs" / "how-it-works.md").read_text("utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py|[a-z_]+/)`", text))

    places = (ROOT / "inboxd", ROOT, ROOT / "tests")
    assert [name for name in sorted(named) if not any((place / name).exists() for place in places)] == []
