"""Problem diagnosis: an article whose symptoms are all named in a mail is the answer, by its author's own word."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inboxd.knowledge.articles import Article
from inboxd.knowledge.question import Question

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.terms import cjk_share, normalise, words

# A sentence as near to a symptom as this names it in other words.
NEAR = 0.7

Named = Callable[[str], bool]


def is_diagnosed(article: Article, question: Question) -> bool:
    """Return whether the article has symptoms and the mail names every one of them, each within one sentence."""
    return bool(article.symptoms) and not missing_symptoms(article, naming(question))


def missing_symptoms(article: Article, named: Named) -> tuple[str, ...]:
    """Return the symptoms of an article that a mail does not name, in the author's order."""
    return tuple(symptom for symptom in article.symptoms if not named(symptom))


def naming(question: Question, embedder: "Embedder | None" = None, symptoms: Sequence[str] = ()) -> Named:
    """Return what tells whether a mail names a symptom: literally, and by meaning those of ``symptoms``.

    ``embedder`` None: literally only. All symptoms and sentences are embedded in one batch.
    """
    texts = tuple(text for text in (*question.sentences, question.subject) if text)
    near: frozenset[str] = frozenset()
    if embedder is not None and symptoms and texts:
        rows = embedder.embed((*symptoms, *texts))
        likeness = (rows[: len(symptoms)] @ rows[len(symptoms) :].T).max(axis=1)
        near = frozenset(one for one, like in zip(symptoms, likeness, strict=True) if like >= NEAR)
    return lambda symptom: symptom in near or any(_names(text, symptom) for text in texts)


def _names(text: str, symptom: str) -> bool:
    """Return whether a text holds all words of a symptom, in any order; Chinese ones to the letter."""
    if cjk_share(symptom) > 0:
        return normalise(symptom) in normalise(text)
    return set(words(symptom)) <= set(words(text))
