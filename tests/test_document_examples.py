"""Every example in README and docs/: files are loaded as the desk would, commands are run on one."""

import gc
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inboxd.categoryfiles import load_categories
from inboxd.cli import app
from inboxd.commands.init import make_desk
from inboxd.config import load_config
from inboxd.knowledge.articles import load_articles
from inboxd.rulefiles import load_rules
from inboxd.rulefiles_examples import load_examples
from inboxd.templating import Templates

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("README*.md"), ROOT / "kb" / "README.md", *(ROOT / "docs").glob("*.md")])
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
MAIL = "From: Carla <carla@example.org>\nTo: support@acme.test\nSubject: Export\nMessage-ID: <{}@x.test>\n\nHow do I export?\n"
# What needs a server, a network or another desk is run by tests of its own; each of them names what it runs.
ELSEWHERE = {
    "run": "tests/journeys/test_processes.py",
    "migrate-store": "tests/store/test_move.py",
    "login": "tests/commands/test_login.py",
    "doctor": "tests/commands/test_doctor.py",
    "kb tune": "tests/knowledge/test_tune.py",
    "kb eval": "tests/knowledge/test_evaluate.py",
}
# Documents whose commands a test of the same subject follows from the first to the last.
FOLLOWED = {
    "moving-in-and-out.md": "tests/test_moving_document.py",
    "deploying.md": "tests/test_deploy*.py",
    "encryption.md": "tests/test_deploy*.py",
}


def blocks(*kinds: str) -> Iterator[tuple[Path, str]]:
    """Yield document and text of every code block of these kinds."""
    for document in DOCUMENTS:
        for kind, text in _BLOCK.findall(document.read_text("utf-8")):
            if kind in kinds:
                yield document, text


def named(*kinds: str) -> list[object]:
    """Return the blocks as parameters of a test, called by their document and first line."""
    return [pytest.param(text, id=f"{document.name}-{text[:30]!r}") for document, text in blocks(*kinds)]


def load_toml(text: str, folder: Path) -> str:
    """Load a block as the file it belongs in; return which that is. Raises what the desk would tell its operator."""
    tables = tomllib.loads(text)
    for name in ("rules", "kb"):
        (folder / name).mkdir()
    rules = folder / "rules"
    if "rule" in tables:
        (rules / "10-shown.toml").write_text(text, encoding="utf-8")
        load_rules(rules)
        return "rules"
    if "category" in tables:
        (rules / "categories.toml").write_text(text, encoding="utf-8")
        load_categories(rules)
        return "categories"
    if "mail" in tables:
        place = rules / "examples" / "10-shown"
        place.mkdir(parents=True)
        (rules / "10-shown.toml").write_text("", encoding="utf-8")
        (place / "expect.toml").write_text(text, encoding="utf-8")
        (place / "refund.eml").write_text(MAIL.format(1), encoding="utf-8")
        load_examples(rules)
        return "examples"
    (folder / "config.toml").write_text(text, encoding="utf-8")
    load_config(folder / "config.toml")
    return "config"


@pytest.mark.parametrize("text", named("toml"))
def test_every_toml_block_is_a_file_the_desk_loads(text: str, tmp_path: Path) -> None:
    """Rules, categories, expectations and configuration: each stands as it is shown."""
    assert load_toml(text, tmp_path)


def test_wrong_toml_would_be_found(tmp_path: Path) -> None:
    """The check above refuses a key that is not there."""
    with pytest.raises(Exception, match="unknown"):
        load_toml("[desk]\nnome = 'x'\n", tmp_path)


@pytest.mark.parametrize("text", named("markdown"))
def test_every_markdown_block_is_an_article_or_a_template(text: str, tmp_path: Path) -> None:
    """What is shown as a file of kb/ or rules/templates/ is one without a mistake."""
    if text.startswith("---\n"):
        (tmp_path / "shown.md").write_text(text, encoding="utf-8")
        found, problems = load_articles(tmp_path)
        assert ([one.slug for one in found], problems) == (["shown"], ())
    else:
        (tmp_path / "acknowledgement.md").write_text(text, encoding="utf-8")
        assert Templates.load(tmp_path).names()


@pytest.mark.parametrize("text", named("json"))
def test_every_json_block_is_json(text: str) -> None:
    """One document, or one on each line."""
    try:
        json.loads(text)
    except json.JSONDecodeError:
        assert [json.loads(line) for line in text.splitlines()]


def shown_commands(document: Path) -> list[list[str]]:
    """Return the `inboxd …` lines of a document's shell blocks as words, without -c FILE; other lines are output."""
    found = []
    for kind, text in _BLOCK.findall(document.read_text("utf-8")):
        for line in text.splitlines() if kind == "sh" else ():
            words = shlex.split(line, comments=True)
            if words and words[0].endswith("inboxd"):
                found.append(words[3:] if words[1] in {"-c", "--config"} else words[1:])
    return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """A desk as `inboxd init` makes it with a customer who wrote; what runs a command line on it."""
    folder = tmp_path / "desk"
    make_desk(folder)
    # Without the model commands take no seconds; what it finds is measured elsewhere.
    for article in (folder / "kb").glob("*.md"):
        article.unlink()
    monkeypatch.chdir(folder)
    people = ("carla@example.org", "carla@home.example.org", "carla@acme.example")
    mails = [tmp_path / f"{person}.eml" for person in people]
    for number, (person, file) in enumerate(zip(people, mails, strict=True)):
        file.write_text(MAIL.format(number).replace(people[0], person), encoding="utf-8")

    def run(words: list[str]) -> None:
        words = [
            word.replace("/backups/", f"{tmp_path}/").replace("../desk", f"{tmp_path}/new") for word in words
        ]
        if words[0] == "restore":  # on another machine, where nothing is yet
            for file in Path("var").glob("inboxd.db*"):
                file.unlink()
        result = CliRunner().invoke(app, words, input="y\n")
        gc.collect()  # a connection of the last command would hold the file against `restore`
        assert result.exit_code == 0, (words, result.output, result.exception)

    run(["accept", *map(str, mails)])
    run(["run", "--until-idle"])
    return run


@pytest.mark.parametrize(
    "document",
    [one for one in DOCUMENTS if shown_commands(one) and one.name not in FOLLOWED],
    ids=lambda one: one.name,
)
def test_every_command_shown_runs(document: Path, desk: Callable[[list[str]], None]) -> None:
    """From the first to the last as they stand, or a test of its own runs that command."""
    for words in shown_commands(document):
        test = ELSEWHERE.get(" ".join(words[:2])) or ELSEWHERE.get(words[0])
        if test is None:
            desk(words)
        else:
            assert (ROOT / test).is_file(), words


def test_followed_documents_have_their_tests() -> None:
    """What is left out here is followed by tests of the same subject."""
    assert [pattern for pattern in FOLLOWED.values() if not list(ROOT.glob(pattern))] == []


def test_the_chinese_readme_shows_the_same() -> None:
    """Commands, configuration, pictures and the documents it leads to are those of the English one."""
    english, chinese = (ROOT / name for name in ("README.md", "README.zh.md"))
    for kind in ("sh", "toml"):
        shown = [
            [re.sub(r"\s+#.*", "", line) for text in texts for line in text.splitlines()]
            for texts in (
                [text for where, text in blocks(kind) if where == one] for one in (english, chinese)
            )
        ]
        assert shown[0] == shown[1]
    links = [
        set(re.findall(r'(?:\]\(|src=")([^)"#]+)', one.read_text("utf-8"))) for one in (english, chinese)
    ]
    assert links[0] ^ links[1] == {"README.md", "README.zh.md"}
