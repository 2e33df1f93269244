from inboxd.knowledge.articles import Article
from inboxd.knowledge.shelf import Learnt, article_passages, article_phrasings, shelf_texts, strangers
from inboxd.knowledge.space import Script


def test_phrasings_are_title_questions_and_learnt_mails(articles: tuple[Article, ...]) -> None:
    """Everything that asks for an article, none twice."""
    learnt = (
        Learnt("gimme money", "refund-policy"),
        Learnt("other", "invoice-copy"),
        Learnt("Getting a refund", "refund-policy"),
    )
    assert article_phrasings(articles[0], learnt) == (*articles[0].phrasings, "gimme money")


def test_texts_of_a_shelf_have_no_repeats_and_none_for_chinese(articles: tuple[Article, ...]) -> None:
    """Phrasings, passages and the cohort need vectors; Chinese needs none."""
    texts = shelf_texts(articles, Script.ENGLISH, ())
    assert len(texts) == len(set(texts))
    assert set(article_passages(articles[0])) < set(texts)
    assert shelf_texts(articles, Script.CJK, ()) == ()


def test_strangers_are_the_cohort_and_unanswered_mails(articles: tuple[Article, ...]) -> None:
    """Other people's mails, and the desk's own that no article fits."""
    found = strangers(articles, Script.ENGLISH, (Learnt("do you sell bikes", None),))
    assert found[-1] == "do you sell bikes"
    assert len(found) > 200
