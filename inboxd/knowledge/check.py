"""What is wrong with a knowledge base as a whole (``kb check``): twins, articles nobody can ask for, stray questions."""

from collections.abc import Iterator

import numpy as np

from inboxd.errors import Problem
from inboxd.knowledge.articles import Article
from inboxd.knowledge.index import Index
from inboxd.knowledge.scoring import Matrix
from inboxd.knowledge.shelf import Shelf

# Centroids nearer than this are asked for with the same words.
TWINS = 0.9
# How much nearer another article must be before a question is said to be the other's.
STRAY = 0.1
# Below this two texts share some words and no question.
ASKS_THE_SAME = 0.5


def check_articles(index: Index) -> tuple[Problem, ...]:
    """Return the problems of the articles, in order of their files; line 1 where no single line is to blame."""
    found = [problem for shelf in index.shelves for problem in (*_twins(shelf), *_strays(shelf))]
    found += [problem for article in index.articles for problem in _without_questions(article)]
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line)))


def _without_questions(article: Article) -> Iterator[Problem]:
    if article.auto_reply and not article.questions:
        yield Problem(
            article.file, 1, "no questions: add some as customers really ask, or it will rarely be sure"
        )


def _twins(shelf: Shelf) -> Iterator[Problem]:
    centroids = shelf.view.stand.centroids
    near = np.triu(centroids @ centroids.T, k=1)
    for one, other in np.argwhere(near >= TWINS):
        twin = shelf.articles[other]
        yield Problem(
            shelf.articles[one].file, 1, f"asked for with the same words as {twin.slug}: merge the two"
        )


def _strays(shelf: Shelf) -> Iterator[Problem]:
    base = shelf.view.base
    for row, text in enumerate(shelf.phrasings):
        own = int(base.owner[row])
        if text not in shelf.articles[own].questions:
            continue
        similar = base.rows @ base.rows[row]
        similar[row] = -1
        nearest = np.maximum.reduceat(similar, base.starts)
        other = _best_other(nearest, own)
        if shelf.view.stand.centroids[own] @ shelf.view.stand.centroids[other] >= TWINS:
            continue
        if nearest[own] > -1 and nearest[other] > nearest[own] + STRAY and nearest[other] > ASKS_THE_SAME:
            yield Problem(
                shelf.articles[own].file,
                _line_of(shelf.articles[own], text),
                f"{text!r} is nearer to the questions of {shelf.articles[other].slug}",
            )


def _best_other(nearest: Matrix, own: int) -> int:
    rest = nearest.copy()
    rest[own] = -2
    return int(rest.argmax())


def _line_of(article: Article, question: str) -> int:
    """Return the line of a question in its file, as near as the article knows: the front matter lists them in order."""
    return article.lines[article.questions.index(question)] if article.lines else 1
