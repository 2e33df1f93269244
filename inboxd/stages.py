"""Stages: how many seconds each step of a mail's journey takes, told to the one who asked; next to free when nobody did.

As with the log, a stage must not need to be handed whom to tell: each process says so once, when it starts.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from enum import StrEnum

Observe = Callable[[str, float], None]


class Stage(StrEnum):
    """What is timed: the verbs of the journey, and ``wait``, from a mail's acceptance to the first look at it."""

    ACCEPT = "accept"
    WAIT = "wait"
    PARSE = "parse"
    AUTHENTICATE = "authenticate"
    CLASSIFY = "classify"
    THREAD = "thread"
    MATCH = "match"
    DECIDE = "decide"
    APPLY = "apply"
    TRANSMIT = "transmit"


class _Listener:
    """Who is told in this process."""

    observe: Observe | None = None


def tell(observe: Observe | None) -> None:
    """Let ``observe`` hear of every stage of this process, on whatever thread it runs; None: nobody does."""
    _Listener.observe = observe


def took(stage: str, seconds: float) -> None:
    """Say how long a stage took; never less than no time, whatever a clock that was set back says."""
    if _Listener.observe is not None:
        _Listener.observe(str(stage), max(seconds, 0.0))


@contextlib.contextmanager
def timed(stage: Stage) -> Iterator[None]:
    """Time what is done inside, also when it ends with an exception."""
    if _Listener.observe is None:
        yield
        return
    began = time.perf_counter()
    try:
        yield
    finally:
        took(stage, time.perf_counter() - began)


class Batch:
    """Collects what was observed until it is handed on in one piece; safe for several threads."""

    # A mail has a dozen; more than these would not go through a pipe in one piece.
    MOST = 100

    def __init__(self) -> None:
        self._waiting: list[tuple[str, float]] = []

    def observe(self, stage: str, seconds: float) -> None:
        """Keep one observation."""
        if len(self._waiting) < self.MOST:
            self._waiting.append((stage, seconds))

    def take(self) -> tuple[tuple[str, float], ...]:
        """Return what was observed since the last call."""
        taken, self._waiting = self._waiting, []
        return tuple(taken)
