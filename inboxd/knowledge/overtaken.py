"""Evidence that is overtaken: a mail no article answered, and an article that was written since and does.

Whoever writes the article that was missing must not be held to what was true without it: its very questions would count
as wrong answers. So it is kept when each phrasing was first seen, and what was said before it about a mail like it
weighs nothing from then on.
"""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from inboxd.core.feedback import COUNTS
from inboxd.knowledge.articles import Article
from inboxd.knowledge.terms import is_mostly_cjk
from inboxd.store import learnt, settings
from inboxd.store.engine import read, write
from inboxd.store.learnt import StoredEvidence

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder, Vectors

KEY = "kb.phrasings"
# Two questions nearer than this may ask the same. Lower than what makes an answer sure: one that is left out by mistake
# is one counter-example less, one that is kept by mistake keeps the desk from answering.
NEAR = 0.45


@dataclass(frozen=True, slots=True)
class _Written:
    """A phrasing an author wrote, first seen ``at``."""

    text: str
    at: dt.datetime


def forget_overtaken(
    engine: Engine, articles: Sequence[Article], embedder: "Embedder | None", now: dt.datetime
) -> int:
    """Let evidence that no article answers a mail weigh nothing where one was written since; return how many pieces.

    The first time all phrasings count as old. Embeds only what is not stored.
    """
    texts = tuple(dict.fromkeys(text for article in articles for text in article.phrasings))
    with read(engine) as connection:
        before = settings.load(connection, KEY)
        stored = learnt.list_stored(connection)
    seen = _first_seen(texts, before, now)
    if seen != before:
        # Another daemon on the same PostgreSQL that looks for the first time at this moment writes the same.
        with contextlib.suppress(IntegrityError), write(engine) as connection:
            settings.save(connection, KEY, seen, now)
    written = [_Written(text, dt.datetime.fromisoformat(at)) for text in texts if (at := seen[_key(text)])]
    refusals = [one for one in stored if _says_none_fits(one)]
    found = [
        one
        for chinese in (False, True)
        for one in _overtaken(
            engine,
            [one for one in refusals if is_mostly_cjk(one.learnt.text) == chinese],
            [one for one in written if is_mostly_cjk(one.text) == chinese],
            None if chinese else embedder,
        )
    ]
    if found:
        with write(engine) as connection:
            learnt.disregard(connection, found)
    return len(found)


def _first_seen(texts: Sequence[str], before: Mapping[str, str] | None, now: dt.datetime) -> dict[str, str]:
    """Return when each phrasing was first seen, by its hash; empty: before anybody looked."""
    new = "" if before is None else now.isoformat()
    return {key: (before or {}).get(key, new) for key in map(_key, texts)}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _says_none_fits(one: StoredEvidence) -> bool:
    return one.learnt.weight >= COUNTS and (one.learnt.article is None or not one.learnt.right)


def _overtaken(
    engine: Engine,
    refusals: Sequence[StoredEvidence],
    written: Sequence[_Written],
    embedder: "Embedder | None",
) -> list[int]:
    """Return the ids of what was said before a phrasing that is near to its mail."""
    latest = max((one.at for one in written), default=None)
    older = [one for one in refusals if latest is not None and one.at < latest]
    if not older:
        return []
    from inboxd.knowledge.gaps import rows_of  # noqa: PLC0415  numpy: 14 MB, rarely needed

    texts = [*(one.learnt.text for one in older), *(one.text for one in written)]
    rows = rows_of(texts, None if embedder is None else _Stored(engine, embedder))
    near = rows[: len(older)] @ rows[len(older) :].T >= NEAR
    return [
        one.evidence_id
        for one, row in zip(older, near, strict=True)
        if any(is_near and one.at < other.at for is_near, other in zip(row, written, strict=True))
    ]


class _Stored:
    """An embedder that takes from the store what was embedded before."""

    def __init__(self, engine: Engine, inner: "Embedder") -> None:
        self.name = inner.name
        self._engine = engine
        self._inner = inner

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return one L2-normalised row per text, in order."""
        import numpy as np  # noqa: PLC0415  as above

        from inboxd.knowledge.index import content_hash  # noqa: PLC0415  likewise
        from inboxd.store import passages  # noqa: PLC0415  likewise

        hashes = [content_hash(text) for text in texts]
        with read(self._engine) as connection:
            known = passages.load(connection, self.name, hashes)
        missing = [text for text, key in zip(texts, hashes, strict=True) if key not in known]
        known |= dict(zip(map(content_hash, missing), self._inner.embed(missing), strict=True))
        return np.stack([known[key] for key in hashes])
