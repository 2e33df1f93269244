"""Vectors of texts that are the same at every start (examples of categories), kept in the cache: embedded once.

Only what stands in the desk's own files is kept so; what customers wrote has its vectors in the store, where it is erased.
"""

import contextlib
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.embed import Embedder, Vectors
from inboxd.knowledge.frozen_files import read_tree, write_tree
from inboxd.knowledge.model_export import cache_folder

# Of several desks, and of some earlier versions of their files.
_MOST_KEPT = 16
# What another number of threads or another version of the runtime changes is a thousandth of this.
_SAME = 1e-3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rows:
    """One vector a row."""

    vectors: NDArray[np.float32]


def embed_once(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return one L2-normalised row per text, in order; embedded only where that was never done with this model.

    ``texts`` must not be empty.
    """
    place = _place(embedder, texts)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept: Rows = read_tree(place, Rows)
        if _is_of(embedder, texts, kept.vectors):
            return np.asarray(kept.vectors, np.float32)
    vectors = embedder.embed(texts)
    _keep(place, Rows(vectors))
    return vectors


def _is_of(embedder: Embedder, texts: Sequence[str], vectors: Vectors) -> bool:
    """Return whether these are a model's vectors: one that says something else of the first text is another one."""
    (first,) = embedder.embed(texts[:1])
    return vectors.shape == (len(texts), len(first)) and bool(np.allclose(vectors[0], first, atol=_SAME))


def _place(embedder: Embedder, texts: Sequence[str]) -> Path:
    said = "\0".join((embedder.name, *texts)).encode("utf-8", "surrogatepass")
    return cache_folder() / "vectors" / hashlib.sha256(said).hexdigest()[:32]


def _keep(place: Path, rows: Rows) -> None:
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=place.parent) as scratch:
            draft = Path(scratch) / "rows"
            write_tree(draft, rows)
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
        others = [one for one in place.parent.iterdir() if not one.name.startswith(".")]
        for old in sorted(others, key=lambda one: one.stat().st_mtime)[:-_MOST_KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        # Nothing is lost but a tenth of a second of the next start.
        _log.debug("vectors cannot be kept: %s", error)
