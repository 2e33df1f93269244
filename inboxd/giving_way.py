"""Accept first, then work: while the front takes in many mails, its worker leaves it processor and store for a moment.

What is accepted is safe, and of thousands that came at once nobody waits for the first. But nobody may wait long either:
the worker gives way for a second at most, and then works for as long before it does so again.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

# What the front tells its worker: there is work; or that there is, and more is being taken in.
WORK, MORE_COMES = b"w", b"m"
LONGEST_SECONDS = 1.0


class TakingIn:
    """The front's side: how many folders are being read of which much is new. ``tell`` is set at every change."""

    def __init__(self, tell: threading.Event) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._running = 0

    @contextlib.contextmanager
    def much(self) -> Iterator[None]:
        """Let the worker give way inside, however that ends."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def word(self) -> bytes:
        """Return what is to be told to the worker now."""
        return MORE_COMES if self._running else WORK

    def _count(self, change: int) -> None:
        with self._lock:
            self._running += change
        self._tell.set()


class GivingWay:
    """The worker's side: hears what the front tells, on any thread, and gives way on the worker's own."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._free = threading.Event()
        self._free.set()
        self._began = 0.0
        self._not_before = 0.0

    def hear(self, said: bytes) -> None:
        """Take in what the front told; of several words the last one holds. No word: the front is gone."""
        if not said.endswith(MORE_COMES):
            self._end()
        elif self._free.is_set() and self._now() >= self._not_before:
            self._began = self._now()
            self._free.clear()

    def seconds(self) -> float:
        """Return how long the worker would have to wait now, at most."""
        return 0.0 if self._free.is_set() else max(self._began + LONGEST_SECONDS - self._now(), 0.0)

    def wait(self) -> None:
        """Return at once, or when the front has taken in what there was, or when it has taken long enough."""
        if not self._free.wait(self.seconds()):
            self._end()

    def _end(self) -> None:
        if not self._free.is_set():
            now = self._now()
            # As long as it gave way it works now, also where folder after folder has much that is new.
            self._not_before = now + min(now - self._began, LONGEST_SECONDS)
            self._free.set()
