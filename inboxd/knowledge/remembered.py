"""An embedder that remembers: a text that comes again soon (a mail read ahead, a form, a greeting) costs nothing."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.embed import Embedder, Vectors

# The units of about 200 mails; 1.5 kB each and the text.
KEPT = 2_048
# So many texts at once are a knowledge base being built, which is stored, and takes too long for mails to wait.
_MANY = 512


class RememberingEmbedder:
    """One caller at a time, so that a text somebody else is embedding just now is waited for, not embedded twice."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self._inner = inner
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        # Who waits for the lock holds the door: who has just left comes behind him, however fast he asks again.
        self._door = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, in order."""
        if len(texts) > _MANY:
            return self._inner.embed(texts)
        # Read ahead, it must not wait for the next batch, which somebody else is embedding just now.
        ready = [row for text in texts if (row := self._known.get(text)) is not None]
        if texts and len(ready) == len(texts):
            return np.stack(ready)
        with self._door:
            self._lock.acquire()
        try:
            missing = list(dict.fromkeys(text for text in texts if text not in self._known))
            fresh = dict(zip(missing, self._inner.embed(missing), strict=True)) if missing else {}
            rows = [fresh[text] if text in fresh else self._known[text] for text in texts]
            self._remember(texts, fresh)
        finally:
            self._lock.release()
        return np.stack(rows) if rows else np.empty((0, 0), np.float32)

    def _remember(self, texts: Sequence[str], fresh: dict[str, NDArray[np.float32]]) -> None:
        for text in dict.fromkeys(texts):
            if text in fresh:
                # A copy: a row of a batch would keep the whole batch.
                self._known[text] = fresh[text].copy()
            self._known.move_to_end(text)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
