"""The knowledge base over a store: what is learnt, demoted and tuned changes what it answers."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxd.core.outcome import Learnt
from inboxd.core.standing import Standing
from inboxd.knowledge import embed as embed_module
from inboxd.knowledge.base import KnowledgeBase
from inboxd.store import learnt, standings, tuned
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
ASKED = {
    "refund-policy": ("Getting a refund", "How do I get a refund?", "I want a refund for my order"),
    "reset-password": ("Resetting a password", "I forgot my password", "How can I reset my password?"),
    "invoice-copy": ("A copy of an invoice", "Please send me the invoice again", "Where is the invoice?"),
    "export-data": ("Exporting data", "Where is the export of all data?", "Is there a data export as CSV?"),
}


@pytest.fixture
def base(
    lite_engine: Engine, tmp_path: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> KnowledgeBase:
    """A loaded knowledge base of four articles, matched by their words."""
    monkeypatch.setattr(embed_module, "load_embedder", lambda _model: embedder)
    folder = tmp_path / "kb"
    folder.mkdir()
    for slug, (title, *questions) in ASKED.items():
        lines = "\n".join(f"  - {one}" for one in questions)
        (folder / f"{slug}.md").write_text(
            f"---\ntitle: {title}\nquestions:\n{lines}\n---\nWhat to do.\n", encoding="utf-8"
        )
    made = KnowledgeBase(folder, "words", 0.03, lite_engine)
    assert made.load() == ()
    return made


def best(base: KnowledgeBase, text: str) -> Any:
    """Return the best match."""
    matches = base.match("", text, "en")
    assert isinstance(matches, tuple)
    return next(iter(matches), None)


def test_fresh_evidence_counts_once_it_is_learnt(base: KnowledgeBase, lite_engine: Engine) -> None:
    """A mail that was answered is no phrasing before the knowledge base has learnt it, and one afterwards."""
    said = "My gadget makes a whistling noise"
    before = best(base, said)
    assert base.learn(NOW) is None
    with write(lite_engine) as connection:
        learnt.add(connection, Learnt("export-data", said, "#kb"), NOW, masked=True)
    lesson = base.learn(NOW)
    assert lesson is not None
    assert lesson.adopted
    with read(lite_engine) as connection:
        assert [one.adopted for one in learnt.list_stored(connection)] == [True]
    after = best(base, said)
    assert after.article == "export-data"
    assert before is None or after.score > before.score
    assert base.learn(NOW) is None


def test_what_is_not_masked_is_not_learnt(base: KnowledgeBase, lite_engine: Engine) -> None:
    """A mail with its customer's data still in it is never matched with."""
    with write(lite_engine) as connection:
        learnt.add(connection, Learnt("export-data", "I am Carla", "#kb"), NOW)
    assert base.learn(NOW) is None


def test_a_demoted_article_is_not_sure_until_it_is_edited(base: KnowledgeBase, lite_engine: Engine) -> None:
    """A demoted article is withheld and shown to no customer; its next version is another article."""
    revision = base.articles["reset-password"].revision
    with write(lite_engine) as connection:
        demoted = Standing(revision, NOW, answers=10, complaints=3, demoted_at=NOW)
        standings.save_all(connection, {"reset-password": demoted}, NOW)
    match = best(base, "How can I reset my password?")
    assert (match.article, match.sure) == ("reset-password", False)
    assert "3 complaints about 10" in match.withheld
    assert not [view for view in base.suggestions((match,)) if view.slug == "reset-password"]

    file = Path(base.articles["reset-password"].file)
    file.write_text(file.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    base.load()
    assert best(base, "How can I reset my password?").withheld == ""


def test_an_article_only_for_the_operator_is_shown_to_no_customer(base: KnowledgeBase) -> None:
    """``auto_reply: false`` keeps an article out of answers and out of acknowledgements alike."""
    file = Path(base.articles["refund-policy"].file)
    file.write_text(
        file.read_text(encoding="utf-8").replace("questions:", "auto_reply: false\nquestions:"),
        encoding="utf-8",
    )
    base.load()
    match = best(base, "How do I get a refund?")
    assert (match.article, match.sure) == ("refund-policy", False)
    assert not [view for view in base.suggestions((match,)) if view.slug == "refund-policy"]
    assert base.article_view("refund-policy") is not None


def test_several_articles_make_one_answer(base: KnowledgeBase) -> None:
    """An answer of two articles has both texts, each under its title."""
    view = base.article_view("refund-policy+invoice-copy")
    assert view is not None
    assert view.title == "Getting a refund · A copy of an invoice"
    assert (view.several, view.body.count("What to do.")) == (True, 2)
    assert base.article_view("refund-policy+gone") is None


def test_the_tuned_model_is_used_until_it_is_gone(
    base: KnowledgeBase, lite_engine: Engine, tmp_path: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model tuned from the configured one is loaded in its place; when its folder is gone, the configured one."""
    loaded: list[str] = []

    def load(model: str) -> Any:
        loaded.append(model)
        return embedder

    monkeypatch.setattr(embed_module, "load_embedder", load)
    folder = tmp_path / "tuned"
    folder.mkdir()
    with write(lite_engine) as connection:
        tuned.save(connection, "words", str(folder), NOW)
    base.load()
    base.load()
    folder.rmdir()
    base.load()
    assert loaded == [str(folder), "words"]


def test_mails_seen_since_move_the_threshold(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once enough tickets have come their mails are looked at, and not again before as many more have."""
    mails = [("", f"Where is the invoice of order {number}?") for number in range(30)]
    assert not base.look_again()
    monkeypatch.setattr("inboxd.store.asked.looked_through", lambda _connection: 50)
    monkeypatch.setattr("inboxd.store.asked.list_first_mails", lambda _connection: mails)
    assert base.look_again()
    assert not base.look_again()
    assert base.index is not None
    (shelf,) = base.index.shelves
    assert len(shelf.own.seen.odds) == len(mails)
