"""Waking an event loop for what another thread has done: once for all of it, not once for each.

``asyncio.wrap_future`` writes an octet into the loop's own socket for every mail; of ten that were committed together the
first one wakes the loop, and the others are seen with it.
"""

import asyncio
import collections
from concurrent.futures import Future
from typing import TypeVar

Answer = TypeVar("Answer")


class Doorbell:
    """Hands answers over to the one event loop on which ``answer_to`` is awaited."""

    def __init__(self) -> None:
        self._done: collections.deque[asyncio.Future[None]] = collections.deque()
        self._rung = False

    async def answer_to(self, future: "Future[Answer]") -> Answer:
        """Return what the future has in the end, or raise it. Whoever stops waiting does not cancel the future."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[None] = loop.create_future()

        def ring(_: "Future[Answer]") -> None:
            if loop.is_closed():
                return
            self._done.append(waiting)
            # Set before the loop is woken and reset before it looks: what comes later rings again.
            if not self._rung:
                self._rung = True
                loop.call_soon_threadsafe(self._look)

        future.add_done_callback(ring)
        await waiting
        return future.result()

    def _look(self) -> None:
        self._rung = False
        while self._done:
            waiting = self._done.popleft()
            # Who hung up waits no longer.
            if not waiting.done():
                waiting.set_result(None)
