"""Which of a question's units are embedded, and what stands for the others meanwhile.

Pairs, the whole and the whole with the subject say the same words up to five times. The model pools the mean of its
tokens (Reimers & Gurevych 2019, section 3), so the mean of the sentences' vectors, by length, comes near what it would
say of several together: near enough to tell which of them wins, and only that one is embedded itself. Measured
on 800 mails of two to six sentences: a third of the tokens, the same share of right first articles.
"""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.question import MAX_UNIT, Question
from inboxd.knowledge.terms import words

# Up to here (about 100 tokens) all units of a mail are embedded at once: choosing would save nothing.
FEW_CHARACTERS = 400

Vectors = NDArray[np.float32]
Parts = Mapping[str, Sequence[str]]


def parts_of(question: Question) -> dict[str, tuple[str, ...]]:
    """Return the units that are made of others, each with what it is made of; none for a short mail."""
    if sum(len(unit) for unit in question.units) <= FEW_CHARACTERS:
        return {}
    sentences = question.sentences
    titled = f"{question.subject}. {question.whole}"
    made: dict[str, tuple[str, ...]] = {
        f"{one} {two}": (one, two) for one, two in itertools.pairwise(sentences)
    }
    made |= {question.whole: sentences, titled: (question.subject, *sentences)}
    simple = {question.subject, *sentences}
    cut = {text[:MAX_UNIT]: parts for text, parts in made.items()}
    return {unit: cut[unit] for unit in question.units if unit in cut and unit not in simple}


def simple_units(question: Question) -> tuple[str, ...]:
    """Return the units to embed first: what no other units make up."""
    made = parts_of(question)
    return tuple(unit for unit in question.units if unit not in made)


def shares_of(units: Sequence[str], simple: Sequence[str], vectors: Vectors, made: Parts) -> Vectors:
    """Return of which of the ``simple`` units' vectors (rows) each unit's vector is the sum (units × simple).

    A simple unit is its own; of any other it is the mean of its parts by length, L2-normalised.
    """
    places = {unit: at for at, unit in enumerate(simple)}
    shares = np.zeros((len(units), len(simple)), np.float32)
    for row, unit in zip(shares, units, strict=True):
        if unit in places:
            row[places[unit]] = 1
            continue
        for part in made[unit]:
            row[places[part[:MAX_UNIT]]] += len(part)
        np.divide(row, max(float(np.linalg.norm(row @ vectors)), 1e-9), out=row)
    return shares


def words_of(units: Sequence[str], made: Parts) -> tuple[tuple[str, ...], ...]:
    """Return the words of every unit; those of a unit that is made of others, and not cut, are theirs."""
    known = {unit: words(unit) for unit in units if unit not in made or len(unit) >= MAX_UNIT}
    return tuple(
        known[unit] if unit in known else tuple(word for part in made[unit] for word in known[part])
        for unit in units
    )
