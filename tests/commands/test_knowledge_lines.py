import json
from pathlib import Path

import pytest

from inboxd.commands.knowledge_lines import read_labelled
from inboxd.errors import ConfigError


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    """No JSON, no object, a missing or empty article, a wrong type, no UTF-8: each is told with its line, all at once."""
    file = tmp_path / "q.jsonl"
    file.write_bytes(
        b'{"text": "fine", "article": null}\n\nnonsense\n["a"]\n{"text": "x"}\n{"text": "x", "article": ""}\n'
        b'{"text": 5, "article": null}\n{"text": "caf\xe9", "article": null}\n'
        b'{"text": "x", "article": "a", "also": "b"}\n'
    )
    with pytest.raises(ConfigError) as caught:
        read_labelled(file)
    problems = caught.value.problems
    assert [one.line for one in problems] == [3, 4, 5, 6, 7, 8, 9]
    assert problems[1].message == 'no object {"text": …, "article": … or null}'
    assert problems[2].message == "article: Field required"
    assert "UTF-8" in problems[5].message


def test_files_of_other_editors_are_read(tmp_path: Path) -> None:
    """A byte order mark, CRLF and separators of Unicode within a mail's text break no line."""
    file = tmp_path / "q.jsonl"
    mail = {"text": "one\u2028two\x85three\x0cfour", "article": "export", "also": ["import"]}
    lines = (
        json.dumps(mail, ensure_ascii=False),
        '{"text": "x", "article": null, "subject": null, "also": null}',
    )
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    found = read_labelled(file)
    assert found.lines[0].text == mail["text"]
    assert (len(found.lines), found.numbers, found.questions[0].right) == (2, (1, 2), {"export", "import"})


def test_articles_there_are_not_have_a_line(tmp_path: Path) -> None:
    """A slug that was mistyped is found where it stands, as the right one or as a further one."""
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"text": "x", "article": "exprot"}\n\n{"text": "x", "article": "export", "also": ["improt"]}\n',
        encoding="utf-8",
    )
    found = read_labelled(file).unknown_articles({"export", "import"})
    assert [(one.line, one.message) for one in found] == [
        (1, "there is no article exprot"),
        (3, "there is no article improt"),
    ]
