import math
from dataclasses import replace

from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.features import FEATURES, MOST_PHRASINGS, Candidate, Reading, candidates, tone_of
from inboxd.knowledge.index import build_index
from inboxd.knowledge.match import read_units
from inboxd.knowledge.polarity import says_opposite, sides_of
from inboxd.knowledge.question import read_question
from inboxd.knowledge.shelf import Learnt


def read(
    articles: tuple[Article, ...], embedder: Embedder, text: str, learnt: tuple[Learnt, ...] = ()
) -> tuple[tuple[Candidate, ...], dict[str, float]]:
    """Return the candidates for a text and their features by name."""
    shelf = build_index(articles, embedder, learnt=learnt).shelves[0]
    reading: Reading = read_units(shelf, embedder, read_question("", text))
    found = candidates(shelf.view, reading)
    return found, dict(zip(FEATURES, found[0].features, strict=True))


def test_a_known_question_stands_far_ahead(articles: tuple[Article, ...], embedder: Embedder) -> None:
    """The asked article has the margin, the words and the head on its side."""
    found, figures = read(articles, embedder, "I forgot my password")
    assert articles[found[0].article].slug == "reset-password"
    assert figures["margin"] > 0.3
    assert figures["known_to_article"] == 1
    assert figures["covered"] == 1
    assert figures["over_cohort"] > 0
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_the_second_has_a_negative_margin(articles: tuple[Article, ...], embedder: Embedder) -> None:
    """Every candidate is measured against its best rival."""
    found, _ = read(articles, embedder, "I forgot my password")
    assert found[1].features[FEATURES.index("margin")] < 0


def test_the_opposite_is_vetoed(articles: tuple[Article, ...], embedder: Embedder) -> None:
    """An article about the other direction may be near and is never sure."""
    found, _ = read(articles, embedder, "Is there a data import as CSV?")
    first = next(one for one in found if articles[one.article].slug == "export-data")
    assert first.vetoed


def test_a_mail_filed_under_the_opposite_lifts_no_veto(
    articles: tuple[Article, ...], embedder: Embedder
) -> None:
    """The article an operator chose by mistake is near to the next such mail, and not sure of it."""
    slip = (Learnt("How do I import my data?", "export-data"),)
    found, _ = read(articles, embedder, "How can I import my data?", slip)
    assert articles[found[0].article].slug == "export-data"
    assert found[0].vetoed


def test_one_mail_filed_wrongly_turns_no_article_round() -> None:
    """Until a second answered mail says the other word of a pair, it stays the opposite of what the author says."""
    written, less = ("Turn the volume up",), ("please decrease the volume", "turn down the sound")
    assert says_opposite("turn down the volume", tone_of(written).sides)
    assert says_opposite("turn down the volume", tone_of(written, mails=less[:1]).sides)
    assert not says_opposite("turn down the volume", tone_of(written, mails=less).sides)


def test_a_mail_tells_the_direction_the_author_did_not() -> None:
    """Where the article's own words take no side, what it answered does."""
    sides = tone_of(("The volume",), mails=("please turn the volume up",)).sides
    assert sides == sides_of(("please turn the volume up",))
    assert says_opposite("turn down the volume", sides)


def test_a_desk_of_one_article_has_no_margin_for_free(
    articles: tuple[Article, ...], embedder: Embedder
) -> None:
    """Without a rival an unrelated mail gains nothing."""
    found, figures = read(articles[:1], embedder, "where is the nearest petrol station")
    assert len(found) == 1
    assert figures["margin"] < 0.5
    assert figures["odds_margin"] <= 8


def test_phrasings_are_counted_as_far_as_was_trained(
    articles: tuple[Article, ...], embedder: Embedder
) -> None:
    """The calibrator learns how many phrasings an article has, and never more than it was trained on."""
    _, few = read(articles, embedder, "I forgot my password")
    asked = next(one for one in articles if one.slug == "reset-password")
    assert few["phrasings"] == math.log(len(asked.phrasings))
    many = replace(
        asked, questions=(*asked.questions, *(f"I forgot my password {at} times" for at in range(40)))
    )
    _, figures = read(
        (many, *(one for one in articles if one is not asked)), embedder, "I forgot my password"
    )
    assert figures["phrasings"] == math.log(MOST_PHRASINGS)
