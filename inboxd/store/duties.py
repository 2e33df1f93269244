"""Duties: what only one of several daemons does at a time, and what doing it until somebody else does looks like."""

import time
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Engine

from inboxd.loops import Step, Stop

CALENDAR = "calendar"
WATCH = "watch"
# How often a leader is heard of, and the others ask whether there still is one.
BEAT_SECONDS = 3.0

# What begins a reign: with the store as its leader may write it, and with its end.
Begin = Callable[[Engine, Stop], Step]


class Leaders(Protocol):
    """Who leads what (``store/leadership.py``)."""

    def term(self, name: str) -> int | None:
        """Return under which term this process leads, or None."""

    def fenced(self, name: str, term: int) -> Engine:
        """Return the store as the leader of that term may write it."""


class Reign(Stop):
    """One time of leading: ends with the process, or when somebody else leads. Its ``engine`` writes only that long."""

    def __init__(self, stop: Stop, leaders: Leaders, name: str, term: int) -> None:
        super().__init__()
        self.engine = leaders.fenced(name, term)
        self._outer = stop
        self._leaders = leaders
        self._name = name
        self._term = term

    def is_set(self) -> bool:
        """Return True once this reign is over."""
        return self._outer.is_set() or self._leaders.term(self._name) != self._term

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of the reign, at most ``seconds``; return whether it came."""
        until = time.monotonic() + (seconds if seconds is not None else float("inf"))
        while not self.is_set() and (left := until - time.monotonic()) > 0:
            self._outer.wait(min(left, 1.0))
        return self.is_set()


class Led:
    """A loop's step that does its work while this process leads, and waits while somebody else does."""

    def __init__(self, leaders: Leaders, name: str, stop: Stop, begin: Begin) -> None:
        self._leaders = leaders
        self._name = name
        self._stop = stop
        self._begin = begin
        self._reign: Reign | None = None
        self._work: Step = lambda: False

    def step(self) -> bool:
        """Do the next thing there is to do, if it is ours to do; return False when there was none."""
        if self._reign is None or self._reign.is_set():
            self._reign = reign(self._leaders, self._name, self._stop)
            if self._reign is None:
                self._stop.wait(BEAT_SECONDS)
                return False
            self._work = self._begin(self._reign.engine, self._reign)
        return self._work()


def reign(leaders: Leaders, name: str, stop: Stop) -> Reign | None:
    """Return this process's reign over a duty, or None while somebody else has it."""
    term = leaders.term(name)
    return None if term is None else Reign(stop, leaders, name, term)


def led(leaders: Leaders | None, name: str, engine: Engine, stop: Stop, begin: Begin) -> Step:
    """Return the step of a loop that works while this process leads; without ``leaders`` it always does (SQLite)."""
    return begin(engine, stop) if leaders is None else Led(leaders, name, stop, begin).step


def reads_folder(account: str, folder: str) -> str:
    """Return the name of the duty to read one folder."""
    return f"folder {folder} of {account}"


def keeps_mailbox(account: str) -> str:
    """Return the name of the duty to look after Sent and Drafts of a mailbox."""
    return f"mailbox {account}"


def sorts_queues(account: str) -> str:
    """Return the name of the duty to work in the queue folders of a mailbox."""
    return f"queues {account}"
