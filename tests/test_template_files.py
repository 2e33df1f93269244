import dataclasses
import re
from pathlib import Path

from inboxd.core import views
from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.template_files import SHIPPED_FOLDER, read_folder


def test_head_and_body_are_taken_apart_with_their_lines(tmp_path: Path) -> None:
    """Each field knows its line, and the body the line it begins on, for messages that point there."""
    (tmp_path / "survey.zh-tw.md").write_text(
        "Layout: card\r\nSubject: a: b\r\n\r\nHello\r\n", encoding="utf-8"
    )
    template = read_folder(tmp_path, "en", shipped=False).templates[0]
    assert (template.name, template.language, template.layout) == ("survey", "zh-tw", "card")
    assert (template.subject.value, template.subject.line) == ("a: b", 2)
    assert (template.body, template.body_line) == ("Hello\n", 4)


def test_a_plain_name_is_in_the_folders_language(tmp_path: Path) -> None:
    """``name.md`` of an override is in the desk's language."""
    (tmp_path / "survey.md").write_text("Subject: x\n\nHallo")
    assert read_folder(tmp_path, "de", shipped=False).templates[0].language == "de"


def test_hidden_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    """Editors' leftovers and folders are neither templates nor mistakes; a missing folder is an empty one."""
    (tmp_path / ".survey.md.swp").write_bytes(b"\xff")
    (tmp_path / "old.md").mkdir()
    assert read_folder(tmp_path, "en", shipped=False) == read_folder(tmp_path / "none", "en", shipped=False)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """Nothing of more than 200 kB is a template."""
    (tmp_path / "survey.md").write_text("Subject: x\n\n" + "x" * 200_000)
    problems = read_folder(tmp_path, "en", shipped=False).problems
    assert [problem.message for problem in problems] == ["is larger than 200 kB"]


def test_every_shipped_template_is_there_in_its_languages() -> None:
    """No shipped mail lacks its Chinese or its English, and none that a customer gets any of six."""
    folder = read_folder(SHIPPED_FOLDER, "en", shipped=True)
    languages = {
        language: {one.name for one in folder.templates if one.language == language}
        for language in ("en", "zh", "zh-hant", "de", "fr", "es")
    }
    assert not folder.problems
    assert languages["en"] == languages["zh"]
    assert languages["de"] == languages["fr"] == languages["es"] == languages["zh-hant"]
    assert languages["de"] == languages["en"] - {
        "alarm",
        "chase",
        "chase_list",
        "digest",
        "notification",
        "result",
    }
    assert len(folder.templates) == sum(map(len, languages.values()))
    pieces = {name for name, _, _ in folder.pieces if name.endswith(".md")}
    assert {name.replace(".zh", "") for name in pieces if ".zh" in name} == {
        name for name in pieces if ".zh" not in name
    }


def test_the_documentation_names_every_field_and_filter() -> None:
    """docs/templates.md lists each template, every field of every context and every filter."""
    page = (Path(__file__).parents[1] / "docs" / "templates.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in TEMPLATE_VIEWS)
    view_types = [value for value in vars(views).values() if dataclasses.is_dataclass(value)]
    fields = {field.name for view_type in view_types for field in dataclasses.fields(view_type)}
    assert not [name for name in sorted(fields) if not re.search(rf"`(?:\w*\.)?{name}`", page)]
    used = set(
        re.findall(r"\| (\w+)", "".join(path.read_text(encoding="utf-8") for path in _shipped_files()))
    )
    own = used - {"length", "list", "selectattr", "rejectattr", "join", "capitalize", "string", "trim"}
    assert not [name for name in sorted(own) if f"`{name}`" not in page]


def _shipped_files() -> list[Path]:
    return sorted((Path(__file__).parents[1] / "inboxd" / "templates").glob("*.md"))
