"""The index of a desk, from what is kept: the whole of it, else the vectors of what did not change, else computed."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine

from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import Index, build_index, vector_hashes
from inboxd.knowledge.index_cache import IndexCache
from inboxd.knowledge.shelf import Learnt
from inboxd.store import passages
from inboxd.store.engine import read, write


def assemble(
    engine: Engine,
    cache: IndexCache,
    articles: Sequence[Article],
    embedder: Embedder | None,
    learnt: Sequence[Learnt],
) -> Index:
    """Return the index of a desk's articles and evidence, and keep it for the next start."""
    kept = cache.load(articles, embedder, learnt)
    if kept is not None:
        return kept
    return cache.keep(compute(engine, articles, embedder, learnt), learnt)


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
