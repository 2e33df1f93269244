"""What README and docs/ say is there."""

import re
from pathlib import Path

import pytest
from shown import DOCUMENTS, ROOT, blocks, find_command, spans

from inboxd.config import load_config
from inboxd.core.commands import CommandName
from inboxd.rulefiles import load_rules

# `inboxd …` in code spans and code blocks; global options may stand before the command.
_COMMAND = re.compile(r"(?:^|[\s`/])inboxd ((?:(?:-c|--config|--now) \S+ )?[a-z][^`\n]*)", re.MULTILINE)
_CODE = re.compile(r"```(?:sh|ini)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
# What stands for a hidden number, account or password in a text (docs/privacy.md), and is no part of a file.
HIDDEN = ("[account]", "[card]", "[secret]")
RULE = '[[rule]]\nname = "shown"\nwhy = "as the document says"\non = ["ticket.created"]\n'
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def code_of(document: Path) -> str:
    """Return all code of a document, one piece per line."""
    return "\n".join(block or span for block, span in _CODE.findall(document.read_text("utf-8")))


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


def test_the_journey_drawn_has_the_words_of_the_program() -> None:
    """The stages in the picture of docs/how-it-works.md are those the pipeline is made of."""
    (picture,) = [one.text for one in blocks(ROOT / "docs" / "how-it-works.md") if not one.kind]
    verbs = re.findall(r"[a-z]+", picture.splitlines()[0].replace("(pure)", ""))

    assert verbs == ["arrive", "accept", "gather", "reads", "only", "decide", "apply", "send"]
    program = "".join(path.read_text("utf-8") for path in (ROOT / "inboxd").glob("*.py"))
    assert [
        verb for verb in ("accept", "gather", "decide", "apply") if not re.search(rf"\b{verb}", program)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_named_is_there(document: Path) -> None:
    """A path of the repository in a code span names a file or folder that is there."""
    places = (ROOT, ROOT / "inboxd", ROOT / "tests", ROOT / "benchmarks")
    named = {
        one.text.partition("::")[0]
        for one in spans(document)
        if re.fullmatch(
            r"(?:[a-z_]+/)*[a-z_]+\.py(?:::\w+)?|(?:benchmarks|deploy|docs|fuzz|inboxd|tests)/[\w./*-]*(?:::\w+)?",
            one.text,
        )
    }

    assert [
        name for name in sorted(named) if not any(list(place.glob(name.rstrip("/"))) for place in places)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_part_of_the_configuration_named_is_there(document: Path) -> None:
    """`[part] key` and `[[part]]` of a sentence stand in config.example.toml, where everything that can be set does."""
    example = re.sub(r"^#[ ]*", "", (ROOT / "config.example.toml").read_text("utf-8"), flags=re.MULTILINE)
    parts = dict(
        re.findall(r"^\[\[?([a-z0-9_.]+)\]\]?[^\n]*\n(.*?)(?=^\[|\Z)", example, re.DOTALL | re.MULTILINE)
    )
    named = [
        found
        for one in spans(document)
        if (found := re.fullmatch(r"\[\[?([a-z0-9_.]+)\]\]?(?: ([a-z_]+)(?: = .*)?)?", one.text))
        and one.text not in HIDDEN
    ]

    assert [one[0] for one in named if f"[{one[1]}]" not in example] == []
    assert [
        one[0] for one in named if one[2] and not re.search(rf"^{one[2]} = ", parts[one[1]], re.MULTILINE)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_condition_and_action_named_is_one(document: Path, tmp_path: Path) -> None:
    """`when.… = …` and `then.… = …` of a sentence are taken by the loader of rules as they stand."""
    for one in spans(document):
        line = one.text.replace("\\|", "|")
        if re.match(r"(?:when|then)\.[\w.]+ = ", line) and "…" not in line:
            rest = "" if line.startswith("then.") else "then.notify = true\n"
            (tmp_path / "10-shown.toml").write_text(RULE + line + "\n" + rest, encoding="utf-8")
            assert load_rules(tmp_path), one.where
