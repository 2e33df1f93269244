"""The one loop shape: work while there is work, then wait for an event, an interval, or the end."""

import logging
import threading
from collections.abc import Callable

Step = Callable[[], bool]

_log = logging.getLogger(__name__)


class Stop:
    """The wish to end, shared by all loops of a process; ``because`` keeps the first fault."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._wakes: list[threading.Event] = []
        self.because: BaseException | None = None

    def watch(self, wake: threading.Event) -> None:
        """Let ``wake`` be set too when the end comes, so that a waiting loop sees it at once."""
        self._wakes.append(wake)

    def set(self, because: BaseException | None = None) -> None:
        """Ask all loops to end; the first reason is kept."""
        self.because = self.because or because
        self._event.set()
        for wake in self._wakes:
            wake.set()

    def is_set(self) -> bool:
        """Return True once the end was asked for."""
        return self._event.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most ``seconds``; return whether it came."""
        return self._event.wait(seconds)


def sweep(step: Step, wake: threading.Event, interval: float, stop: Stop) -> None:
    """Call ``step`` until it has nothing to do, then wait for ``wake``, ``interval`` seconds or ``stop``; and again."""
    stop.watch(wake)
    while not stop.is_set():
        # Cleared before looking: what arrives while we look sets it again and is not overslept.
        wake.clear()
        while not stop.is_set() and step():
            pass
        if not stop.is_set():
            wake.wait(interval)


def start_loop(name: str, step: Step, wake: threading.Event, interval: float, stop: Stop) -> threading.Thread:
    """Run ``sweep`` on a thread of that name. A loop that dies ends the process: systemd brings it back whole."""

    def run() -> None:
        try:
            sweep(step, wake, interval, stop)
        except Exception as error:  # noqa: BLE001  whatever it was, the process must not live on without this loop
            _log.exception("loop %s died", name, extra={"action": "loop_died", "loop": name})
            stop.set(error)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    return thread


def until_idle(steps: tuple[Step, ...]) -> int:
    """Call the steps in turn until none has anything left to do; return how often one did something."""
    done = 0
    while True:
        worked = sum(1 for step in steps if step())
        if worked == 0:
            return done
        done += worked
