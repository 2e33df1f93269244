from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.simulate import simulate


def test_asks_phrasings_near_and_far_misses(index: Index) -> None:
    """All three kinds of question are asked, and no left-out article is ever right."""
    trials = simulate(index.shelves[0])
    inside = [trial for trial in trials if trial.has_article]
    near = [trial for trial in trials if trial.near_miss]
    assert inside
    assert near
    assert len(trials) > len(inside) + len(near)
    assert not any(trial.right for trial in trials if not trial.has_article)
    assert any(trial.right for trial in inside)


def test_a_handful_of_articles_says_nothing(articles: tuple[Article, ...], embedder: Embedder) -> None:
    """Fewer articles than rounds are not simulated."""
    assert simulate(build_index(articles[:3], embedder).shelves[0]) == ()
