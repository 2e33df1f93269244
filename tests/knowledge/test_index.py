from dataclasses import replace
from typing import Any

import numpy as np

from inboxd.knowledge.articles import Article, Passage
from inboxd.knowledge.index import build_index, content_hash, needs_model, vector_hashes
from inboxd.knowledge.match import match
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.space import Script

ZH = Article(
    "dianchi",
    "更换电池的方法",
    (),
    (),
    (),
    "zh",
    True,
    (Passage("", "打开后盖"),),
    "打开后盖",
    "kb/dianchi.md",
    "0",
)


def test_only_what_changed_is_embedded_again(articles: tuple[Article, ...], embedder: Any) -> None:
    """Stored vectors are used; a changed question costs one text."""
    first = build_index(articles, embedder)
    assert set(first.new_vectors) == set(vector_hashes(articles))
    embedder.texts.clear()
    again = build_index(articles, embedder, first.new_vectors)
    assert not embedder.texts
    assert not again.new_vectors
    changed = (*articles[:-1], replace(articles[-1], questions=("Is anybody there at night?",)))
    third = build_index(changed, embedder, first.new_vectors)
    assert embedder.texts == ["Is anybody there at night?"]
    assert set(third.new_vectors) == {content_hash("Is anybody there at night?")}


def test_without_articles_nothing_is_needed() -> None:
    """An empty desk has an index that matches nothing, and no model."""
    index = build_index((), None)
    assert not needs_model(())
    assert not match(index, "x", "How do I pay?", "en", 0.03).matches


def test_a_chinese_desk_needs_no_model() -> None:
    """Spelling is all that is compared there."""
    assert not needs_model((ZH,))
    assert build_index((ZH,), None).shelves[0].script is Script.CJK


def test_a_mixed_desk_has_a_shelf_per_script(articles: tuple[Article, ...], embedder: Any) -> None:
    """Each article is compared the way its language is best compared."""
    index = build_index((*articles, ZH), embedder)
    assert {shelf.script for shelf in index.shelves} == {Script.ENGLISH, Script.CJK}
    assert index.article("dianchi") is ZH
    assert index.model == "words"


def test_learnt_mails_are_phrasings_and_strangers(articles: tuple[Article, ...], embedder: Any) -> None:
    """What was answered once is known afterwards; what no article answered is known as foreign."""
    said = "the thingamajig vanished from the whatsit"
    before = match(build_index(articles, embedder), "", said, "en", 0.03).matches[0]
    learnt = (Learnt(said, "export-data"), Learnt("do you sell bicycles", None))
    index = build_index(articles, embedder, {}, learnt)
    after = match(index, "", said, "en", 0.03).matches[0]
    assert after.article == "export-data"
    assert after.confidence > before.confidence
    assert "do you sell bicycles" in index.shelves[0].strangers


def test_the_same_articles_always_give_the_same_index(articles: tuple[Article, ...], embedder: Any) -> None:
    """Nothing is left to chance: a restart changes no answer."""
    one, two = build_index(articles, embedder), build_index(articles, embedder)
    assert np.array_equal(one.shelves[0].own.chances, two.shelves[0].own.chances)
    assert one.shelves[0].platt == two.shelves[0].platt
