"""The worker gives way to the front that takes in much, and never for long."""

import threading
import time

import pytest

from inboxd.giving_way import LONGEST_SECONDS, MORE_COMES, WORK, GivingWay, TakingIn

TIMEOUT = 10


class Now:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.at


def test_the_front_says_more_comes_while_it_does() -> None:
    """While anybody takes in much the word is another one, whoever ends first and however; each change rings."""
    rung = threading.Event()
    taking = TakingIn(rung)
    assert taking.word() == WORK
    with taking.much():
        assert rung.is_set()
        with pytest.raises(OSError, match="gone"):
            _break_off(taking)
        rung.clear()
        assert taking.word() == MORE_COMES
    assert taking.word() == WORK
    assert rung.is_set()


def _break_off(taking: TakingIn) -> None:
    with taking.much():
        raise OSError("gone")


def test_it_waits_until_the_front_is_done() -> None:
    """Told that more comes, the worker waits until it is told that there is work and nothing else."""
    way = GivingWay()
    way.hear(MORE_COMES)
    waiting = threading.Thread(target=way.wait)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    began = time.monotonic()
    # Read in one piece the last word holds.
    way.hear(MORE_COMES + WORK)
    waiting.join(TIMEOUT)
    assert not waiting.is_alive()
    assert time.monotonic() - began < LONGEST_SECONDS / 2


def test_nobody_says_more_comes() -> None:
    """A worker that was told nothing, or that the front is gone, waits for nobody."""
    way = GivingWay()
    for said in (WORK, b"", MORE_COMES + WORK):
        assert way.seconds() == 0
        way.wait()
        way.hear(said)
    way.hear(MORE_COMES)
    assert way.seconds() > 0
    way.hear(b"")
    assert way.seconds() == 0


def test_it_never_waits_longer_than_a_second() -> None:
    """However long the front goes on, and however often it says so, a second after it began the worker works."""
    now = Now()
    way = GivingWay(now)
    way.hear(MORE_COMES)
    assert way.seconds() == LONGEST_SECONDS
    now.at += LONGEST_SECONDS - 0.01
    way.hear(MORE_COMES)
    assert way.seconds() == pytest.approx(0.01)
    way.wait()
    way.hear(MORE_COMES)
    assert way.seconds() == 0


def test_it_works_as_long_as_it_gave_way() -> None:
    """Where folder after folder has much that is new the worker has at least half of the time."""
    now = Now()
    way = GivingWay(now)
    for gave, works in ((0.25, 0.25), (1.0, 1.0), (60.0, LONGEST_SECONDS), (0.25, 0.25)):
        way.hear(MORE_COMES)
        assert way.seconds() > 0
        now.at += gave
        way.hear(WORK)
        now.at += works - 0.01
        way.hear(MORE_COMES)
        assert way.seconds() == 0
        now.at += 0.02
