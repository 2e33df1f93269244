from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.frozen_files import DOCUMENT
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.index_cache import IndexCache
from inboxd.knowledge.match import match
from inboxd.knowledge.seen_mails import look_at
from inboxd.knowledge.shelf import Learnt


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexCache:
    """Return a cache that is a folder of its own."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    return IndexCache("a desk")


def found(index: Index | None) -> object:
    assert index is not None
    return match(index, "Question", "I forgot my password. Where is the invoice?", "en", 0.03)


def test_a_kept_index_answers_as_the_built_one(
    cache: IndexCache, index: Index, articles: Sequence[Article], embedder: Embedder
) -> None:
    """What was built comes back without being built, and gives the same answers to the last digit."""
    assert cache.load(articles, embedder, ()) is None
    kept = cache.keep(index, ())
    assert found(kept) == found(index)
    assert found(cache.load(articles, embedder, ())) == found(index)


def test_any_change_is_another_index(
    cache: IndexCache, index: Index, articles: Sequence[Article], embedder: Embedder
) -> None:
    """Another question, evidence or model: the kept index is not taken."""
    cache.keep(index, ())
    changed = (replace(articles[0], questions=("Something else?",)), *articles[1:])
    assert cache.load(changed, embedder, ()) is None
    assert cache.load(articles, embedder, (Learnt("a mail", "refund-policy"),)) is None
    assert cache.load(articles, None, ()) is None
    assert cache.load(articles[1:], embedder, ()) is None


def test_what_an_article_only_says_need_not_be_computed_again(
    cache: IndexCache, index: Index, articles: Sequence[Article], embedder: Embedder
) -> None:
    """An article that may not be sent any more is live at once, in an index that is kept."""
    cache.keep(index, ())
    changed = tuple(replace(one, auto_reply=False) for one in articles)
    kept = cache.load(changed, embedder, ())
    assert kept is not None
    assert not any(one.auto_reply for shelf in kept.shelves for one in shelf.articles)


def test_one_index_per_desk_is_kept(
    cache: IndexCache, tmp_path: Path, articles: Sequence[Article], embedder: Embedder
) -> None:
    """A newer one takes its place: erased words do not live on in an old one; other desks keep theirs."""
    index = build_index(articles, embedder)
    IndexCache("another desk").keep(index, ())
    cache.keep(index, ())
    cache.keep(build_index(articles, embedder, {}, (learnt := Learnt("my words", None),)), (learnt,))
    assert cache.load(articles, embedder, ()) is None
    assert cache.load(articles, embedder, (learnt,)) is not None
    assert IndexCache("another desk").load(articles, embedder, ()) is not None
    desks = list((tmp_path / "indexes").iterdir())
    assert [len(list(desk.iterdir())) for desk in desks] == [1, 1]
    assert all(desk.stat().st_mode & 0o077 == 0 for desk in desks)


def test_a_broken_one_is_built_again(
    cache: IndexCache, tmp_path: Path, index: Index, articles: Sequence[Article], embedder: Embedder
) -> None:
    """Files that somebody damaged are no index and no exception."""
    cache.keep(index, ())
    for document in tmp_path.rglob(DOCUMENT):
        document.write_text("[[[], {", "ascii")
    assert cache.load(articles, embedder, ()) is None
    cache.keep(index, ())
    assert found(cache.load(articles, embedder, ())) == found(index)


def test_without_a_place_the_index_is_used_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, index: Index
) -> None:
    """A disk that cannot be written costs time at the next start, and nothing else."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path / "file"))
    assert IndexCache("a desk").keep(index, ()) is index


def test_mails_seen_since_do_not_hold_up_a_start(
    cache: IndexCache, index: Index, articles: Sequence[Article], embedder: Embedder
) -> None:
    """The kept index is taken whatever mails it has seen, unless it must be these; one of newer mails takes its place."""
    first, later = [("", "Where is the invoice?")], [("", "I forgot my password")]
    cache.keep(look_at(index, first), (), first)
    assert cache.load(articles, embedder, (), later) is None
    assert cache.load(articles, embedder, (), first) is not None
    assert cache.load(articles, embedder, ()) is not None
    cache.keep(look_at(index, later), (), later)
    assert cache.load(articles, embedder, (), first) is None
    kept = cache.load(articles, embedder, ())
    assert kept is not None
    assert [len(shelf.own.seen.odds) for shelf in kept.shelves] == [1]
