"""Which article answers a mail, how surely."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inboxd.core.facts import KbMatch
from inboxd.knowledge.composed import Parts, parts_of, shares_of, simple_units, words_of
from inboxd.knowledge.confidence import Calibrator, probability
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.features import CANDIDATES, Candidate, Reading, candidates
from inboxd.knowledge.index import Index
from inboxd.knowledge.products import Mixed
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.scoring import replace_units, score_units, unit_slice
from inboxd.knowledge.shelf import Shelf
from inboxd.knowledge.space import DENSE_WEIGHT, Script, combine, count_grams, scale_meaning
from inboxd.knowledge.symptoms import is_diagnosed
from inboxd.knowledge.terms import is_mostly_cjk, words
from inboxd.knowledge.threshold import Record, desk_threshold

# What an author's diagnosis is worth at least.
DIAGNOSED = 0.97
# From here on a single sentence of a mail is taken to ask for an article of its own …
_ASKS_FOR = 0.5
# … and from this share of "none of these" on, and so many words, for something no article is about.
_FOREIGN = 0.6
_WORDS = 4
# Where the best unit of a mail's best article is made of others and its article may be sure, that unit is embedded itself.
# Of 240 mails of six to eight sentences none that was less sure than 0.9 before came to be sure by it.
_MAY_BE_SURE = 0.7
# "How do I get a new one?" goes on with the sentence before it.
_REFERS_BACK = re.compile(
    r"\b(?:this|that|these|those|it|its|one|ones|them|they|so|then|there|das|dies\w*|es|dann|dafür|damit|ça|cela|le faire|eso|esto)\b|这|那|它"
)


@dataclass(frozen=True, slots=True)
class Matching:
    """What was found: ``matches`` best first, five at most.

    ``questions`` is how many separate questions the mail asks, ``unanswered`` those no article is about, ``threshold``
    the confidence from which a match was sure.
    """

    matches: tuple[KbMatch, ...]
    questions: int = 0
    unanswered: tuple[str, ...] = ()
    threshold: float = 1.0


def match(index: Index, subject: str, new_text: str, language: str, max_error_rate: float) -> Matching:
    """Return the articles that may answer a mail, and how surely each does.

    ``new_text`` is what the writer wrote now (``Written.new_text``), ``language`` its language as far as known (empty
    when not), ``max_error_rate`` the share of wrong answers allowed among sure ones. One vector per unit is computed:
    about 10 ms for a short mail.
    """
    question = read_question(subject, new_text)
    if not question.units:
        return Matching(())
    readings = [
        (shelf, read_units(shelf, index.embedder, question)) for shelf in _fitting(index, question, language)
    ]
    found = [
        pair for shelf, reading in readings for pair in _matches(shelf, reading, question, max_error_rate)
    ]
    if not found:
        return Matching((), max(1, len(question.asked)), question.asked)
    found.sort(key=lambda pair: (-pair[0].confidence, -pair[0].score))
    matches = tuple(entry if at == 0 else replace(entry, sure=False) for at, (entry, _) in enumerate(found))
    topics, unanswered = _topics(readings, question)
    return Matching(matches[:CANDIDATES], max(1, topics + len(unanswered)), unanswered, found[0][1])


def read_units(shelf: Shelf, embedder: Embedder | None, question: Question) -> Reading:
    """Return a question's units, scored against one shelf.

    Of a long mail the units made of others are embedded only where they could win (``composed.py``).
    """
    units, made = question.units, parts_of(question)
    grams, terms = count_grams(units), words_of(units, made)
    whole = units.index(question.whole) if question.whole in units else 0
    base, stand = shelf.view.base, shelf.view.stand
    if DENSE_WEIGHT[shelf.script] == 0 or embedder is None:
        rows = combine(shelf.space, np.empty((len(units), 0), np.float32), grams)
        return Reading(units, terms, score_units(base, stand, rows, terms), whole)
    simple = simple_units(question)
    vectors = embedder.embed(simple)
    shares = shares_of(units, simple, vectors, made)
    rows = combine(shelf.space, shares @ vectors, grams)
    mixed = Mixed(shares, scale_meaning(shelf.space, vectors)) if made else None
    scores = score_units(base, stand, rows, terms, mixed)
    reading = Reading(units, terms, scores, whole)
    winner = _made_winner(shelf, reading, made) if made else None
    if winner is None:
        return reading
    own = combine(shelf.space, embedder.embed([units[winner]]), grams[[winner]])
    fresh = score_units(base, stand, own, [terms[winner]])
    return replace(reading, scores=replace_units(scores, [winner], fresh))


def _made_winner(shelf: Shelf, reading: Reading, made: Parts) -> int | None:
    """Return the unit that may make the best article sure, where it is made of others."""
    score = reading.scores.score
    unit, _ = divmod(int(score.argmax()), score.shape[1])
    if reading.units[unit] not in made:
        return None
    best = candidates(shelf.view, reading, 1)
    surely = best and probability(shelf.calibrator, best[0], shelf.platt) >= _MAY_BE_SURE
    return unit if surely else None


def _fitting(index: Index, question: Question, language: str) -> Sequence[Shelf]:
    """Return the shelves a question can be answered from: a Chinese one from Chinese articles, and so on.

    Where the language is known and there are articles in it, from those only.
    """
    chinese = is_mostly_cjk(question.whole or question.subject)
    shelves = [shelf for shelf in index.shelves if (shelf.script is Script.CJK) == chinese]
    code = language.lower().partition("-")[0]
    own = [
        shelf
        for shelf in shelves
        if code and any(_language(article.lang) == code for article in shelf.articles)
    ]
    return own or shelves


def _language(lang: str) -> str:
    return lang.lower().partition("-")[0] or "en"


def _matches(
    shelf: Shelf, reading: Reading, question: Question, max_error_rate: float
) -> list[tuple[KbMatch, float]]:
    """Return the shelf's matches, each with the threshold it was held against."""
    threshold = _threshold(shelf, max_error_rate)
    found = [_kb_match(shelf, one, threshold) for one in candidates(shelf.view, reading)]
    return [(one, threshold) for one in _diagnosed(shelf, found, question, threshold)]


# The last one of each script with what it was drawn from: the same for every mail until the index is another.
_thresholds: dict[Script, tuple[Calibrator, Record, float, float]] = {}


def _threshold(shelf: Shelf, max_error_rate: float) -> float:
    calibrator, own, allowed, threshold = _thresholds.get(shelf.script, (None, None, 0.0, 0.0))
    if calibrator is not shelf.calibrator or own is not shelf.own or allowed != max_error_rate:
        threshold = desk_threshold(shelf.calibrator, shelf.own, max_error_rate)
        _thresholds[shelf.script] = (shelf.calibrator, shelf.own, max_error_rate, threshold)
    return threshold


def _diagnosed(shelf: Shelf, found: list[KbMatch], question: Question, threshold: float) -> list[KbMatch]:
    """Return the matches, an article whose symptoms are all named made sure; two such articles are no diagnosis."""
    named = [article for article in shelf.articles if article.symptoms and is_diagnosed(article, question)]
    if len(named) != 1:
        return found
    article = named[0]
    before = next((one for one in found if one.article == article.slug), None)
    if before is None:
        before = KbMatch(article.slug, article.title, "", confidence=0.0, sure=False, score=0.0)
    chance = max(before.confidence, threshold, DIAGNOSED)
    rest = [one for one in found if one.article != article.slug]
    return [replace(before, confidence=round(chance, 4), sure=True), *rest]


def _kb_match(shelf: Shelf, candidate: Candidate, threshold: float) -> KbMatch:
    article = shelf.articles[candidate.article]
    chance = probability(shelf.calibrator, candidate, shelf.platt)
    return KbMatch(
        article=article.slug,
        title=article.title,
        passage=_passage(shelf, candidate),
        confidence=round(chance, 4),
        sure=chance >= threshold,
        score=round(candidate.score, 4),
    )


def _passage(shelf: Shelf, candidate: Candidate) -> str:
    """Return the heading of the passage that is nearest to the question, else its first words."""
    passages = shelf.articles[candidate.article].passages
    if not passages:
        return ""
    nearest = passages[candidate.passage]
    return nearest.heading or nearest.text[:80]


def _topics(readings: Sequence[tuple[Shelf, Reading]], question: Question) -> tuple[int, tuple[str, ...]]:
    """Return how many articles the single sentences ask for, and which sentences ask for something no article has."""
    articles: set[str] = set()
    foreign: list[str] = []
    if len(question.sentences) < 2:  # noqa: PLR2004  one sentence asks one thing
        return 1, ()
    for sentence in question.sentences:
        best = [_ask_alone(shelf, reading, sentence) for shelf, reading in readings]
        slug, chance, none = max(best, key=lambda entry: entry[1])
        if chance >= _ASKS_FOR:
            articles.add(slug)
        elif sentence in question.asked and none >= _FOREIGN and _stands_alone(sentence):
            foreign.append(sentence)
    return len(articles), tuple(foreign)


def _stands_alone(sentence: str) -> bool:
    """Return whether a sentence can be understood without the one before it."""
    return len(words(sentence)) >= _WORDS and not _REFERS_BACK.search(sentence.lower())


def _ask_alone(shelf: Shelf, reading: Reading, sentence: str) -> tuple[str, float, float]:
    """Return the best article for one unit by itself, its probability, and that of "none of these"."""
    at = reading.units.index(sentence)
    alone = Reading((sentence,), (reading.terms[at],), unit_slice(reading.scores, at, at + 1))
    best = candidates(shelf.view, alone, 1)[0]
    chance = probability(shelf.calibrator, best, shelf.platt)
    return shelf.articles[best.article].slug, chance, float(alone.scores.none[0])
