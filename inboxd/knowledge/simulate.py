"""A desk asks itself its own phrasings: how sure it would be, and how often right, with no label from anyone.

Left out in five rounds: one phrasing per article (mails an article answers), a fifth of the articles with all their
phrasings (near misses), and a fifth of the cohort (far misses).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.confidence import Trial
from inboxd.knowledge.features import Reading, View, candidates
from inboxd.knowledge.lexical import words
from inboxd.knowledge.scoring import Base, Mask, Matrix, make_stand, score_units, unit_slice
from inboxd.knowledge.shelf import Shelf

ROUNDS = 5
# Questions asked per round and kind; more do not move the threshold, and cost start-up time.
MOST = 80
NEAR = -1
FAR = -2

Rows = NDArray[np.int64]


def simulate(shelf: Shelf) -> tuple[Trial, ...]:
    """Return the outcomes of all rounds; the same shelf always gives the same."""
    if shelf.view.base.articles < ROUNDS:
        return ()
    dice = np.random.default_rng(0)
    fold_of_article = dice.permutation(shelf.view.base.articles) % ROUNDS
    trials: list[Trial] = []
    for fold in range(ROUNDS):
        trials += _round(shelf, fold_of_article == fold, fold, dice)
    return tuple(trials)


def _round(shelf: Shelf, left_out: Mask, fold: int, dice: np.random.Generator) -> list[Trial]:
    base = shelf.view.base
    gone = left_out[base.owner]
    held = _held_out(base, fold) & ~gone
    far = np.arange(len(base.cohort)) % ROUNDS == fold
    stand = make_stand(base, ~gone & ~held, ~far)
    inside = _some(np.flatnonzero(held & (stand.counts[base.owner] > 0)), dice)
    near = _some(np.flatnonzero(gone), dice)
    outside = _some(np.flatnonzero(far), dice)
    texts = [shelf.phrasings[row] for row in (*inside, *near)] + [shelf.strangers[row] for row in outside]
    rows = np.concatenate([base.rows[inside], base.rows[near], base.cohort[outside]])
    answers = [int(base.owner[row]) for row in inside] + [NEAR] * len(near) + [FAR] * len(outside)
    return _ask(replace(shelf.view, stand=stand), texts, rows, answers)


def _ask(view: View, texts: list[str], rows: Matrix, answers: list[int]) -> list[Trial]:
    terms = [words(text) for text in texts]
    scores = score_units(view.base, view.stand, rows, terms)
    trials = []
    for at, (text, answer) in enumerate(zip(texts, answers, strict=True)):
        reading = Reading((text,), (terms[at],), unit_slice(scores, at, at + 1))
        best = candidates(view, reading, 1)
        if best:
            trials.append(Trial(best[0], best[0].article == answer, answer >= 0, near_miss=answer == NEAR))
    return trials


def _held_out(base: Base, fold: int) -> Mask:
    """Return one phrasing in five of every article, at least one of each article with two or more over all rounds."""
    place = np.arange(len(base.rows)) - base.starts[base.owner]
    siblings = np.bincount(base.owner, minlength=base.articles)[base.owner]
    return np.asarray((siblings > 1) & (place % np.minimum(ROUNDS, siblings) == fold))


def _some(rows: Rows, dice: np.random.Generator) -> Rows:
    return rows if len(rows) <= MOST else np.sort(dice.choice(rows, MOST, replace=False))
