"""Where the disk takes the time, a commit waits a moment for those who are sure to come: a commit saved for each of them."""

import datetime as dt
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from inboxd.clock import fixed_clock
from inboxd.intake import group_commit
from inboxd.intake.accept import Arrival
from inboxd.intake.group_commit import GroupCommit
from inboxd.store.accepting import Accepted

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)


class Disk:
    """A store on a disk of some speed, in a time of its own."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.batches: list[int] = []
        self._seconds = seconds

    def accept(self, _engine: object, arrivals: list[Arrival], _now: object) -> tuple[Accepted, ...]:
        """Take the time."""
        self.now += self._seconds
        self.batches.append(len(arrivals))
        return tuple(Accepted(1, duplicate=False) for _ in arrivals)


class Wake(threading.Event):
    """Lets something happen instead of waiting."""

    def __init__(self, happens: Callable[[float], object]) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._happens = happens

    def wait(self, timeout: float | None = None) -> bool:
        """Note for how long, and go on at once."""
        assert timeout is not None
        self.waits.append(timeout)
        self._happens(timeout)
        return True


def begin(
    monkeypatch: pytest.MonkeyPatch, seconds: float, happens: Callable[[Any, Any, float], object]
) -> tuple[Any, Disk]:
    """Return what commits to such a disk, after a batch of three mails."""
    disk = Disk(seconds)
    engine: Any = None
    commit: Any = GroupCommit(engine, fixed_clock(NOW))
    monkeypatch.setattr(group_commit, "accept", disk.accept)
    monkeypatch.setattr(
        group_commit, "time", SimpleNamespace(monotonic=lambda: disk.now, thread_time=lambda: 0.0)
    )
    commit.wake = Wake(lambda timeout: happens(commit, disk, timeout))
    come(commit, 3)
    assert commit.step()
    return commit, disk


def come(commit: GroupCommit, mails: int) -> None:
    for _ in range(mails):
        commit.submit(Arrival(b"x", "carla@customer.test", ("support@acme.test",), "smtp"))


def test_whoever_was_just_told_yes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow disk three sessions share every commit, though one of them is quicker than the others."""
    commit, disk = begin(monkeypatch, 0.008, lambda commit, _disk, _timeout: come(commit, 1))
    for _ in range(5):
        come(commit, 1)
        assert commit.step()
    assert disk.batches == [3] * 6
    assert not commit.step()


def test_nobody_is_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not come again costs half of the disk's time, once; and never over 20 ms."""

    def passes(_commit: object, disk: Disk, timeout: float) -> None:
        disk.now += timeout

    commit, disk = begin(monkeypatch, 0.008, passes)
    for _ in range(3):
        come(commit, 1)
        assert commit.step()
    assert disk.batches == [3, 1, 1, 1]
    assert commit.wake.waits == pytest.approx([0.004])

    commit, disk = begin(monkeypatch, 30.0, passes)
    come(commit, 1)
    assert commit.step()
    assert commit.wake.waits == pytest.approx([0.02])


def test_a_quick_disk_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a commit costs next to nothing each mail is committed at once."""
    commit, disk = begin(monkeypatch, 0.001, lambda *_: pytest.fail("waited"))
    come(commit, 1)
    assert commit.step()
    assert disk.batches == [3, 1]
