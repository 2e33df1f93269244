from pathlib import Path

import pytest

from inboxd.knowledge import articles as reading
from inboxd.knowledge.article_cache import load_known_articles

ARTICLE = "---\ntitle: {title}\nquestions: [How?]\n---\nDo {title}.\n\n## More\n\nAnd more.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of two articles, and let what is kept lie beside it."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path / "cache"))
    (tmp_path / "kb").mkdir()
    for title in ("one", "two"):
        (tmp_path / "kb" / f"{title}.md").write_text(ARTICLE.format(title=title), "utf-8")
    return tmp_path / "kb"


def test_what_did_not_change_is_not_parsed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart the articles are the same, and only the file that changed is read as Markdown."""
    before, _ = load_known_articles(folder)
    parsed = []
    original = reading.split_sections
    monkeypatch.setattr(reading, "split_sections", lambda body: parsed.append(body) or original(body))
    assert load_known_articles(folder) == (before, ())
    assert parsed == []
    (folder / "two.md").write_text(ARTICLE.format(title="three"), "utf-8")
    after, _ = load_known_articles(folder)
    assert [one.title for one in after] == ["one", "three"]
    assert after[0] == before[0]
    assert len(parsed) == 1


def test_the_last_good_version_survives_a_restart(folder: Path) -> None:
    """A broken edit is a problem, and the article stays in use (DESIGN 2.8)."""
    before, _ = load_known_articles(folder)
    (folder / "one.md").write_text("---\ntitle: [\n---\n", "utf-8")
    after, problems = load_known_articles(folder)
    assert after == before
    assert [Path(one.file).name for one in problems] == ["one.md"]


def test_a_removed_article_is_gone(folder: Path) -> None:
    """What is kept is no article: the files are."""
    load_known_articles(folder)
    (folder / "one.md").unlink()
    assert [one.slug for one in load_known_articles(folder)[0]] == ["two"]


def test_without_a_place_to_keep_them_they_are_parsed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that cannot be written is no error."""
    monkeypatch.setenv("INBOXD_CACHE", str(folder / "one.md"))
    assert len(load_known_articles(folder)[0]) == 2
