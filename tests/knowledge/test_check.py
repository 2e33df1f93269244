from dataclasses import replace

from inboxd.knowledge.articles import Article
from inboxd.knowledge.check import check_articles
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import build_index


def test_a_sound_desk_has_no_problems(articles: tuple[Article, ...], embedder: Embedder) -> None:
    """Nothing is said where nothing is wrong."""
    assert check_articles(build_index(articles, embedder)) == ()


def test_twins_strays_and_silent_articles_are_named(
    articles: tuple[Article, ...], embedder: Embedder
) -> None:
    """Articles asked for in the same words, questions nearer to another article, and articles without any."""
    twin = replace(articles[0], slug="money-back", file="kb/money-back.md")
    stray = replace(
        articles[1], questions=(*articles[1].questions, "Please send me the invoice"), lines=(4, 5, 6)
    )
    silent = replace(articles[5], questions=())
    found = check_articles(build_index((articles[0], twin, stray, *articles[2:5], silent), embedder))
    messages = {(problem.file, problem.line): problem.message for problem in found}
    assert "same words as money-back" in messages["kb/refund-policy.md", 1]
    assert "nearer to the questions of invoice-copy" in messages["kb/reset-password.md", 6]
    assert "no questions" in messages["kb/working-hours.md", 1]
