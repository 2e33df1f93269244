"""Vectors of passages and phrasings, kept by the hash of what was embedded and by the model."""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from inboxd.store.core_tables import passage_vector as _vector
from inboxd.store.insertion import insert_missing

_CHUNK = 500


def load(connection: Connection, model: str, hashes: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """Return the known vectors, each of shape (d,), by content hash."""
    wanted = list(hashes)
    found: dict[str, NDArray[np.float32]] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(_vector.c.content_hash, _vector.c.vector).where(
            _vector.c.model == model, _vector.c.content_hash.in_(wanted[start : start + _CHUNK])
        )
        for content_hash, vector in connection.execute(query):
            found[content_hash] = np.frombuffer(vector, dtype="<f4")
    return found


def save(connection: Connection, model: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Keep new vectors; one that is known already is left alone."""
    if not vectors:
        return
    rows = [
        {"content_hash": content_hash, "model": model, "vector": vector.astype("<f4").tobytes()}
        for content_hash, vector in vectors.items()
    ]
    insert_missing(connection, _vector, ("content_hash", "model")).run_each(connection, rows)
