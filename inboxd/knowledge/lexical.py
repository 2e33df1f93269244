"""What was said, as terms: words and character n-grams, and how much of it a text holds (BM25).

BM25 is Lucene's form (Robertson & Zaragoza 2009; LUCENE-8563), divided by the idf mass of the query with unknown
words included: "how much of what was said is in this text", 0 to 1 and comparable between queries.
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
# A mail's words beyond this add nothing to what it asks, and would cost time.
MAX_TERMS = 4_000
# A row of all texts per term: so many fit into a few megabytes at 5,000 texts.
_TERMS_AT_ONCE = 128

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CJK = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯]+")
# How and what one asks in Chinese says nothing of what is asked for; without them top-1 rises from 88 to 92 %.
_CJK_ASKING = re.compile(
    "怎么样|怎么办|怎么|怎样|如何|请问|能不能|可不可以|可以|能否|是否|什么时候|什么|在哪里|在哪儿|哪里|在哪|哪儿|为什么|多少|方法|如下|步骤"
    "|一下|一个|这个|那个|我们|你们|咱们|想要|[吗呢吧的了我你您请想要是有给把都也就还会能]"
)
_SHORTEST, _LONGEST = 2, 5
_CJK_LONGEST = 3

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TermIndex:
    """An inverted index: for each term the texts that hold it, with weights; ``idf`` per known term."""

    vocabulary: dict[str, int]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    weights: Scores
    idf: Scores
    unknown_idf: float
    size: int


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded to lower case and stem; CJK runs as characters and pairs of them."""
    found: list[str] = []
    for word in _WORD.findall(normalise(text)):
        if _CJK.search(word):
            found += _cjk_terms(word)
        else:
            found.append(stem(word.replace("’", "'")))
        if len(found) >= MAX_TERMS:
            break
    return tuple(found[:MAX_TERMS])


def grams(text: str) -> tuple[str, ...]:
    """Return the character n-grams of a text: 2 to 5 within padded words, 1 to 3 in CJK runs."""
    return tuple(gram for word in spelled_words(text) for gram in word_grams(word))[:MAX_TERMS]


def spelled_words(text: str) -> list[str]:
    """Return the words of a text whose n-grams say how it is written."""
    normal = normalise(text)
    content = _CJK_ASKING.sub(" ", normal)
    return _WORD.findall(content if _WORD.search(content) else normal)


def word_grams(word: str) -> list[str]:
    """Return the character n-grams of one word."""
    cjk = bool(_CJK.search(word))
    padded = word if cjk else f" {word} "
    lengths = range(1, _CJK_LONGEST + 1) if cjk else range(_SHORTEST, _LONGEST + 1)
    return [padded[at : at + length] for length in lengths for at in range(len(padded) - length + 1)]


def normalise(text: str) -> str:
    """Return the text in NFKC and lower case: full-width forms and ligatures are the same letters."""
    return unicodedata.normalize("NFKC", text).lower()


def cjk_share(text: str) -> float:
    """Return the share of a text's letters that are Chinese, Japanese or Korean, 0 when it has none."""
    if text.isascii():
        return 0.0
    letters = sum(character.isalpha() for character in text)
    return sum(len(run) for run in _CJK.findall(text)) / letters if letters else 0.0


@functools.lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Return the word without its commonest English endings (the S-stemmer of Harman 1991, and -ing, -ed)."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004  shortest word the rule is right for
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):  # noqa: PLR2004  likewise
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004  "using" but not "ring"
            base = word[: -len(ending)]
            doubled = len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz"  # noqa: PLR2004  "stopped"
            return base[:-1] if doubled else base
    return word[:-1] if len(word) > 4 and word.endswith("e") else word  # noqa: PLR2004  "charge", as "charged"


def build_bm25(texts: Sequence[Sequence[str]], background: Iterable[Sequence[str]] = ()) -> TermIndex:
    """Return the index of some texts; ``background`` texts only teach how common a term is."""
    lengths = np.array([len(terms) for terms in texts], np.float32)
    mean = max(float(lengths.mean()), 1.0) if len(texts) else 1.0
    norms = K1 * (1 - B + B * lengths / mean)
    postings = _postings(texts)
    total, idf = _idf_of(postings, len(texts), background)
    starts = np.concatenate(([0], np.cumsum([len(entry) for entry in postings.values()]))).astype(np.int64)
    flat = np.array([pair for entry in postings.values() for pair in entry], np.int32).reshape(-1, 2)
    places, counts = flat[:, 0], flat[:, 1].astype(np.float32)
    weights = np.repeat(idf, np.diff(starts)) * counts / (counts + norms[places])
    vocabulary = {term: row for row, term in enumerate(postings)}
    unknown = float(np.log(1 + (total + 0.5) / 0.5))
    return TermIndex(vocabulary, starts, places, weights.astype(np.float32), idf, unknown, len(texts))


def bm25_scores(index: TermIndex, terms: Sequence[str]) -> Scores:
    """Return, for every text, the share of the query's idf mass that it holds (0 to 1)."""
    return np.asarray(bm25_of_all(index, [terms])[0])


def bm25_of_all(index: TermIndex, units: Sequence[Sequence[str]]) -> Scores:
    """Return the scores of several queries (units × texts); a term that many of them share is looked up once."""
    places: dict[str, int] = {}
    for unit in units:
        for term in unit:
            places.setdefault(term, len(places))
    said = np.zeros((len(units), len(places)), np.float32)
    for at, unit in enumerate(units):
        said[at, [places[term] for term in unit]] = 1
    mass = said @ np.array([_idf(index, term) for term in places], np.float32)
    totals = np.zeros((len(units), index.size), np.float32)
    distinct = list(places)
    for start in range(0, len(distinct), _TERMS_AT_ONCE):
        part = distinct[start : start + _TERMS_AT_ONCE]
        totals += said[:, start : start + len(part)] @ _weights_of(index, part)
    return np.asarray(totals / np.maximum(mass, 1e-6)[:, None], np.float32)


def known_share(index: TermIndex, terms: Sequence[str], texts: NDArray[np.bool_] | None = None) -> float:
    """Return the share of the query's idf mass known to the index, or to any of the marked texts."""
    distinct = tuple(dict.fromkeys(terms))
    mass = sum(_idf(index, term) for term in distinct)
    known = sum(_idf(index, term) for term in distinct if _holds(index, term, texts))
    return known / mass if mass else 0.0


def held_share(index: TermIndex, terms: Sequence[str], held: Collection[str]) -> float:
    """Return the share of the query's idf mass that is among the terms of one text."""
    distinct = tuple(dict.fromkeys(terms))
    mass = sum(_idf(index, term) for term in distinct)
    known = sum(_idf(index, term) for term in distinct if term in held)
    return known / mass if mass else 0.0


def covered_share(index: TermIndex, text: Sequence[str], query: Sequence[str]) -> float:
    """Return the share of a text's idf mass that the query says, too (the other way round than BM25)."""
    said = set(query)
    distinct = tuple(dict.fromkeys(text))
    mass = sum(_idf(index, term) for term in distinct)
    return sum(_idf(index, term) for term in distinct if term in said) / mass if mass else 0.0


def _cjk_terms(run: str) -> list[str]:
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def _postings(texts: Sequence[Sequence[str]]) -> dict[str, list[tuple[int, int]]]:
    """Return, for every term, the texts that hold it and how often."""
    postings: dict[str, list[tuple[int, int]]] = {}
    for at, terms in enumerate(texts):
        for term, count in Counter(terms).items():
            postings.setdefault(term, []).append((at, count))
    return postings


def _idf_of(
    postings: Mapping[str, Sequence[object]], size: int, background: Iterable[Sequence[str]]
) -> tuple[int, Scores]:
    """Return how many texts there are in all, and the idf of every term."""
    total, frequency = size, {term: len(entry) for term, entry in postings.items()}
    for terms in background:
        total += 1
        for term in set(terms) & frequency.keys():
            frequency[term] += 1
    counts = np.fromiter(frequency.values(), np.float64, len(frequency))
    return total, np.log(1 + (total - counts + 0.5) / (counts + 0.5)).astype(np.float32)


def _weights_of(index: TermIndex, terms: Sequence[str]) -> Scores:
    """Return what each term is worth in each text (terms × texts)."""
    found = np.zeros((len(terms), index.size), np.float32)
    for at, term in enumerate(terms):
        row = index.vocabulary.get(term)
        if row is not None:
            span = slice(index.starts[row], index.starts[row + 1])
            found[at, index.texts[span]] = index.weights[span]
    return found


def _idf(index: TermIndex, term: str) -> float:
    row = index.vocabulary.get(term)
    return index.unknown_idf if row is None else float(index.idf[row])


def _holds(index: TermIndex, term: str, texts: NDArray[np.bool_] | None) -> bool:
    row = index.vocabulary.get(term)
    if row is None:
        return False
    if texts is None:
        return True
    return bool(texts[index.texts[index.starts[row] : index.starts[row + 1]]].any())
