"""Which article answers a mail, how surely."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inboxd.core.facts import KbMatch
from inboxd.knowledge.confidence import desk_threshold, probability
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.features import CANDIDATES, Candidate, Reading, candidates
from inboxd.knowledge.index import Index
from inboxd.knowledge.lexical import cjk_share, words
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.scoring import score_units
from inboxd.knowledge.shelf import Shelf
from inboxd.knowledge.space import DENSE_WEIGHT, Script, combine, count_grams

# A letter or two of Chinese in an English mail are a name.
_MOSTLY = 0.3


@dataclass(frozen=True, slots=True)
class Matching:
    """``matches`` best first, ten at most; ``questions`` is how many separate questions the mail asks, ``unanswered``
    those for which no article is sure; ``threshold`` the confidence from which a match was sure.
    """

    matches: tuple[KbMatch, ...]
    questions: int = 0
    unanswered: tuple[str, ...] = ()
    threshold: float = 1.0


def match(index: Index, subject: str, new_text: str, language: str, max_error_rate: float) -> Matching:
    """Return the articles that may answer a mail, and how surely each does.

    ``new_text`` is what the writer wrote now (``Written.new_text``); ``max_error_rate`` the share of wrong answers
    allowed among sure ones. One sentence vector per unit is computed: about 10 ms for a short mail.
    """
    question = read_question(subject, new_text)
    if not question.units:
        return Matching(())
    found: list[tuple[KbMatch, float]] = []
    for shelf in _fitting(index, question, language):
        threshold = desk_threshold(shelf.calibrator, shelf.trials, max_error_rate, shelf.platt)
        reading = read_units(shelf, index.embedder, question)
        found += [(_kb_match(shelf, reading, entry, threshold), threshold) for entry in candidates(shelf.view, reading)]
    found.sort(key=lambda pair: (-pair[0].confidence, -pair[0].score))
    if not found:
        return Matching((), len(question.asked), question.asked)
    matches = tuple(entry if at == 0 else replace(entry, sure=False) for at, (entry, _) in enumerate(found))
    return Matching(matches[:CANDIDATES], max(1, len(question.asked)), (), found[0][1])


def _fitting(index: Index, question: Question, language: str) -> Sequence[Shelf]:
    """Return the shelves a question can be answered from: the model knows nothing of Chinese, n-grams of English
    nothing of German.
    """
    chinese = cjk_share(question.whole or question.subject) >= _MOSTLY or language.startswith(("zh", "ja", "ko"))
    return [shelf for shelf in index.shelves if (shelf.script is Script.CJK) == chinese]


def read_units(shelf: Shelf, embedder: Embedder | None, question: Question) -> Reading:
    """Return a question's units, scored against one shelf."""
    units = question.units
    dense = np.empty((len(units), 0), np.float32)
    if DENSE_WEIGHT[shelf.script] > 0 and embedder is not None:
        dense = embedder.embed(units)
    rows = combine(shelf.space, dense, count_grams(units))
    terms = tuple(words(unit) for unit in units)
    whole = units.index(question.whole) if question.whole in units else 0
    return Reading(units, terms, score_units(shelf.view.base, shelf.view.stand, rows, terms), whole)


def _kb_match(shelf: Shelf, reading: Reading, candidate: Candidate, threshold: float) -> KbMatch:
    article = shelf.articles[candidate.article]
    chance = probability(shelf.calibrator, candidate, shelf.platt)
    return KbMatch(
        article=article.slug,
        title=article.title,
        passage=_passage(shelf, reading, candidate),
        confidence=round(chance, 4),
        sure=chance >= threshold,
        score=round(candidate.score, 4),
    )


def _passage(shelf: Shelf, reading: Reading, candidate: Candidate) -> str:
    """Return the heading, else the beginning, of the passage that is nearest; the first when none is."""
    passages = shelf.articles[candidate.article].passages
    return (passages[0].heading or passages[0].text[:80]) if passages else ""
