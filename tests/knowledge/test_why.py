from inboxd.knowledge.features import FEATURES
from inboxd.knowledge.index import EMPTY, Index
from inboxd.knowledge.why import why_found


def test_the_part_that_fits_and_the_figures(index: Index) -> None:
    """Of a long text the sentence that fits is named with the phrasing it is like and every feature."""
    best, *rest = why_found(index, "", "The weather is bad in Bremen. I forgot my password.")
    assert (best.article, best.view, best.phrasing) == (
        "reset-password",
        "I forgot my password.",
        "I forgot my password",
    )
    assert set(best.figures) == set(FEATURES)
    assert len(rest) == 2
    assert all(best.figures["score"] >= one.figures["score"] for one in rest)


def test_nothing_speaks_for_nothing(index: Index) -> None:
    """An empty text, and a desk without articles, find nothing."""
    assert why_found(index, "", "") == ()
    assert why_found(EMPTY, "", "I forgot my password.") == ()
