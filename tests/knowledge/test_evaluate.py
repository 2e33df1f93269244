from inboxd.core.facts import KbMatch
from inboxd.knowledge.articles import Article
from inboxd.knowledge.evaluate import Judged, Labelled, evaluate, promised, summarise
from inboxd.knowledge.index import EMPTY, Index


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


def test_says_how_far_the_error_rate_can_be_trusted() -> None:
    """The interval holds the error rate, is wide for few answers, and what the confidences predict stands beside it."""
    answers = [judged("a", "a", sure=True)] * 29 + [judged("a", "b", sure=True)]
    figures = summarise(answers)
    assert (figures.sure, figures.wrong) == (30, 1)
    assert figures.error_lower is not None
    assert figures.error_upper is not None
    assert figures.error_lower < 1 / 30 < figures.error_upper
    assert figures.error_upper > 0.15
    assert figures.stated_error == 0.1


def test_foreign_questions_widen_the_interval_by_their_weight() -> None:
    """Few foreign questions stand for half of all mail: what they show is worth no more than their number."""
    known = [judged("a", "a", sure=True)] * 100
    even = summarise([*known, *[judged(None, "a", sure=True)] * 10, *[judged(None, "a")] * 90])
    few = summarise([*known, judged(None, "a", sure=True), *[judged(None, "a")] * 9])
    assert even.error_rate == few.error_rate
    assert even.error_upper is not None
    assert few.error_upper is not None
    assert few.error_upper > even.error_upper


def test_a_desk_promises_what_other_desks_kept_until_its_own_mails_prove_more(index: Index) -> None:
    """Without learnt mails the promise is a bound measured on other desks, and says that nothing proves it."""
    promise = promised(index, 0.03)
    assert promise is not None
    assert promise.answers == 0
    assert 0.03 < promise.error_bound <= 1
    assert promised(EMPTY, 0.03) is None
