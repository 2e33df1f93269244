from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.categories import LEAST_CONFIDENCE, Category, Likeness, choose_category

CATEGORIES = (Category("billing", "money", ("a",), 0.4), Category("bug", "errors", ("b",), 0.6))


def test_the_nearest_example_decides() -> None:
    """The category of the nearest example is given with that example, its severity, and how surely."""
    found = choose_category(
        CATEGORIES,
        [Likeness("billing", "a", 0.3), Likeness("bug", "b", 0.2), Likeness("bug", "#12", 0.8)],
        "meaning",
    )
    assert found is not None
    assert (found.name, found.nearest, found.severity, found.by) == ("bug", "#12", 0.6, "meaning")
    assert found.confidence > 0.95


def test_nothing_stands_out() -> None:
    """Two that are equally near, something far away, and a category that is gone from the file give none."""
    near = [Likeness("billing", "a", 0.6), Likeness("bug", "b", 0.6)]
    far = [Likeness("billing", "a", 0.1), Likeness("bug", "b", 0.05)]
    gone = [Likeness("shipping", "c", 0.9)]
    for likenesses in (near, far, gone, []):
        assert choose_category(CATEGORIES, likenesses, "words") is None


@given(
    st.lists(
        st.builds(Likeness, st.sampled_from(["billing", "bug", "x"]), st.text(max_size=3), st.floats(0, 1))
    )
)
def test_a_confidence_is_a_probability(likenesses: list[Likeness]) -> None:
    """Whatever the likenesses are, a category that is given has at least the least confidence and at most 1."""
    for by in ("words", "meaning"):
        found = choose_category(CATEGORIES, likenesses, by)
        assert found is None or LEAST_CONFIDENCE <= found.confidence <= 1
