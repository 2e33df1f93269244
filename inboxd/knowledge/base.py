"""The knowledge base as the desk asks it: loaded in the background, unknown until it is there, never in the way."""

import datetime as dt
import itertools
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from inboxd import garbage
from inboxd.clock import Clock, system_clock
from inboxd.core.facts import UNKNOWN, KbMatch, Unknown
from inboxd.core.standing import Standing, in_words
from inboxd.core.ticket import Ticket
from inboxd.core.view_parts import ArticleView
from inboxd.errors import InboxdError, Problem
from inboxd.knowledge.answering import (
    LEAST_CONFIDENCE,
    articles_of,
    diagnose,
    settle,
    settle_parts,
    view_of,
)
from inboxd.knowledge.article_cache import load_known_articles
from inboxd.knowledge.articles import Article
from inboxd.knowledge.index_form import EMPTY, Index
from inboxd.knowledge.model_in_use import ModelInUse
from inboxd.knowledge.overtaken import forget_overtaken
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.symptoms import missing_symptoms, naming
from inboxd.store import asked, learnt, standings
from inboxd.store.engine import read, write

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder
    from inboxd.knowledge.learning import Lesson
    from inboxd.knowledge.match import Matching
    from inboxd.knowledge.shelf import Learnt

SUGGESTED = 3
_LONGEST_TROUBLE = 300

_log = logging.getLogger(__name__)


class KnowledgeBase:
    """Articles and the model. ``match`` says UNKNOWN while loading; without articles the model is never loaded.

    ``on_demand``: a command that ends soon loads what it is asked for when it is asked, instead of in the background.
    """

    def __init__(
        self,
        folder: Path,
        model: str,
        max_error_rate: float,
        engine: Engine,
        clock: Clock = system_clock,
        *,
        on_demand: bool = False,
    ) -> None:
        self._folder = folder
        self._model = ModelInUse(engine, model)
        self._max_error_rate = max_error_rate
        self._engine = engine
        self._clock = clock
        self._on_demand = on_demand
        self._lock = threading.Lock()
        self._articles: dict[str, Article] = {}
        self._index: Index | None = None
        self._trouble: str | None = None
        self._looked_through = 0

    def load(self, *, latest: bool = False) -> tuple[Problem, ...]:
        """Read the articles, embed what is new, and answer from them from now on; return their problems.

        An article that cannot be read keeps its last good version (DESIGN 2.8). ``latest``: whatever index is kept, the
        latest mails have a part in its thresholds.
        """
        problems = self.load_articles()
        index = self._build(tuple(self._articles.values()), latest=latest)
        with self._lock:
            is_first, self._index = self._index is None, index
        if not is_first:
            garbage.give_back()
        return problems

    def load_articles(self) -> tuple[Problem, ...]:
        """Read the articles without matching anything against them yet; return their problems."""
        articles, problems = load_known_articles(self._folder, tuple(self._articles.values()))
        with self._lock:
            self._articles = {article.slug: article for article in articles}
        return problems

    def load_or_give_up(self) -> tuple[Problem, ...]:
        """Load, or match nothing from now on: a model that cannot be loaded must not keep mail from its operator.

        Return the problems of the articles; that nothing can be matched is told by ``trouble``.
        """
        try:
            problems = self.load()
        except Exception as error:  # noqa: BLE001  whatever a model's files or libraries raise
            _log.exception("the knowledge base cannot be loaded", extra={"action": "knowledge_failed"})
            with self._lock:
                self._index = self._index or EMPTY
                said = str(error) if isinstance(error, InboxdError) else f"{type(error).__name__}: {error}"
                self._trouble = said[:_LONGEST_TROUBLE]
            return ()
        with self._lock:
            self._trouble = ""
        return problems

    def match(self, subject: str, new_text: str, language: str) -> tuple[KbMatch, ...] | Unknown:
        """Return the articles that may answer, best first; UNKNOWN while they are being loaded.

        Only what may be sent by itself is ever sure (``answering.py``).
        """
        if self.index is None and self._on_demand:
            self.load_or_give_up()
        index = self.index
        if index is None:
            return UNKNOWN
        if not index.shelves:
            return ()
        return self.settle(self._found(index, subject, new_text, language), subject, new_text, language)

    def settle(self, found: "Matching", subject: str, new_text: str, language: str) -> tuple[KbMatch, ...]:
        """Return what was found for a mail as it may be answered: guards, demoted articles, several questions."""
        with read(self._engine) as connection:
            kept = standings.load_all(connection)
        demoted = partial(_demoted, kept)
        index = self.index
        question = read_question(subject, new_text)
        if found.questions <= 1 or index is None:
            settled = settle(found, self._articles, demoted)
            return self._diagnosed(settled, question, demoted) if index else settled

        def ask(part: str) -> "Matching":
            return self._found(index, "", part, language)

        return settle_parts(question, found, self._articles, demoted, ask)

    def suggestions(self, matches: Sequence[KbMatch]) -> tuple[ArticleView, ...]:
        """Return up to three articles worth showing to a customer; those with ``auto_reply: false`` never are."""
        if not matches:
            return ()
        with read(self._engine) as connection:
            kept = standings.load_all(connection)
        likely = (one for one in matches if one.confidence >= LEAST_CONFIDENCE)
        shown = ((self._articles.get(one.article), one.confidence) for one in likely)
        may = (
            (article, chance)
            for article, chance in shown
            if article is not None and article.auto_reply and not _demoted(kept, article)
        )
        return tuple(view_of((article,), chance) for article, chance in itertools.islice(may, SUGGESTED))

    def article_view(self, slug: str, ticket: Ticket | None = None) -> ArticleView | None:
        """Return an article as templates see it, with the confidence the ticket has for it."""
        articles = articles_of(slug, self.articles)
        if not articles:
            return None
        confidence = 0.0
        if ticket is not None and slug == ticket.suggested_article:
            confidence = ticket.suggested_confidence or 0.0
        return view_of(articles, confidence)

    @property
    def articles(self) -> Mapping[str, Article]:
        """Return the articles that are live, by slug."""
        if not self._articles and self._on_demand:
            self.load_articles()
        with self._lock:
            return self._articles

    @property
    def trouble(self) -> str | None:
        """Return why nothing can be matched; empty when all is well, None before anybody tried to load."""
        with self._lock:
            return self._trouble

    @property
    def index(self) -> Index | None:
        """Return the index that is live."""
        with self._lock:
            return self._index

    def learn(self, now: dt.datetime) -> "Lesson | None":
        """Let fresh evidence count, or not (``learning.py``); return what came of it, None when nothing is fresh.

        Builds the index two or three times: run it beside the mails, not between them.
        """
        forget_overtaken(self._engine, tuple(self._articles.values()), self.embedder, now)
        with read(self._engine) as connection:
            stored = learnt.list_stored(connection)
        fresh = [one for one in stored if not one.adopted and one.masked]
        if not fresh or not self._articles:
            return None
        from inboxd.knowledge.learning import rehearse  # noqa: PLC0415  numpy: 14 MB, only with articles

        lesson = rehearse(
            [one.learnt for one in stored if one.adopted],
            [one.learnt for one in fresh],
            self._asking,
            self._max_error_rate,
        )
        if lesson.adopted:
            with write(self._engine) as connection:
                learnt.adopt(connection, [one.evidence_id for one in fresh], now)
            self.load()
        return lesson

    def look_again(self) -> bool:
        """Take the mails seen since into the thresholds, once enough have come; return whether they had.

        Builds the index: run it beside the mails, not between them.
        """
        with read(self._engine) as connection:
            through = asked.looked_through(connection)
        index = self.index
        if index is None or not index.shelves or through <= self._looked_through:
            return False
        self.load(latest=True)
        return True

    @property
    def embedder(self) -> "Embedder | None":
        """Return the model, or None while it is not loaded (or never, on a desk whose articles need none)."""
        return self._model.embedder

    def is_outdated(self) -> bool:
        """Return whether another model is to answer than the one that was loaded (``kb tune``)."""
        return self._model.is_outdated()

    def _found(self, index: Index, subject: str, new_text: str, language: str) -> "Matching":
        from inboxd.knowledge.match import match  # noqa: PLC0415  numpy, as above

        return match(index, subject, new_text, language, self._max_error_rate)

    def _diagnosed(
        self, matches: tuple[KbMatch, ...], question: Question, demoted: Callable[[Article], str]
    ) -> tuple[KbMatch, ...]:
        symptoms = tuple(
            dict.fromkeys(one for article in self._articles.values() for one in article.symptoms)
        )
        if not symptoms:
            return matches
        named = naming(question, self.embedder, symptoms)
        return diagnose(matches, self._articles, lambda article: missing_symptoms(article, named), demoted)

    def _asking(self, evidence: Sequence["Learnt"]) -> Callable[[str], tuple[KbMatch, ...]]:
        index = self._build(tuple(self._articles.values()), tuple(evidence))
        return lambda text: self._found(index, "", text, "").matches

    def _build(
        self,
        articles: tuple[Article, ...],
        evidence: "tuple[Learnt, ...] | None" = None,
        *,
        latest: bool = False,
    ) -> Index:
        if not articles:
            return EMPTY
        from inboxd.knowledge.assembly import assemble, compute  # noqa: PLC0415  numpy, as above
        from inboxd.knowledge.index import needs_model  # noqa: PLC0415  likewise
        from inboxd.knowledge.index_cache import IndexCache  # noqa: PLC0415  likewise
        from inboxd.knowledge.learning import evidence_of  # noqa: PLC0415  likewise

        embedder = None
        if needs_model(articles):
            embedder = self._model.take()
        if evidence is not None:
            return compute(self._engine, articles, embedder, evidence)
        forget_overtaken(self._engine, articles, embedder, self._clock())
        with read(self._engine) as connection:
            evidence = evidence_of(learnt.list_adopted(connection))
            mails = asked.list_first_mails(connection)
            self._looked_through = asked.looked_through(connection) if latest else self._looked_through
        cache = IndexCache(f"{self._engine.url!r} {self._folder.absolute()}")
        return assemble(self._engine, cache, articles, embedder, evidence, mails, latest=latest)


def load_in_background(base: KnowledgeBase, done: Callable[[tuple[Problem, ...]], None]) -> threading.Thread:
    """Load on a thread of its own; ``done`` is told the problems, a model that cannot be loaded among them."""
    thread = threading.Thread(target=lambda: done(base.load_or_give_up()), name="knowledge", daemon=True)
    thread.start()
    return thread


def _demoted(kept: Mapping[str, Standing], article: Article) -> str:
    """Return why an article is only suggested at present; an edited one is another article."""
    standing = kept.get(article.slug)
    if standing is None or standing.demoted_at is None or standing.revision != article.revision:
        return ""
    return in_words(standing)
