import threading
from collections.abc import Iterator
from typing import Any

import pytest

from inboxd.jobs.beside import Beside
from inboxd.jobs.calendar import JOBS, Job


class Slow:
    """A job that notes that it began, and goes on when it is told to."""

    def __init__(self, name: str, *, daemon_only: bool = False) -> None:
        self.began, self.go_on = threading.Event(), threading.Event()
        self.runs = 0
        self.job = Job(name, self._step, 60, beside=True, daemon_only=daemon_only)

    def _step(self, _desk: Any, _now: Any) -> int:
        self.runs += 1
        self.began.set()
        assert self.go_on.wait(5)
        return 0


@pytest.fixture
def slow() -> Iterator[tuple[Slow, Slow, Slow]]:
    """Give two jobs and one that takes minutes; none of them is left waiting."""
    made = (Slow("first"), Slow("second"), Slow("training", daemon_only=True))
    yield made
    for one in made:
        one.go_on.set()
    for thread in threading.enumerate():
        if thread.name in {"first", "second", "training"}:
            thread.join(5)


def test_what_is_due_at_the_same_moment_is_not_left_out(lite_stage: Any, slow: tuple[Slow, ...]) -> None:
    """A job that is due while another runs waits for its end, for ten minutes later it would be the same again."""
    first, second, _ = slow
    beside = Beside()
    beside.take(lite_stage.desk, first.job)
    assert first.began.wait(5)
    beside.take(lite_stage.desk, second.job)
    assert not second.began.is_set()
    first.go_on.set()
    assert second.began.wait(5)


def test_nothing_waits_for_what_takes_minutes(lite_stage: Any, slow: tuple[Slow, ...]) -> None:
    """While a model is trained the other jobs run, and the training begins while they do."""
    first, _, training = slow
    beside = Beside()
    beside.take(lite_stage.desk, training.job)
    beside.take(lite_stage.desk, first.job)
    assert training.began.wait(5)
    assert first.began.wait(5)


def test_a_job_that_runs_is_not_run_twice(lite_stage: Any, slow: tuple[Slow, ...]) -> None:
    """What is due again while it runs or waits is the same work."""
    first, second, _ = slow
    beside = Beside()
    for _ in range(3):
        beside.take(lite_stage.desk, first.job)
        beside.take(lite_stage.desk, second.job)
    first.go_on.set()
    second.go_on.set()
    assert second.began.wait(5)
    assert (first.runs, second.runs) == (1, 1)


def test_only_the_training_takes_minutes() -> None:
    """All other jobs are of the kind that lets the next one run soon."""
    assert [one.name for one in JOBS if one.daemon_only] == ["tune"]
    assert all(one.beside for one in JOBS if one.daemon_only)
