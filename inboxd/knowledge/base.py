"""The knowledge base as the desk asks it: loaded in the background, unknown until it is there, never in the way."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from inboxd.core.facts import UNKNOWN, KbMatch, Unknown
from inboxd.core.ticket import Ticket
from inboxd.core.views import ArticleView
from inboxd.errors import Problem
from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.index import EMPTY, Index, build_index, needs_model, vector_hashes
from inboxd.knowledge.match import match
from inboxd.knowledge.question import read_question
from inboxd.knowledge.shelf import Learnt
from inboxd.store import learnt, passages
from inboxd.store.engine import read, write

SUGGESTED = 3
# Below this a suggestion wastes the reader's time more often than it saves it.
_LEAST_CONFIDENCE = 0.25

_log = logging.getLogger(__name__)


class KnowledgeBase:
    """Articles and the model. ``match`` says UNKNOWN while loading; without articles the model is never loaded.

    ``on_demand``: a command that ends soon loads what it is asked for when it is asked, instead of in the background.
    """

    def __init__(
        self, folder: Path, model: str, max_error_rate: float, engine: Engine, *, on_demand: bool = False
    ) -> None:
        self._folder = folder
        self._model = model
        self._max_error_rate = max_error_rate
        self._engine = engine
        self._on_demand = on_demand
        self._lock = threading.Lock()
        self._articles: dict[str, Article] = {}
        self._index: Index | None = None
        self._embedder: Embedder | None = None

    def load(self) -> tuple[Problem, ...]:
        """Read the articles, embed what is new, and answer from them from now on; return their problems.

        An article that cannot be read keeps its last good version (DESIGN 2.8).
        """
        problems = self.load_articles()
        index = self._build(tuple(self._articles.values()))
        with self._lock:
            self._index = index
        return problems

    def load_articles(self) -> tuple[Problem, ...]:
        """Read the articles without matching anything against them yet; return their problems."""
        articles, problems = load_articles(self._folder, tuple(self._articles.values()))
        with self._lock:
            self._articles = {article.slug: article for article in articles}
        return problems

    def load_or_give_up(self) -> tuple[Problem, ...]:
        """Load, or match nothing from now on: a model that cannot be loaded must not keep mail from its operator.

        Return the problems of the articles, or the one that nothing can be matched.
        """
        try:
            return self.load()
        except Exception as error:  # noqa: BLE001  whatever a model's files or libraries raise
            _log.exception("the knowledge base cannot be loaded", extra={"action": "knowledge_failed"})
            with self._lock:
                self._index = self._index or EMPTY
            return (Problem(str(self._folder), 1, f"nothing is answered by itself: {error}"),)

    def match(self, subject: str, new_text: str, language: str) -> tuple[KbMatch, ...] | Unknown:
        """Return the articles that may answer, best first; UNKNOWN while they are being loaded.

        Only an article with ``auto_reply`` is ever sure, and only when the mail asks one question.
        """
        if self.index is None and self._on_demand:
            self.load_or_give_up()
        index = self.index
        if index is None:
            return UNKNOWN
        found = match(index, subject, new_text, language, self._max_error_rate)
        if found.questions > 1 or not found.matches or self._may_reply(found.matches[0].article):
            return found.matches if found.questions <= 1 else _unsure(found.matches)
        return _unsure(found.matches)

    def suggestions(self, matches: Sequence[KbMatch]) -> tuple[ArticleView, ...]:
        """Return up to three articles worth showing."""
        return tuple(
            _view(self._articles[one.article], one.confidence)
            for one in matches[:SUGGESTED]
            if one.article in self._articles and one.confidence >= _LEAST_CONFIDENCE
        )

    def article_view(self, slug: str, ticket: Ticket | None = None) -> ArticleView | None:
        """Return an article as templates see it, with the confidence the ticket has for it."""
        article = self.articles.get(slug)
        if article is None:
            return None
        confidence = 0.0
        if ticket is not None and slug == ticket.suggested_article:
            confidence = ticket.suggested_confidence or 0.0
        return _view(article, confidence)

    @property
    def articles(self) -> Mapping[str, Article]:
        """Return the articles that are live, by slug."""
        if not self._articles and self._on_demand:
            self.load_articles()
        with self._lock:
            return self._articles

    @property
    def index(self) -> Index | None:
        """Return the index that is live."""
        with self._lock:
            return self._index

    def _may_reply(self, slug: str) -> bool:
        article = self._articles.get(slug)
        return article is not None and article.auto_reply

    def _build(self, articles: tuple[Article, ...]) -> Index:
        if not articles:
            return EMPTY
        with read(self._engine) as connection:
            evidence = tuple(
                Learnt(
                    text=read_question("", one.text).whole or one.text,
                    article=one.article if one.right else None,
                )
                for one in learnt.list_all(connection)
            )
        if not needs_model(articles):
            return build_index(articles, None, {}, evidence)
        if self._embedder is None:
            self._embedder = load_embedder(self._model)
        with read(self._engine) as connection:
            cached = passages.load(connection, self._embedder.name, vector_hashes(articles, evidence))
        index = build_index(articles, self._embedder, cached, evidence)
        if index.new_vectors:
            with write(self._engine) as connection:
                passages.save(connection, index.model, index.new_vectors)
        return index


def load_in_background(base: KnowledgeBase, done: Callable[[tuple[Problem, ...]], None]) -> threading.Thread:
    """Load on a thread of its own; ``done`` is told the problems, a model that cannot be loaded among them."""
    thread = threading.Thread(target=lambda: done(base.load_or_give_up()), name="knowledge", daemon=True)
    thread.start()
    return thread


def _view(article: Article, confidence: float) -> ArticleView:
    return ArticleView(article.slug, article.title, article.body, confidence)


def _unsure(matches: tuple[KbMatch, ...]) -> tuple[KbMatch, ...]:
    return tuple(replace(one, sure=False) for one in matches)
