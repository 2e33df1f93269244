"""Every file shown in README and docs/ is loaded as the desk would load it."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from shown import DOCUMENTS, ROOT, all_blocks, blocks

from inboxd.categoryfiles import load_categories
from inboxd.config import load_config
from inboxd.core.customer_file import read_customer_file
from inboxd.core.parse import parse
from inboxd.knowledge.articles import load_articles
from inboxd.rulefiles import load_rules
from inboxd.rulefiles_examples import load_examples
from inboxd.templating import Templates

MAIL = "From: Carla <carla@example.org>\nTo: support@acme.test\nSubject: Export\nMessage-ID: <{}@x.test>\n\nHow do I export?\n"
TOLD = '[[rule]]\nname = "all"\nwhy = "to be seen"\non = ["ticket.created"]\nthen.notify = []\n'
# What checks each kind of block: a new kind needs a new check.
KINDS = {
    "sh": "tests/test_document_shell.py",
    "toml": "tests/test_document_examples.py::test_every_toml_block_is_a_file_the_desk_loads",
    "markdown": "tests/test_document_examples.py::test_every_markdown_block_is_an_article_or_a_template",
    "json": "tests/test_document_examples.py::test_every_json_block_is_json",
    "csv": "tests/test_document_examples.py::test_every_csv_block_is_a_file_of_customers",
    "yaml": "tests/test_document_examples.py::test_every_yaml_block_is_one_for_prometheus",
    "text": "tests/test_document_examples.py::test_every_text_block_is_a_mail",
    "js": "tests/test_document_examples.py::test_the_script_for_a_form_writes_what_is_read",
}
# Blocks of no kind: how each begins, and what checks it.
UNNAMED = {
    "15 3 * * *": "tests/test_document_shell.py::test_the_backup_of_every_night_runs",
    " arrive ": "tests/test_documents.py::test_the_journey_drawn_has_the_words_of_the_program",
}


def named(*kinds: str) -> list[object]:
    """Return the blocks as parameters of a test, called by their document and line."""
    return [pytest.param(block.text, id=block.where) for block in all_blocks(*kinds)]


def test_every_block_is_checked() -> None:
    """Each block of code in a document is of a kind that a test checks, and that test exists."""
    found = [block for document in DOCUMENTS for block in blocks(document)]

    assert {block.kind for block in found} - {""} == KINDS.keys()
    for begins in UNNAMED:
        assert any(block.text.startswith(begins) for block in found)
    assert [one.where for one in found if not one.kind and not one.text.startswith(tuple(UNNAMED))] == []
    for check in (*KINDS.values(), *UNNAMED.values()):
        file, _, name = check.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text("utf-8") or not name


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


@pytest.mark.parametrize("text", named("csv"))
def test_every_csv_block_is_a_file_of_customers(text: str) -> None:
    """What is shown as customers.csv is one without a mistake, and each of its lines is somebody."""
    said = read_customer_file(text, "customers.csv")

    assert (said.problems, len(said.listings)) == ((), len(text.splitlines()) - 1)


@pytest.mark.parametrize("text", named("yaml"))
def test_every_yaml_block_is_one_for_prometheus(text: str, tmp_path: Path) -> None:
    """It asks the address at which the desk of the same document tells its figures."""
    (job,) = yaml.safe_load(text)["scrape_configs"]
    metrics = next(one.text for one in blocks(ROOT / "docs" / "monitoring.md") if one.kind == "toml")
    (tmp_path / "config.toml").write_text(metrics, encoding="utf-8")
    place = load_config(tmp_path / "config.toml").metrics

    assert place is not None
    assert job["static_configs"] == [{"targets": [f"{place.host}:{place.port}"]}]


@pytest.mark.parametrize("text", named("text"))
def test_every_text_block_is_a_mail(text: str) -> None:
    """It has a sender, a recipient, a subject and words, and no defect."""
    mail = parse(text.encode())

    assert all((mail.from_.addr_spec, mail.to, mail.subject, mail.text.strip()))
    assert mail.defects == ()


def test_the_script_for_a_form_writes_what_is_read(lite_stage: Any, tmp_path: Path) -> None:
    """A mail as the script writes it, from the account named below it, is his who answered the form, in his words."""
    pieces = list(blocks(ROOT / "docs" / "other-channels.md"))
    (number,) = [number for number, one in enumerate(pieces) if one.kind == "js"]
    script, form = pieces[number].text, pieces[number + 1].text
    config = tmp_path / "config.toml"
    config.write_text(form, encoding="utf-8")
    for folder in ("rules", "kb"):
        (tmp_path / folder).mkdir()
    lite_stage.rules(TOLD)
    lite_stage.configure(
        intake=replace(lite_stage.desk.config.intake, forms=load_config(config).intake.forms)
    )
    assert "`${one.getItem().getTitle()}: ${one.getResponse()}`" in script
    assert 'said.join("\\n\\n"),\n                     replyTo: event.response.getRespondentEmail()' in script
    (to, subject), (sender,) = (
        re.search(r'to: "(.*?)", subject: "(.*?)"', script).groups(),  # type: ignore[union-attr]
        re.search(r'sender = "(.*?)"', form).groups(),  # type: ignore[union-attr]
    )

    lite_stage.take(
        f"From: {sender}\nReply-To: carla@customer.test\nTo: {to}\nSubject: {subject}\nMessage-ID: <1@x.test>\n\n"
        "Your name: Carla Reyes\n\nYour question: How do I export?\n".encode()
    )

    (told, *_) = lite_stage.written("notification")
    assert "> How do I export?" in told.mail.text
    assert "carla@customer.test" in told.mail.text
    assert "Your question" not in told.mail.text


def test_the_chinese_readme_shows_the_same() -> None:
    """Commands, configuration, pictures and the documents it leads to are those of the English one."""
    english, chinese = (ROOT / name for name in ("README.md", "README.zh.md"))
    for kind in ("sh", "toml"):
        shown = [
            [
                re.sub(r"\s+#.*", "", line)
                for one in blocks(document)
                if one.kind == kind
                for line in one.text.splitlines()
            ]
            for document in (english, chinese)
        ]
        assert shown[0] == shown[1]
    links = [
        set(re.findall(r'(?:\]\(|src=")([^)"#]+)', one.read_text("utf-8"))) for one in (english, chinese)
    ]
    assert links[0] ^ links[1] == {"README.md", "README.zh.md"}
