from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.shelf import Learnt
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


def test_tells_customers_mails_from_its_own_phrasings(
    articles: tuple[Article, ...], embedder: Embedder
) -> None:
    """Learnt mails are asked and marked, answered ones and those no article answered alike; nothing else is."""
    learnt = [
        *(Learnt(f"please help me once more with {one.questions[0]}", one.slug) for one in articles),
        *(Learnt(f"do you sell ladders of {height} metres", None) for height in range(2, 12)),
    ]
    trials = simulate(build_index(articles, embedder, learnt=learnt).shelves[0])
    assert any(trial.mail and trial.has_article for trial in trials)
    assert any(trial.mail and not trial.has_article and not trial.near_miss for trial in trials)
    assert not any(trial.mail for trial in simulate(build_index(articles, embedder).shelves[0]))
