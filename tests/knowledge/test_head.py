import numpy as np

from inboxd.knowledge.head import Head, Matrix, centroid_odds, fit_head, log_odds, softmax


def clusters() -> tuple[np.ndarray, np.ndarray]:
    """Return three clouds of ten unit vectors each, and which cloud each is of."""
    dice = np.random.default_rng(1)
    centres = dice.normal(size=(3, 40))
    labels = np.repeat(np.arange(3), 10)
    rows = centres[labels] + 0.4 * dice.normal(size=(30, 40))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels


def test_learns_which_class_a_row_is_of() -> None:
    """Every cloud is told from the others, surely."""
    rows, labels = clusters()
    chances = softmax(_odds(fit_head(rows, labels, 3), rows))
    assert (chances.argmax(axis=1) == labels).all()
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert chances.max(axis=1).min() > 0.7


def test_agrees_with_the_library_it_replaces() -> None:
    """The probabilities are scikit-learn's, to a few hundredths (which costs 60 MB to import)."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  only here

    rows, labels = clusters()
    expected = LogisticRegression(C=10.0, max_iter=500).fit(rows, labels).predict_proba(rows)
    assert np.abs(softmax(_odds(fit_head(rows, labels, 3), rows)) - expected).max() < 0.05


def test_is_the_same_every_time() -> None:
    """No chance is involved."""
    rows, labels = clusters()
    assert (fit_head(rows, labels, 3).weights == fit_head(rows, labels, 3).weights).all()


def test_equal_rows_and_empty_classes_do_no_harm() -> None:
    """A desk of twins, or without strangers, still has a head."""
    rows = np.ones((4, 5), np.float32) / np.float32(5**0.5)
    chances = softmax(_odds(fit_head(rows, np.array([0, 0, 1, 1]), 3), rows))
    assert np.isfinite(chances).all()
    assert abs(chances[0, 0] - chances[0, 1]) < 0.05


def test_the_closed_form_knows_the_nearest_centroid() -> None:
    """Large desks get the same kind of answer without fitting."""
    rows, labels = clusters()
    centroids = np.stack([rows[labels == label].mean(axis=0) for label in range(2)])
    none = (rows @ rows[labels == 2].T).mean(axis=1)
    assert (centroid_odds(rows @ centroids.T, none).argmax(axis=1) == labels).mean() > 0.9


def _odds(head: Head, rows: Matrix) -> Matrix:
    return log_odds(head, rows @ head.weights)
