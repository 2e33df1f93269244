"""``kb learn``, ``kb gaps``, ``kb check --since``, ``kb promote`` and ``kb tune`` as the operator runs them."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxd.commands import knowledge, knowledge_gaps, knowledge_since, knowledge_tune
from inboxd.config import Config
from inboxd.errors import ConfigError, PermanentError
from inboxd.store import learnt, standings
from inboxd.store.engine import read

ARTICLE = """---
title: Exporting data
questions:
  - How do I export my data?
---
Open **Account** and press Export. The file is sent within 10 minutes.
"""


@pytest.fixture
def desk(lite_stage: Any) -> Any:
    """A desk with one article, under git, and the operator's rules of the stage."""
    folder = lite_stage.folder / "desk-kb"
    folder.mkdir()
    (folder / "export-data.md").write_text(ARTICLE, encoding="utf-8")
    git(folder, "init", "-q")
    commit(folder)
    rules = lite_stage.folder / "no-rules"
    rules.mkdir()
    config = lite_stage.desk.config
    lite_stage.configure(kb=replace(config.kb, path=folder), rules=rules)
    return lite_stage


def git(folder: Path, *words: str) -> None:
    """Run git as nobody in particular."""
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@acme.test", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def commit(folder: Path) -> None:
    """Commit all there is."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "articles")


def config_of(stage: Any) -> Config:
    """Return the stage's configuration."""
    config: Config = stage.desk.config
    return config


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return the one JSON document on stdout."""
    return json.loads(capsys.readouterr().out)


def test_answers_from_an_old_text_are_listed(desk: Any, mail: Any, capsys: Any, monkeypatch: Any) -> None:
    """After an article is changed, the automatic answers that quote what is gone are listed, with exit code 1."""
    desk.shelf.knows("export-data")
    view = desk.shelf.article_view("export-data")
    body = ARTICLE.split("---\n")[2]
    monkeypatch.setattr(
        desk.shelf, "article_view", lambda *_: type(view)("export-data", "Export", body, 0.97)
    )
    desk.take(mail())
    assert knowledge_since.check_since(config_of(desk), desk.clock, "HEAD", as_json=True) == 0
    assert printed(capsys) == []

    file = config_of(desk).kb.path / "export-data.md"
    file.write_text(ARTICLE.replace("10 minutes", "a day"), encoding="utf-8")
    assert knowledge_since.check_since(config_of(desk), desk.clock, "HEAD", as_json=True) == 1
    (found,) = printed(capsys)
    assert (found["ticket"], found["article"]) == (1, "export-data")
    assert found["said"] == ["The file is sent within 10 minutes."]


def test_an_unknown_commit_is_said(desk: Any) -> None:
    """A reference git does not know, even one that looks like an option, is an error in words."""
    for ref in ("no-such-ref", "--help"):
        with pytest.raises(PermanentError, match="git knows no"):
            knowledge_since.check_since(config_of(desk), desk.clock, ref, as_json=True)


def test_ten_answers_by_hand_are_drafted(desk: Any, mail: Any, capsys: Any, monkeypatch: Any) -> None:
    """What an operator answers ten times is drafted under kb/drafts/ without a name, once, and loaded by nobody."""
    monkeypatch.setattr(knowledge_gaps, "load_embedder", lambda _model: None)
    for number in range(10):
        desk.take(
            mail(
                f"Hello,\nmy name is Carla Kent, order {50_000 + number}. Do you ship boxes to Norway?\n\nCarla",
                from_=f"Carla Kent <carla@customer{number}.test>",
                subject="Shipping",
            )
        )
        told = next(
            one for one in reversed(desk.written("notification")) if "ada@acme.test" in one.queued.recipients
        )
        answer = "Hi Carla,\n\nwe ship boxes to Norway within 5 days.\n\nBest regards,\nAda"
        desk.reply(told, f"#solved\n\n{answer}")
        desk.clock.advance(minutes=11)
    knowledge_gaps.find_gaps(config_of(desk), desk.clock, 10, as_json=True)
    (gap,) = printed(capsys)
    assert (gap["answers"], gap["written"], gap["tickets"]) == (10, True, list(range(1, 11)))
    text = Path(gap["file"]).read_text(encoding="utf-8")
    assert "ship boxes to Norway within 5 days" in text
    assert not [name for name in ("carla", "kent", "ada", "5000") if name in text.lower()]

    knowledge_gaps.find_gaps(config_of(desk), desk.clock, 10, as_json=True)
    assert [one["written"] for one in printed(capsys)] == [False]
    knowledge_gaps.find_gaps(config_of(desk), desk.clock, 11, as_json=True)
    assert printed(capsys) == []


def test_learning_from_a_file_counts_at_once_and_keeps_no_name(
    desk: Any, capsys: Any, tmp_path: Path
) -> None:
    """Answered mails of a file are adopted as they are read, without what is personal in them."""
    file = tmp_path / "history.jsonl"
    lines = [
        {"text": "Hi, my name is Carla Kent. How do I get a CSV of order 20931?", "article": "export-data"},
        {"text": "Are you hiring?", "article": None},
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    knowledge.learn_file(config_of(desk), desk.clock, file, as_json=True)
    assert printed(capsys) == {"learnt": 2}
    with read(desk.desk.engine) as connection:
        kept = learnt.list_stored(connection)
    assert all(one.adopted and one.masked for one in kept)
    assert not [one for one in kept if "Kent" in one.learnt.text or "20931" in one.learnt.text]


def test_promoting(desk: Any, capsys: Any) -> None:
    """An article that is there is counted anew; one that is not is an error."""
    knowledge_gaps.promote_article(config_of(desk), desk.clock, "export-data")
    with read(desk.desk.engine) as connection:
        assert standings.load_all(connection)["export-data"].since == desk.clock()
    with pytest.raises(PermanentError, match="no article"):
        knowledge_gaps.promote_article(config_of(desk), desk.clock, "nothing")
    assert "by itself again" in capsys.readouterr().out


def test_tuning_a_small_desk_says_why_not(desk: Any, capsys: Any) -> None:
    """With one article nothing is trained, and the reason is said; reverting what never was says so, too."""
    assert knowledge_tune.tune(config_of(desk), desk.clock, revert=False, as_json=True) == 1
    said = printed(capsys)
    assert not said["adopted"]
    assert "too few" in said["why"]
    assert knowledge_tune.tune(config_of(desk), desk.clock, revert=True, as_json=True) == 1
    assert printed(capsys)["reverted"] is False


def test_a_file_learnt_twice_adds_nothing(desk: Any, capsys: Any, tmp_path: Path) -> None:
    """What says nothing is not counted, and reading the same file again keeps every mail once."""
    file = tmp_path / "history.jsonl"
    file.write_text(
        '{"text": "Where is the CSV?", "article": "export-data"}\n{"text": "", "article": null}\n'
    )
    for _ in range(2):
        knowledge.learn_file(config_of(desk), desk.clock, file, as_json=True)
        assert printed(capsys) == {"learnt": 1}
    with read(desk.desk.engine) as connection:
        assert [one.learnt.text for one in learnt.list_stored(connection)] == ["Where is the CSV?"]
    file.write_text('\n{"text": "Where is the CSV?", "article": "exprot"}\n')
    with pytest.raises(ConfigError, match=r"history.jsonl:2: there is no article exprot"):
        knowledge.learn_file(config_of(desk), desk.clock, file, as_json=True)


def test_broken_articles_are_checked_too(desk: Any, capsys: Any) -> None:
    """A file no answer comes from is named beside what makes answers unsure."""
    (config_of(desk).kb.path / "broken.md").write_text("no front matter", encoding="utf-8")
    assert knowledge.check(config_of(desk), desk.clock, as_json=True) == 1
    assert [Path(one["file"]).name for one in printed(capsys)] == ["broken.md"]


def test_searching_where_nothing_is(desk: Any, capsys: Any) -> None:
    """Without an article the command says so, and where it looked; as JSON it is an empty list."""
    (config_of(desk).kb.path / "export-data.md").unlink()
    knowledge.search(config_of(desk), desk.clock, "How do I export?", as_json=False)
    assert capsys.readouterr().out.split() == f"no articles in {config_of(desk).kb.path}".split()
    knowledge.search(config_of(desk), desk.clock, "How do I export?", as_json=True)
    assert printed(capsys) == []


def test_searching_says_why_nothing_is_sent(desk: Any, capsys: Any) -> None:
    """An article that is not sure enough is told with its confidence and the threshold it misses."""
    knowledge.search(config_of(desk), desk.clock, "Do you sell bananas in Lyon?", as_json=False)
    said = capsys.readouterr().out
    assert "export-data: “Do you sell bananas in Lyon?” is like" in said
    assert "Not sent by itself: 0." in said
    assert "is below this desk's threshold of 0." in said


def test_searching_without_a_model_is_an_error(desk: Any, tmp_path: Path) -> None:
    """Where nothing can be matched the command says why; it does not say that nothing fits."""
    config = config_of(desk)
    broken = replace(config, kb=replace(config.kb, model=str(tmp_path)))
    with pytest.raises(PermanentError, match=r"no model\.safetensors"):
        knowledge.search(broken, desk.clock, "How do I export?", as_json=True)
