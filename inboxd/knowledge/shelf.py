"""The articles of one script, ready to be compared with: a desk has one shelf per script it writes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inboxd.knowledge.articles import Article
from inboxd.knowledge.cohort import cohort
from inboxd.knowledge.confidence import UNMOVED, Calibrator, Platt, load_calibrator
from inboxd.knowledge.features import View, tone_of
from inboxd.knowledge.lexical import build_bm25
from inboxd.knowledge.scoring import Matrix, make_base, make_stand, own_nearness
from inboxd.knowledge.space import DENSE_WEIGHT, Script, Space, build_space, combine, count_grams
from inboxd.knowledge.terms import words
from inboxd.knowledge.threshold import Record, record_of

Vectors = Mapping[str, Matrix]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A mail whose answer is known: the article that answered it, or None when none did."""

    text: str
    article: str | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything one script's articles are matched with.

    ``phrasings`` stand in the order of the base's rows, ``own`` is how the desk did on its own articles (nothing
    before it was simulated).
    """

    script: Script
    articles: tuple[Article, ...]
    phrasings: tuple[str, ...]
    strangers: tuple[str, ...]
    space: Space
    view: View
    calibrator: Calibrator
    platt: Platt
    own: Record


def shelf_texts(articles: Sequence[Article], script: Script, learnt: Sequence[Learnt]) -> tuple[str, ...]:
    """Return every text whose sentence vector the shelf needs, none twice."""
    if DENSE_WEIGHT[script] == 0:
        return ()
    phrasings = [text for article in articles for text in article_phrasings(article, learnt)]
    passages = [passage for article in articles for passage in article_passages(article)]
    return tuple(dict.fromkeys((*phrasings, *passages, *strangers(articles, script, learnt))))


def build_shelf(
    articles: Sequence[Article], script: Script, learnt: Sequence[Learnt], vectors: Vectors
) -> Shelf:
    """Return the shelf of some articles (at least one); ``vectors`` has every text of ``shelf_texts``."""
    if DENSE_WEIGHT[script] == 0:
        vectors = {}
    phrasings = [article_phrasings(article, learnt) for article in articles]
    flat = [text for own in phrasings for text in own]
    owner = np.repeat(np.arange(len(articles)), [len(own) for own in phrasings])
    passages = [article_passages(article) for article in articles]
    others = strangers(articles, script, learnt)
    counts, other_counts = count_grams(flat), count_grams(others)
    space = build_space(np.concatenate([counts, other_counts]), DENSE_WEIGHT[script])
    flat_passages = [text for own in passages for text in own]
    said = tuple(words(text) for text in flat)
    base = make_base(
        rows=combine(space, _dense(flat, vectors), counts),
        owner=owner,
        said=said,
        terms=build_bm25(said, [words(text) for text in others]),
        passages=combine(space, _dense(flat_passages, vectors), count_grams(flat_passages)),
        passage_owner=np.repeat(np.arange(len(articles)), [len(own) for own in passages]),
        cohort=combine(space, _dense(others, vectors), other_counts),
        meant=_dense(flat, vectors).shape[1],
    )
    tones = tuple(
        tone_of(article.phrasings, said_in, [text for text in own if text not in article.phrasings])
        for article, own, said_in in zip(articles, phrasings, passages, strict=True)
    )
    calibrator = load_calibrator(script)
    return Shelf(
        script,
        tuple(articles),
        tuple(flat),
        others,
        space,
        View(base, make_stand(base), own_nearness(base), tones),
        calibrator,
        UNMOVED,
        record_of(calibrator, (), UNMOVED),
    )


def article_phrasings(article: Article, learnt: Sequence[Learnt] = ()) -> tuple[str, ...]:
    """Return what asks for an article: its title, its questions, and the mails it answered."""
    answered = (entry.text for entry in learnt if entry.article == article.slug)
    return tuple(dict.fromkeys((*article.phrasings, *answered)))


def article_passages(article: Article) -> tuple[str, ...]:
    """Return the passages of an article as compared texts: heading and words."""
    return tuple(
        f"{passage.heading}. {passage.text}" if passage.heading else passage.text
        for passage in article.passages
    )


def strangers(articles: Sequence[Article], script: Script, learnt: Sequence[Learnt]) -> tuple[str, ...]:
    """Return the texts of the "none of these" class: the cohort's, and the desk's own mails no article answered."""
    language = {Script.ENGLISH: "en", Script.CJK: "zh"}.get(script) or articles[0].lang.lower().partition(
        "-"
    )[0]
    unanswered = (entry.text for entry in learnt if entry.article is None)
    return tuple(dict.fromkeys((*cohort(language), *unanswered)))


def _dense(texts: Sequence[str], vectors: Vectors) -> Matrix:
    if not vectors or not texts:
        return np.empty((len(texts), 0), np.float32)
    return np.stack([vectors[text] for text in texts])
