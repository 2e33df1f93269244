"""All articles of a desk, ready to be matched; only what changed is embedded again."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inboxd.knowledge.articles import Article
from inboxd.knowledge.confidence import Platt, move
from inboxd.knowledge.corrections import Corrections, load_corrections
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index_form import EMPTY, Index
from inboxd.knowledge.mixture import MOST, NOTHING_SEEN, see
from inboxd.knowledge.model_export import TUNED_PREFIX
from inboxd.knowledge.scoring import Matrix
from inboxd.knowledge.shelf import Learnt, Shelf, build_shelf, shelf_texts
from inboxd.knowledge.simulate import simulate
from inboxd.knowledge.space import DENSE_WEIGHT, Script, script_of
from inboxd.knowledge.threshold import record_of

__all__ = ["EMPTY", "Index", "build_index", "content_hash", "needs_model", "vector_hashes"]


def build_index(
    articles: Sequence[Article],
    embedder: Embedder | None,
    cached: Mapping[str, Matrix] | None = None,
    learnt: Sequence[Learnt] = (),
    corrections: Corrections | None = None,
) -> Index:
    """Return the index of some articles; texts whose hash is in ``cached`` are not embedded again.

    ``corrections`` are those of a tuned model (by default what was kept with it): it has seen the phrasings, so what it
    says to them does not tell how sure it may be.

    ``embedder`` may be None when ``needs_model`` says so. A question is one unit per learnt mail: hand its text as
    ``read_question`` gave it. Takes 1 to 10 s of computing for 50 to 1,000 articles: build it in the background.
    """
    groups = _by_script(articles)
    wanted = [text for script, group in groups.items() for text in shelf_texts(group, script, learnt)]
    vectors, new = _embed(tuple(dict.fromkeys(wanted)), embedder, cached or {})
    shelves = [build_shelf(group, script, learnt, vectors) for script, group in groups.items()]
    tuned = embedder is not None and embedder.name.startswith(TUNED_PREFIX)
    if embedder is not None and tuned and corrections is None:
        corrections = load_corrections(embedder.name)
    calibrated = (_calibrated(shelf, (corrections or {}).get(shelf.script), tuned=tuned) for shelf in shelves)
    return Index(tuple(articles), tuple(calibrated), embedder, new)


def needs_model(articles: Sequence[Article]) -> bool:
    """Return whether any article is in a language the sentence model reads; without articles there is no need."""
    return any(DENSE_WEIGHT[script_of(one.phrasings, one.lang)] > 0 for one in articles)


def vector_hashes(articles: Sequence[Article], learnt: Sequence[Learnt] = ()) -> tuple[str, ...]:
    """Return the content hashes of all vectors ``build_index`` will ask for: what to load from the store."""
    groups = _by_script(articles)
    texts = [text for script, group in groups.items() for text in shelf_texts(group, script, learnt)]
    return tuple(dict.fromkeys(content_hash(text) for text in texts))


def content_hash(text: str) -> str:
    """Return the SHA-256 of a text in NFC, the key its vector is stored under."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()


def _by_script(articles: Sequence[Article]) -> dict[Script, list[Article]]:
    groups: dict[Script, list[Article]] = {}
    for article in articles:
        groups.setdefault(script_of(article.phrasings, article.lang), []).append(article)
    return groups


def _calibrated(shelf: Shelf, correction: Platt | None, *, tuned: bool) -> Shelf:
    trials = simulate(shelf, tuned=tuned)
    platt = correction or move(shelf.calibrator, trials)
    own = record_of(shelf.calibrator, trials, platt)
    # How sure it was of them while they were left out says as much as mail nobody labelled; what was right, here nothing.
    seen = see(shelf.calibrator.usual, NOTHING_SEEN, own.chances[own.mails][-MOST:].tolist())
    return replace(shelf, platt=platt, own=replace(own, seen=seen))


def _embed(
    texts: Sequence[str], embedder: Embedder | None, cached: Mapping[str, Matrix]
) -> tuple[dict[str, Matrix], dict[str, Matrix]]:
    """Return the vector of every text, and the new ones by content hash."""
    keys = {text: content_hash(text) for text in texts}
    missing = [text for text in texts if keys[text] not in cached]
    if missing and embedder is None:
        raise ValueError("these articles need a sentence model")
    computed = dict(zip(missing, embedder.embed(missing), strict=True)) if missing and embedder else {}
    vectors = {text: computed[text] if text in computed else cached[keys[text]] for text in texts}
    return vectors, {keys[text]: row for text, row in computed.items()}
