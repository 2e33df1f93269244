"""The index of a desk, from what is kept: the whole of it, else the vectors of what did not change, else computed."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine

from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import Index, build_index, vector_hashes
from inboxd.knowledge.index_cache import IndexCache
from inboxd.knowledge.seen_mails import Asked, look_at
from inboxd.knowledge.shelf import Learnt
from inboxd.store import passages
from inboxd.store.engine import read, write


def assemble(
    engine: Engine,
    cache: IndexCache,
    articles: Sequence[Article],
    embedder: Embedder | None,
    learnt: Sequence[Learnt],
    asked: Sequence[Asked] = (),
    *,
    latest: bool = False,
) -> Index:
    """Return the index of a desk's articles and evidence, and keep it for the next start.

    ``asked`` are mails whose right answer nobody said: how sure it is of them has a part in the thresholds. An index that
    is kept will do whatever mails it has seen, but where the ``latest`` must be among them: a start takes no time for it.
    """
    kept = cache.load(articles, embedder, learnt, asked if latest else None)
    if kept is not None:
        return kept
    return cache.keep(look_at(compute(engine, articles, embedder, learnt), asked), learnt, asked)


def compute(
    engine: Engine, articles: Sequence[Article], embedder: Embedder | None, learnt: Sequence[Learnt]
) -> Index:
    """Return an index that is nobody's last one (a rehearsal); what was embedded for it is stored all the same."""
    if embedder is None:
        return build_index(articles, None, {}, learnt)
    with read(engine) as connection:
        cached = passages.load(connection, embedder.name, vector_hashes(articles, learnt))
    index = build_index(articles, embedder, cached, learnt)
    if index.new_vectors:
        with write(engine) as connection:
            passages.save(connection, index.model, index.new_vectors)
    return replace(index, new_vectors={})
