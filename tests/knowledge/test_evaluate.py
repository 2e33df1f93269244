from inboxd.core.facts import KbMatch
from inboxd.knowledge.articles import Article
from inboxd.knowledge.evaluate import Judged, Labelled, evaluate, summarise
from inboxd.knowledge.index import Index


def judged(right: str | None, *found: str, sure: bool = False, also: tuple[str, ...] = ()) -> Judged:
    """Return a question with what was found for it."""
    matches = tuple(KbMatch(slug, slug, "", 0.9, sure and at == 0, 1.0) for at, slug in enumerate(found))
    return Judged(Labelled("?", right, also=also), matches, 0.8)


def test_the_figures_are_those_of_their_definitions() -> None:
    """Top-1, recall at 3 and coverage count questions with an article; foreign ones weigh half of the error rate."""
    figures = summarise(
        [
            judged("a", "a", sure=True),
            judged("a", "b", "a"),
            judged("a", "b", "c", "d", "a", sure=True),
            judged("a", "b", sure=False, also=("b",)),
            judged(None, "a", sure=True),
            judged(None, "a"),
        ]
    )
    assert (figures.n, figures.top1, figures.recall3, figures.coverage) == (6, 0.5, 0.75, 0.25)
    # right 1/4; wrong 1/4 and 1/2 of the foreign ones
    assert figures.error_rate == 0.75
    assert figures.threshold == 0.8


def test_without_data_there_are_no_figures() -> None:
    """Nothing asked is None, never zero."""
    figures = summarise([])
    assert (figures.n, figures.top1, figures.error_rate) == (0, None, None)


def test_evaluates_an_index(articles: tuple[Article, ...], index: Index) -> None:
    """Known questions are found."""
    labelled = [Labelled(article.questions[0], article.slug) for article in articles]
    assert evaluate(index, labelled, 0.05).top1 == 1.0
