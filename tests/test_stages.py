from collections.abc import Iterator

import pytest

from inboxd import stages
from inboxd.stages import Batch, Stage, timed, took


@pytest.fixture
def heard() -> Iterator[list[tuple[str, float]]]:
    """What this process's stages told."""
    found: list[tuple[str, float]] = []
    stages.tell(lambda stage, seconds: found.append((stage, seconds)))
    yield found
    stages.tell(None)


def test_a_stage_is_timed_however_it_ends(heard: list[tuple[str, float]]) -> None:
    """A stage that raises has taken its time, too; no stage takes less than none."""
    with timed(Stage.PARSE):
        pass
    with pytest.raises(ValueError, match="no"), timed(Stage.APPLY):
        raise ValueError("no")
    took(Stage.WAIT, -5.0)
    assert [stage for stage, _ in heard] == ["parse", "apply", "wait"]
    assert all(seconds >= 0 for _, seconds in heard)


def test_nobody_listens() -> None:
    """Where nobody asked nothing is told, and nothing fails."""
    with timed(Stage.PARSE):
        took(Stage.WAIT, 1.0)


def test_a_batch_is_taken_once_and_stays_small() -> None:
    """What was observed is handed on once; a worker nobody listens to keeps what goes through a pipe in one piece."""
    batch = Batch()
    for number in range(1000):
        batch.observe("authenticate", float(number))
    taken = batch.take()
    assert taken[:2] == (("authenticate", 0.0), ("authenticate", 1.0))
    assert len(" ".join(f"{stage}:{seconds:.6f}" for stage, seconds in taken)) < 4096 - 10
    assert batch.take() == ()
