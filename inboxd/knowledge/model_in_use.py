"""Which model answers: the configured one, or the one that was tuned from it; loaded once, whoever asks."""

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from inboxd.store import tuned
from inboxd.store.engine import read

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder

_log = logging.getLogger(__name__)


class ModelInUse:
    """The loaded model of a desk whose configured one is ``model``; the store says whether another is in its place."""

    def __init__(self, engine: Engine, model: str) -> None:
        self._engine = engine
        self._model = model
        self._lock = threading.Lock()
        self._loaded = ""
        self._embedder: Embedder | None = None

    @property
    def embedder(self) -> "Embedder | None":
        """Return the model, or None while it is not loaded (or never, on a desk whose articles need none)."""
        return self._embedder

    def take(self) -> "Embedder":
        """Return the model that is to answer, loaded if it was not; raises what ``embed.load_embedder`` does."""
        # Loading takes half a minute where the model must be exported first: who comes meanwhile waits for the new one.
        with self._lock:
            wanted = self._wanted()
            if self._embedder is None or self._loaded != wanted:
                from inboxd.knowledge.embed import load_embedder  # noqa: PLC0415  numpy: 14 MB, only with articles
                from inboxd.knowledge.remembered import RememberingEmbedder  # noqa: PLC0415  likewise

                self._embedder, self._loaded = RememberingEmbedder(load_embedder(wanted)), wanted
            return self._embedder

    def is_outdated(self) -> bool:
        """Return whether a tuned model was put in use or out of it since (``inboxd kb tune``, another daemon's night)."""
        return self._embedder is not None and self._wanted() != self._loaded

    def _wanted(self) -> str:
        with read(self._engine) as connection:
            folder = tuned.load(connection, self._model)
        if folder and not Path(folder).is_dir():
            _log.warning("the tuned model is gone", extra={"action": "tuned_model_gone"})
            return self._model
        return folder or self._model
