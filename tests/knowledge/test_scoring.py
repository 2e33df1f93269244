import numpy as np

from inboxd.knowledge.articles import Article
from inboxd.knowledge.index import Index
from inboxd.knowledge.products import factor_of, similar
from inboxd.knowledge.scoring import (
    make_stand,
    own_nearness,
    replace_units,
    score_units,
    two_nearest,
    unit_slice,
)
from inboxd.knowledge.terms import words


def test_scores_are_units_by_articles(articles: tuple[Article, ...], index: Index) -> None:
    """The phrasing itself is nearest to its own article, in every view."""
    base = index.shelves[0].view.base
    stand = make_stand(base)
    scores = score_units(base, stand, base.rows, base.words)
    assert scores.score.shape == (len(base.rows), len(articles))
    for part in (scores.score, scores.nearest, scores.lexical, scores.odds):
        assert (part.argmax(axis=1) == base.owner).all()
    assert np.allclose(scores.nearest.max(axis=1), 1, atol=1e-4)
    for unit in range(len(base.rows)):
        assert two_nearest(base, scores, unit, 0) <= scores.nearest[unit, 0] + 1e-6
    assert unit_slice(scores, 2, 3).score.shape == (1, len(articles))


def test_what_is_left_out_cannot_be_found(articles: tuple[Article, ...], index: Index) -> None:
    """An article without active phrasings scores below all others."""
    base = index.shelves[0].view.base
    stand = make_stand(base, base.owner != 0)
    scores = score_units(base, stand, base.rows, base.words)
    assert stand.counts[0] == 0
    assert (scores.score[:, 0] == -1).all()
    assert (scores.score.argmax(axis=1) != 0).all()


def test_own_nearness_of_a_single_phrasing_is_the_usual_one(
    articles: tuple[Article, ...], index: Index
) -> None:
    """An article with one phrasing has no sibling to be near to."""
    base = index.shelves[0].view.base
    near = own_nearness(base)
    assert near.shape == (len(articles),)
    assert np.isfinite(near).all()


def test_unknown_words_score_nothing_lexical(index: Index) -> None:
    """No shared word, no lexical score."""
    base = index.shelves[0].view.base
    scores = score_units(base, make_stand(base), base.rows[:1], [words("xyzzy plugh")])
    assert scores.lexical.max() == 0


def test_some_units_can_be_scored_anew(index: Index) -> None:
    """New scores of some units take their place in every array, and the others keep theirs."""
    base = index.shelves[0].view.base
    stand = make_stand(base)
    scores = score_units(base, stand, base.rows[:4], base.words[:4])
    fresh = score_units(base, stand, base.rows[5:7], base.words[5:7])
    changed = replace_units(scores, [0, 2], fresh)
    assert np.array_equal(changed.score[[0, 2]], fresh.score)
    assert np.array_equal(changed.none[[1, 3]], scores.none[[1, 3]])
    assert not np.array_equal(scores.score[0], changed.score[0])


def test_one_unit_and_many_are_multiplied_alike(index: Index) -> None:
    """Keeping only the buckets that are in use changes no product."""
    base = index.shelves[0].view.base
    expected = base.rows[:1] @ np.concatenate([base.rows, base.cohort]).T
    for rows in (base.rows[:1], base.rows):
        units = factor_of(rows, len(base.meaning))
        assert np.allclose(similar(units, base.meaning, base.spelling)[:1], expected, atol=1e-5)
