import threading

from inboxd.loops import Stop, start_loop, sweep, until_idle


def test_until_idle_ends_when_nothing_is_left() -> None:
    """Every step is called until none has anything to do; what one step leaves to another is done too."""
    work = {"a": 3, "b": 0}

    def first() -> bool:
        work["a"] -= 1
        work["b"] += 1
        return work["a"] >= 0

    def second() -> bool:
        done = work["b"] > 0 and work["a"] >= 0
        work["b"] = 0
        return done

    assert until_idle((first, second)) == 6
    assert until_idle((lambda: False,)) == 0


def test_what_comes_while_we_look_is_not_overslept() -> None:
    """A wake event that is set while a step runs is answered at once, not after the interval."""
    wake, stop, seen = threading.Event(), Stop(), []

    def step() -> bool:
        seen.append(1)
        if len(seen) == 1:
            wake.set()
        else:
            stop.set()
        return False

    sweep(step, wake, 60.0, stop)
    assert len(seen) == 2


def test_an_old_wake_up_is_answered_once() -> None:
    """A wake event that was set before is used up by looking: the loop waits then, and does not spin."""
    stop = Stop()
    waited: list[bool] = []

    class Wake(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(self.is_set())
            stop.set()
            return timeout is None

    wake = Wake()
    wake.set()
    sweep(lambda: False, wake, 60.0, stop)
    assert waited == [False]


def test_a_waiting_loop_ends_at_once() -> None:
    """Asking for the end wakes a loop that waits; it does not sit out its interval."""
    stop, wake = Stop(), threading.Event()
    thread = start_loop("x", lambda: False, wake, 60.0, stop)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert stop.because is None


def test_a_busy_loop_ends_between_two_steps() -> None:
    """A loop with endless work ends after the step it is in."""
    stop = Stop()

    def step() -> bool:
        stop.set()
        return True

    sweep(step, threading.Event(), 60.0, stop)
    assert stop.is_set()
    assert stop.wait(0)


def test_a_loop_that_dies_ends_the_others() -> None:
    """A fault in one loop asks all loops to end and says why; the first fault is the one that is told."""
    stop, fault = Stop(), ValueError("a bug")

    def die() -> bool:
        raise fault

    waiting = start_loop("waits", lambda: False, threading.Event(), 60.0, stop)
    start_loop("dies", die, threading.Event(), 60.0, stop).join(10)
    waiting.join(10)
    assert not waiting.is_alive()
    stop.set(KeyError("later"))
    assert stop.because is fault
