from pathlib import Path

import pytest

from inboxd.errors import ConfigError
from inboxd.templating import Templates


def folder(path: Path, **files: str) -> Path:
    """Write the files (``__`` for a dot) and return their folder."""
    for name, text in files.items():
        (path / f"{name.replace('__', '.')}.md").write_text(text, encoding="utf-8")
    return path


def problems_of(path: Path) -> list[tuple[str, int]]:
    """Return file name and line of every problem of an override, which must be refused."""
    with pytest.raises(ConfigError) as caught:
        Templates.load(path)
    return [(Path(problem.file).name, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Subject: x\n\nHello\n{{ custmer.name }}", 4, "'custmer' is undefined"),
        ("Subject: x\n\nHello {{ customer.nam }}", 3, "no attribute 'nam'"),
        ("Subject: {{ nothing }}\n\nHello", 1, "'nothing' is undefined"),
        ("Subject: x\n\n{% if %}\nHello", 3, "template syntax"),
        ("Subject: x\n\n\n{{ customer.name | nofilter }}", 4, "nofilter"),
        ("Subject: x\n\n{{ 1 / 0 }}", 3, "ZeroDivisionError"),
        ("Subject: x\n\n{% include 'none.md' %}", 3, "no piece 'none.md'"),
        ("Subject: x\n\n{{ article.title }}", 3, "may be absent"),
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}", 3, "not allowed"),
        ("Subject: x\n\n{% for i in range(10000000) %}x{% endfor %}", 3, "Range too big"),
        ("Subject: x\nLayout: fancy\n\nHello", 2, "letter, card"),
        ("Subject: x\nSubject: y\n\nHello", 2, "twice"),
        ("Hello\n\nSubject: x", 1, "expected 'Subject:"),
        ("Layout: card\n\nHello", 1, "no 'Subject:"),
        ("", 1, "expected 'Subject:"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """A broken override is refused as a whole, with the line and what to do."""
    folder(tmp_path, acknowledgement=text)
    with pytest.raises(ConfigError) as caught:
        Templates.load(tmp_path)
    problem = caught.value.problems[0]
    assert (Path(problem.file).name, problem.line) == ("acknowledgement.md", line)
    assert words in problem.message


def test_mistakes_in_an_included_piece_name_the_piece(tmp_path: Path) -> None:
    """The problem is where the wrong word stands, not where it is included."""
    folder(tmp_path, survey="Subject: x\n\n{% include '_sign.md' %}", _sign="a\n{{ wrong }}")
    assert problems_of(tmp_path) == [("_sign.md", 2)]


def test_files_that_are_no_templates_are_told(tmp_path: Path) -> None:
    """Wrong names, a near miss of a shipped name and bytes that are not UTF-8 are problems, a folder is not."""
    folder(tmp_path, acknowledgment="Subject: x\n\nHello")
    (tmp_path / "Notes.txt").write_text("x")
    (tmp_path / "relay.md").write_bytes(b"Subject: x\n\nSch\xf6n")
    (tmp_path / "examples").mkdir()
    assert sorted(problems_of(tmp_path)) == [("Notes.txt", 1), ("acknowledgment.md", 1), ("relay.md", 3)]


def test_mistakes_in_the_layout_are_told(tmp_path: Path) -> None:
    """A broken layout.html is a problem of that file, once."""
    (tmp_path / "layout.html").write_text("<html>\n{{ nothing }}</html>")
    assert problems_of(tmp_path) == [("layout.html", 2)]
