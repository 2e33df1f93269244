"""One vector space for what a text means and how it is written.

A vector is the sentence embedding beside hashed TF-IDF character n-grams, each scaled by the root of its weight, so
one dot product is ``w · cosine(meaning) + (1 - w) · cosine(spelling)``. How much the meaning counts depends on what
languages the model knows: n-grams alone for Chinese, half and half for German, a fifth for English (measured).
"""

import functools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.terms import is_mostly_cjk, spelled_words, word_grams

# Weinberger et al. 2009, feature hashing with a sign: 2,048 buckets cost 0.02 of noise in a cosine.
BUCKETS = 2_048
_SIGN_BIT = 0x8000_0000
_HASH_BITS = 0xFFFF_FFFF
# Their n-grams and counts take a few megabytes.
_TEXTS_AT_ONCE = 64
# The spelling of a phrasing fits in; a passage's beginning names what it is about.
_SPELLED = 250
# 350 bytes each.
_WORDS_KEPT = 8_192

Vectors = NDArray[np.float32]
Codes = NDArray[np.int64]


class Script(StrEnum):
    """How far the sentence model understands a language; each has weights and a calibration of its own."""

    ENGLISH = "english"
    LATIN = "latin"
    CJK = "cjk"


DENSE_WEIGHT = {Script.ENGLISH: 0.8, Script.LATIN: 0.5, Script.CJK: 0.0}


@dataclass(frozen=True, slots=True)
class Space:
    """The weights of one desk's space; ``idf`` has one entry per bucket."""

    dense_weight: float
    idf: Vectors


def script_of(texts: Sequence[str], language: str) -> Script:
    """Return which of the three ways a desk's articles are compared in."""
    if is_mostly_cjk(" ".join(texts)):
        return Script.CJK
    return Script.ENGLISH if language.lower().partition("-")[0] in {"", "en"} else Script.LATIN


def count_grams(texts: Sequence[str]) -> Vectors:
    """Return one row of signed, hashed, logarithmic n-gram counts per text (of its beginning, where it is long)."""
    rows = np.zeros((len(texts), BUCKETS), np.float32)
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        _count_into(rows[start : start + _TEXTS_AT_ONCE], texts[start : start + _TEXTS_AT_ONCE])
    return rows


def _count_into(rows: Vectors, texts: Sequence[str]) -> None:
    """Fill the rows of some texts: all their n-grams are sorted at once, which is what takes the time."""
    spelled = [
        (row, _codes(word)) for row, text in enumerate(texts) for word in spelled_words(text[:_SPELLED])
    ]
    if not spelled:
        return
    sizes = [len(codes) for _, codes in spelled]
    owners = np.repeat(np.array([row for row, _ in spelled], np.int64), sizes)
    # A hash has 32 bits; the text it is from stands above them.
    keys, counts = np.unique(
        owners << 32 | np.concatenate([codes for _, codes in spelled]), return_counts=True
    )
    weights = (1 + np.log(counts)) * np.where(keys & _SIGN_BIT, 1, -1)
    places = (keys >> 32) * BUCKETS + (keys & _HASH_BITS) % BUCKETS
    rows[:] = np.bincount(places, weights, rows.size).reshape(rows.shape)


@functools.lru_cache(maxsize=_WORDS_KEPT)
def _codes(word: str) -> Codes:
    """Return the hashes of a word's n-grams; desks and mails use the same few thousand words again and again."""
    return np.array(
        [zlib.crc32(gram.encode("utf-8", "surrogatepass")) for gram in word_grams(word)], np.int64
    )


def build_space(counts: Vectors, dense_weight: float) -> Space:
    """Return the space in which n-grams common in ``counts`` weigh little."""
    frequency = np.count_nonzero(counts, axis=0)
    idf = np.log((len(counts) + 1) / (frequency + 1)) + 1
    return Space(dense_weight, idf.astype(np.float32))


def combine(space: Space, dense: Vectors, counts: Vectors) -> Vectors:
    """Return the rows of both views in one: dot products are the weighted sum of both cosines."""
    spelling = _unit(counts * space.idf) * np.float32((1 - space.dense_weight) ** 0.5)
    if space.dense_weight == 0:
        return np.asarray(spelling, np.float32)
    return np.concatenate([scale_meaning(space, dense), spelling], axis=1).astype(np.float32, copy=False)


def scale_meaning(space: Space, dense: Vectors) -> Vectors:
    """Return sentence vectors as the part of the space's rows they are."""
    return np.asarray(dense * np.float32(space.dense_weight**0.5), np.float32)


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), np.float32)
