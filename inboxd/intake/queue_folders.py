"""Queue folders, the mailbox's side: look where the mails lie, move those that are wanted elsewhere, and again.

What a move of the operator means is not known here: the worker obeys it (``jobs/queue_folders.py``).
"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import Engine

from inboxd import maillog
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.errors import InboxdError
from inboxd.intake.imap_session import RefusedError, open_client
from inboxd.intake.queue_box import Box, boxes
from inboxd.intake.queue_look import Remembered, look_around
from inboxd.intake.queue_mover import move_all
from inboxd.intake.queue_session import QueueSession
from inboxd.loops import Step, Stop, start_loop
from inboxd.store import queue_mails
from inboxd.store.duties import Leaders, led, sorts_queues
from inboxd.store.engine import read

_BACK_OFF = (5.0, 15.0, 60.0, 300.0)
# For ``run --until-idle``: a look, our moves, and a look at what they led to.
_MOST_ROUNDS = 5

_FolderState = tuple[int, ...] | None
_State = tuple[int, dict[str, _FolderState]]


def start_queues(
    config: Config,
    engine: Engine,
    clock: Clock,
    accepted: Callable[[], None],
    stop: Stop,
    leaders: Leaders | None = None,
) -> list[threading.Thread]:
    """Work in every mailbox that has queue folders, on a thread of its own, until ``stop``.

    Of several daemons one works in a mailbox, as ``leaders`` say.
    """
    threads = []
    for box in boxes(config, engine, clock, accepted, stop.is_set):
        step = led(leaders, sorts_queues(box.name), engine, stop, partial(_begin_sorting, box))
        threads.append(start_loop(f"queues {box.name}", step, threading.Event(), 0.0, stop))
    return threads


def _begin_sorting(box: Box, engine: Engine, stop: Stop) -> Step:
    return QueueWatch(replace(box, engine=engine, ended=stop.is_set), stop).step


def work_once(config: Config, engine: Engine, clock: Clock) -> int:
    """Look into all queue folders and move what is to be moved, once; return how many mails were moved.

    A mailbox that cannot be reached is a problem in the log.
    """
    moved = 0
    for box in boxes(config, engine, clock):
        try:
            with contextlib.closing(QueueSession(open_client(box.account))) as session:
                visit = Visit(box, session)
                for _ in range(_MOST_ROUNDS):
                    done = visit.work()
                    moved += done
                    if not done:
                        break
        except InboxdError as error:
            maillog.problem(f"queue folders of {box.name}: {error}")
    return moved


class QueueWatch:
    """Keeps one mailbox connected; a step is the life of one connection."""

    def __init__(self, box: Box, stop: Stop) -> None:
        self._box = box
        self._stop = stop
        self._failures = 0

    def step(self) -> bool:
        """Connect and work until the connection or the desk ends; after a failure wait, longer each time."""
        try:
            with contextlib.closing(QueueSession(open_client(self._box.account))) as session:
                visit = Visit(self._box, session)
                while not self._stop.is_set():
                    visit.work()
                    self._failures = 0
                    self._stop.wait(self._box.folders.look_every.total_seconds())
        except InboxdError as error:
            maillog.problem(f"queue folders of {self._box.name}: {error}")
            self._stop.wait(_BACK_OFF[min(self._failures, len(_BACK_OFF) - 1)])
            self._failures += 1
        return True


class Visit:
    """One connection to a mailbox; it remembers what it saw, so that a look at nothing new costs a few STATUS."""

    def __init__(self, box: Box, session: QueueSession) -> None:
        self._box = box
        self._session = session
        self._names = dict(box.names_on(session))
        self._remembered = Remembered()
        self._seen: _State | None = None
        self._looked = 0.0

    def work(self) -> int:
        """Look, if anything is new, and move what is wanted elsewhere; return how many mails were moved.

        Raises ``TransientError``, and ``RefusedError`` when the server does not do as it is told.
        """
        with read(self._box.engine) as connection:
            newest = queue_mails.last_event(connection)
            due = queue_mails.is_due(connection, self._box.name, self._box.clock())
        checked_at = self._box.clock()
        states = self._states()
        seen = (newest, states)
        moved = 0
        if due or seen != self._seen or self._remembered.vanished or self._is_overdue():
            sightings = look_around(self._box, self._session, self._names, states, self._remembered)
            moved = move_all(self._box, self._session, self._names, sightings, self._remembered)
            self._seen, self._looked = seen, time.monotonic()
        # Until then every mail lay where it was seen: what is found elsewhere next time was moved later.
        self._remembered.checked_at = checked_at
        return moved

    def _is_overdue(self) -> bool:
        """Return whether it is time to read all folders again: not every server shows all changes in STATUS."""
        overdue = time.monotonic() - self._looked > self._box.account.poll.total_seconds()
        if overdue:
            self._remembered.forget()
        return overdue

    def _states(self) -> dict[str, _FolderState]:
        """Return what changes when mails come or go; a queue folder that is missing is made.

        One that cannot be made is told, and done without as long as this connection lasts.
        """
        states = {name: self._session.state(name) for name in self._box.inboxes}
        for place, name in tuple(self._names.items()):
            try:
                states[name] = self._session.state(name) or self._make(name)
            except RefusedError as error:
                maillog.problem(f"queue folder {name} of {self._box.name}: {error}")
                del self._names[place]
        return states

    def _make(self, name: str) -> _FolderState:
        self._session.make_folder(name)
        return self._session.state(name)
