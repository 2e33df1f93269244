"""The two pipes between the front and the worker.

One says "there is work", the other "I am at mail 12", "wake up" and what each stage of a mail took.
Either side learns from end-of-file that the other is gone; nothing that must survive travels here.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inboxd.stages import Observe, took

_WAKE = b"w"
_STAGES = b"s "
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Busy:
    """The mail the worker is at, and since when by the monotonic clock (seconds)."""

    mail_id: int
    since: float


class WorkerStatus:
    """What the front knows of its worker, fed by ``listen`` on a thread; ``observe`` is told what each stage took."""

    def __init__(self, observe: Observe = took) -> None:
        self._lock = threading.Lock()
        self._busy: Busy | None = None
        self._observe = observe

    @property
    def busy(self) -> Busy | None:
        """Return the mail in work, or None between mails."""
        with self._lock:
            return self._busy

    def listen(self, descriptor: int, on_wake: Callable[[], None]) -> None:
        """Read what the worker says until it is gone; ``on_wake`` is called when it queued something to send."""
        pending = b""
        while chunk := os.read(descriptor, _CHUNK):
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self._take(line, on_wake)
        os.close(descriptor)

    def forget(self) -> None:
        """Forget the mail in work: its worker is gone."""
        with self._lock:
            self._busy = None

    def _take(self, line: bytes, on_wake: Callable[[], None]) -> None:
        if line == _WAKE:
            on_wake()
            return
        if line.startswith(_STAGES):
            self._take_stages(line.removeprefix(_STAGES))
            return
        with self._lock:
            self._busy = Busy(int(line), time.monotonic()) if line.isdigit() else None

    def _take_stages(self, line: bytes) -> None:
        for word in line.decode("ascii", "replace").split():
            stage, _, seconds = word.partition(":")
            # A line cut by the worker's death may end anywhere; half a number must not raise.
            with contextlib.suppress(ValueError):
                self._observe(stage, float(seconds))


class FrontLink:
    """The worker's end: tells the front what it is doing, and hears when there is work."""

    def __init__(self, read_descriptor: int, write_descriptor: int) -> None:
        self._read = read_descriptor
        self._write = write_descriptor

    def begin(self, mail_id: int) -> None:
        """Say which mail is in work now."""
        self._say(str(mail_id).encode())

    def end(self, stages: Iterable[tuple[str, float]] = ()) -> None:
        """Say that no mail is in work, and how many seconds its stages took."""
        told = " ".join(f"{stage}:{seconds:.6f}" for stage, seconds in stages)
        # One write below PIPE_BUF (POSIX): nothing another thread says comes in between (``stages.Batch``).
        self._say(b"-\n" + _STAGES + told.encode("ascii") if told else b"-")

    def wake(self) -> None:
        """Say that something waits to be sent."""
        self._say(_WAKE)

    def listen(
        self, on_word: Callable[[bytes], None], on_work: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        """At every sign of life from the front call ``on_word`` with it, then ``on_work``; ``on_end`` once it is gone."""
        while said := os.read(self._read, _CHUNK):
            on_word(said)
            on_work()
        on_word(b"")
        on_end()

    def _say(self, line: bytes) -> None:
        try:
            os.write(self._write, line + b"\n")
        except BrokenPipeError:
            # The front is gone; listen() ends this process in an orderly way.
            return
