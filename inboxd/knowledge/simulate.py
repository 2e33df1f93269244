"""A desk asks itself its own phrasings: how sure it would be, and how often right, with no label from anyone.

Left out in five rounds: one phrasing per article (mails an article answers), a fifth of the articles with all their
phrasings (near misses), and a fifth of the cohort (far misses). Learnt mails among them are asked first: what the
desk did on its own customers' mails is what its threshold is proven by (``threshold.py``).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.confidence import Trial
from inboxd.knowledge.features import Reading, View, candidates
from inboxd.knowledge.learning import is_held_out
from inboxd.knowledge.scoring import Base, Mask, Matrix, make_stand, score_units, unit_slice
from inboxd.knowledge.shelf import Shelf, strangers
from inboxd.knowledge.terms import words

ROUNDS = 5
# Questions asked per round and kind; more do not move the threshold, and cost start-up time.
MOST = 80
NEAR = -1
FAR = -2

Rows = NDArray[np.int64]


def simulate(shelf: Shelf, *, tuned: bool = False) -> tuple[Trial, ...]:
    """Return the outcomes of all rounds; the same shelf always gives the same.

    ``tuned``: the model was trained on this desk's phrasings and on all mails but those that are held out, so only
    these count as mails: what it has seen proves nothing.
    """
    if shelf.view.base.articles < ROUNDS:
        return ()
    dice = np.random.default_rng(0)
    fold_of_article = dice.permutation(shelf.view.base.articles) % ROUNDS
    mails = _mails(shelf, tuned=tuned)
    trials: list[Trial] = []
    for fold in range(ROUNDS):
        trials += _round(shelf, mails, fold_of_article == fold, fold, dice)
    return tuple(trials)


def _round(
    shelf: Shelf, mails: tuple[Mask, Mask], left_out: Mask, fold: int, dice: np.random.Generator
) -> list[Trial]:
    base = shelf.view.base
    gone = left_out[base.owner]
    held = _held_out(base, fold) & ~gone
    far = np.arange(len(base.cohort)) % ROUNDS == fold
    stand = make_stand(base, ~gone & ~held, ~far)
    asked, foreign = mails
    inside = _some(np.flatnonzero(held & (stand.counts[base.owner] > 0)), asked, dice)
    near = _some(np.flatnonzero(gone), asked, dice)
    outside = _some(np.flatnonzero(far), foreign, dice)
    texts = [shelf.phrasings[row] for row in (*inside, *near)] + [shelf.strangers[row] for row in outside]
    rows = np.concatenate([base.rows[inside], base.rows[near], base.cohort[outside]])
    answers = [int(base.owner[row]) for row in inside] + [NEAR] * len(near) + [FAR] * len(outside)
    written = [*asked[inside], *np.zeros(len(near), np.bool_), *foreign[outside]]
    return _ask(replace(shelf.view, stand=stand), texts, rows, answers, written)


def _mails(shelf: Shelf, *, tuned: bool) -> tuple[Mask, Mask]:
    """Return which phrasings and which strangers are mails that customers wrote (and the model has not seen)."""
    written = [frozenset(article.phrasings) for article in shelf.articles]
    asked = [
        text not in written[article] and (not tuned or is_held_out(text))
        for text, article in zip(shelf.phrasings, shelf.view.base.owner, strict=True)
    ]
    general = frozenset(strangers(shelf.articles, shelf.script, ()))
    foreign = [text not in general and (not tuned or is_held_out(text)) for text in shelf.strangers]
    return np.array(asked, np.bool_), np.array(foreign, np.bool_)


def _ask(view: View, texts: list[str], rows: Matrix, answers: list[int], mails: list[bool]) -> list[Trial]:
    terms = [words(text) for text in texts]
    scores = score_units(view.base, view.stand, rows, terms)
    trials = []
    for at, (text, answer, mail) in enumerate(zip(texts, answers, mails, strict=True)):
        reading = Reading((text,), (terms[at],), unit_slice(scores, at, at + 1))
        best = candidates(view, reading, 1)
        if best:
            right = best[0].article == answer
            trials.append(Trial(best[0], right, answer >= 0, near_miss=answer == NEAR, mail=bool(mail)))
    return trials


def _held_out(base: Base, fold: int) -> Mask:
    """Return one phrasing in five of every article, at least one of each article with two or more over all rounds."""
    place = np.arange(len(base.rows)) - base.starts[base.owner]
    siblings = np.bincount(base.owner, minlength=base.articles)[base.owner]
    return np.asarray((siblings > 1) & (place % np.minimum(ROUNDS, siblings) == fold))


def _some(rows: Rows, mails: Mask, dice: np.random.Generator) -> Rows:
    """Return as many of the rows as are asked, customers' mails before all others."""
    if len(rows) <= MOST:
        return rows
    shuffled = dice.permutation(rows)
    return np.sort(shuffled[np.argsort(~mails[shuffled], kind="stable")[:MOST]])
