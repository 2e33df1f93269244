import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxd.core.outcome import Learnt
from inboxd.knowledge.articles import Article, Passage
from inboxd.knowledge.overtaken import forget_overtaken
from inboxd.store import learnt
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
UNANSWERED = ("Do you ship boxes to Norway?", "Are you hiring developers?")


def article(slug: str, *questions: str) -> Article:
    """Return an article that is asked for so."""
    passages = (Passage("", "What to do."),)
    return Article(
        slug, questions[0], questions, (), (), "en", True, passages, "What to do.", f"{slug}.md", "1"
    )


REFUND = article("refund", "How do I get a refund?")
NORWAY = article("norway", "Do you ship parcels to Norway?")


@pytest.fixture
def engine(lite_engine: Engine) -> Engine:
    """A store in which two mails were answered by hand an hour ago, and the articles of that time were seen before."""
    assert forget_overtaken(lite_engine, (REFUND,), None, NOW - 2 * HOUR) == 0
    with write(lite_engine) as connection:
        for text in UNANSWERED:
            learnt.add(connection, Learnt(None, text, "by_hand", weight=0.6), NOW - HOUR, masked=True)
    return lite_engine


def weights(engine: Engine) -> list[float]:
    """Return what each piece of evidence weighs."""
    with read(engine) as connection:
        return [one.learnt.weight for one in learnt.list_stored(connection)]


def test_the_article_that_was_missing_is_not_held_to_what_was_true_without_it(
    engine: Engine, embedder: Any
) -> None:
    """Mails that no article answered count no more once one was written for them; other mails count as before."""
    assert forget_overtaken(engine, (REFUND,), embedder, NOW - HOUR / 2) == 0
    assert forget_overtaken(engine, (NORWAY, REFUND), embedder, NOW) == 1
    assert weights(engine) == [0, 0.6]
    assert forget_overtaken(engine, (NORWAY, REFUND), embedder, NOW + HOUR) == 0


def test_a_question_added_to_an_article_overtakes_too(engine: Engine) -> None:
    """It is the phrasing that is new, not the file; without a model spelling decides."""
    grown = article("refund", "How do I get a refund?", "Do you ship boxes to Norway?")
    assert forget_overtaken(engine, (grown,), None, NOW) == 1


def test_what_is_said_afterwards_counts(engine: Engine) -> None:
    """An operator who answers by hand although the article is there says that it does not fit."""
    forget_overtaken(engine, (NORWAY, REFUND), None, NOW)
    with write(engine) as connection:
        learnt.add(connection, Learnt(None, UNANSWERED[0], "by_hand", weight=0.6), NOW + HOUR, masked=True)
        learnt.add(
            connection, Learnt("norway", UNANSWERED[0], "#wrong", right=False), NOW + HOUR, masked=True
        )
    assert forget_overtaken(engine, (NORWAY, REFUND), None, NOW + 2 * HOUR) == 0


def test_what_is_told_late_is_overtaken_all_the_same(engine: Engine) -> None:
    """The answer was written before the article, and became evidence only after it."""
    forget_overtaken(engine, (NORWAY, REFUND), None, NOW)
    with write(engine) as connection:
        learnt.add(connection, Learnt("refund", "Ship boxes to Norway?", "#wrong", right=False), NOW - HOUR)
    assert forget_overtaken(engine, (NORWAY, REFUND), None, NOW + HOUR) == 1


def test_a_new_desk_knows_of_no_time_before(lite_engine: Engine) -> None:
    """The articles that are there when a desk looks first are as old as anything."""
    with write(lite_engine) as connection:
        learnt.add(connection, Learnt(None, UNANSWERED[0], "kb learn"), NOW - HOUR, masked=True)
    assert forget_overtaken(lite_engine, (NORWAY,), None, NOW) == 0
    assert weights(lite_engine) == [1]


def test_chinese_is_compared_by_its_signs(lite_engine: Engine, embedder: Any) -> None:
    """Mails and phrasings are compared within their script."""
    forget_overtaken(lite_engine, (REFUND,), embedder, NOW - HOUR)
    with write(lite_engine) as connection:
        learnt.add(
            connection, Learnt(None, "可以寄到挪威吗", "by_hand", weight=0.6), NOW - HOUR / 2, masked=True
        )
    assert forget_overtaken(lite_engine, (REFUND, article("挪威", "能不能寄到挪威")), embedder, NOW) == 1
