from pathlib import Path

from inboxd.knowledge.articles import load_articles
from inboxd.resources import resource_path

ARTICLES, PROBLEMS = load_articles(resource_path("kb"))


def test_starter_articles_load() -> None:
    """The shipped articles are without a mistake, and README.md is not one of them."""
    assert PROBLEMS == ()
    assert {article.slug for article in ARTICLES} == {
        path.stem for path in resource_path("kb").glob("*.md") if path.name != "README.md"
    }


def test_starter_articles_are_good_examples() -> None:
    """Each has four to six questions, tags and a text of its own; one is Chinese, one names symptoms."""
    for article in ARTICLES:
        assert 4 <= len(article.questions) <= 6, article.slug
        assert article.tags
        assert article.passages
        assert len(article.body) >= 100
    assert {article.lang for article in ARTICLES} == {"en", "zh"}
    assert any(article.symptoms for article in ARTICLES)
    questions = [question for article in ARTICLES for question in article.questions]
    assert len(set(questions)) == len(questions)


def test_no_real_customer_stands_in_the_examples() -> None:
    """Example mails use reserved names only (RFC 2606 2, RFC 6761 6.2)."""
    for path in sorted(Path(resource_path("rules")).rglob("*.eml")):
        domains = {
            word.rpartition("@")[2].strip("<>\n") for word in path.read_text("utf-8").split() if "@" in word
        }
        assert all(domain.endswith(".test") for domain in domains), path
