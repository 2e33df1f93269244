from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.outcome import Learnt
from inboxd.errors import PermanentError
from inboxd.jobs.tuning import ENOUGH, revert, tune_nightly
from inboxd.knowledge import model_export
from inboxd.knowledge import tune as tune_module
from inboxd.knowledge.articles import Article
from inboxd.knowledge.tune import Figures, Task, Tuning
from inboxd.store import learnt, tuned
from inboxd.store.engine import read, write

BEFORE, AFTER = Figures(40, 30, 10, 1, 0.5), Figures(40, 33, 14, 1, 0.4)
ARTICLES = tuple(
    Article(
        *(f"a{number}", f"Title {number}", tuple(f"How does {number} do {q}?" for q in range(8))),
        *((), (), "en", True, (), "x", "a.md", "0"),
    )
    for number in range(12)
)


class Trainer:
    """Stands in for the training process."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.folder = "var/tuned-1"

    def tune(self, _source: object, task: Task, _told: object) -> Tuning:
        """Find the model better, or not."""
        self.tasks.append(task)
        return Tuning(self.folder, "better" if self.folder else "no better", BEFORE, AFTER)


@pytest.fixture
def trainer(lite_stage: Any, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """A desk of twelve articles, loaded, with a trainer that takes no time."""
    made = Trainer()
    monkeypatch.setattr(tune_module, "tune", made.tune)
    monkeypatch.setattr(model_export, "resolve_source", lambda _model: object())
    monkeypatch.setattr(lite_stage.shelf, "articles", {one.slug: one for one in ARTICLES}, raising=False)
    monkeypatch.setattr(lite_stage.shelf, "index", object(), raising=False)
    loads: list[int] = []
    monkeypatch.setattr(lite_stage.shelf, "load", lambda: loads.append(1), raising=False)
    monkeypatch.setattr(lite_stage.shelf, "loads", loads, raising=False)
    return made


def night(stage: Any) -> int:
    """Let a night pass."""
    return tune_nightly(stage.desk, stage.clock.advance(hours=24))


def model(stage: Any) -> str:
    """Return the tuned model in use."""
    with read(stage.desk.engine) as connection:
        return tuned.load(connection, stage.desk.config.kb.model)


def test_a_desk_is_tuned_when_its_articles_changed(lite_stage: Any, trainer: Trainer) -> None:
    """A new desk at once, then once a night and only for what is new; what is better answers from then on."""
    assert tune_nightly(lite_stage.desk, lite_stage.clock()) == 1
    assert (model(lite_stage), lite_stage.shelf.loads) == ("var/tuned-1", [1])
    assert (trainer.tasks[0].niceness, trainer.tasks[0].threads) == (19, 1)
    assert night(lite_stage) == 0
    changed = replace(ARTICLES[0], questions=("Something else?", *ARTICLES[0].questions))
    lite_stage.shelf.articles[changed.slug] = changed
    trainer.folder = ""
    assert night(lite_stage) == 1
    assert model(lite_stage) == ""
    assert [one.detail["adopted"] for one in lite_stage.events("tuned")] == [True, False]
    assert lite_stage.shelf.loads == [1, 1]


def test_a_change_by_day_waits_for_the_night(lite_stage: Any, trainer: Trainer) -> None:
    """Whoever edits articles all day long has the model tuned once."""
    tune_nightly(lite_stage.desk, lite_stage.clock())
    assert night(lite_stage) == night(lite_stage) == 0
    lite_stage.shelf.articles["a0"] = replace(ARTICLES[0], title="Another title")
    assert tune_nightly(lite_stage.desk, lite_stage.clock.advance(minutes=10)) == 0
    assert night(lite_stage) == 1
    assert len(trainer.tasks) == 2


def test_learnt_mails_are_worth_a_night_when_they_are_many(lite_stage: Any, trainer: Trainer) -> None:
    """A few more mails change nothing; many are trained on."""
    tune_nightly(lite_stage.desk, lite_stage.clock())
    for count, expected in ((ENOUGH - 1, 0), (1, 1)):
        with write(lite_stage.desk.engine) as connection:
            for number in range(count):
                one = Learnt("a1", f"mail {count} {number}", "kb learn")
                learnt.add(connection, one, lite_stage.clock(), masked=True, adopted=True)
        assert night(lite_stage) == expected
    assert len(trainer.tasks[-1].learnt) == ENOUGH


def test_an_operator_who_went_back_is_left_alone(lite_stage: Any, trainer: Trainer) -> None:
    """After ``kb tune --revert`` nothing is tuned by itself any more."""
    tune_nightly(lite_stage.desk, lite_stage.clock())
    assert revert(lite_stage.desk, lite_stage.clock())
    lite_stage.shelf.articles["a0"] = replace(ARTICLES[0], title="Another title")
    assert night(lite_stage) == 0
    assert not revert(lite_stage.desk, lite_stage.clock())
    assert len(trainer.tasks) == 1


def test_a_model_that_was_taken_back_is_removed(
    lite_stage: Any, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What customers wrote is in it, so it does not stay on the disk once nobody uses it."""
    removed: list[str] = []
    monkeypatch.setattr(tune_module, "discard", removed.append)
    tune_nightly(lite_stage.desk, lite_stage.clock())
    revert(lite_stage.desk, lite_stage.clock())
    revert(lite_stage.desk, lite_stage.clock())
    assert removed == [trainer.folder]


def test_a_training_that_failed_is_tried_the_next_night(
    lite_stage: Any, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No memory is no reason to try every ten minutes; what answers stays as it is."""
    tries: list[int] = []

    def fail(*_: object) -> Tuning:
        tries.append(1)
        raise PermanentError("no memory left")

    monkeypatch.setattr(tune_module, "tune", fail)
    assert tune_nightly(lite_stage.desk, lite_stage.clock()) == 0
    assert tune_nightly(lite_stage.desk, lite_stage.clock.advance(minutes=10)) == 0
    assert len(tries) == 1
    monkeypatch.setattr(tune_module, "tune", trainer.tune)
    assert night(lite_stage) == 1


def test_too_few_articles_are_not_trained_on(
    lite_stage: Any, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small desk, and one whose model is not loaded yet, costs nothing."""
    monkeypatch.setattr(lite_stage.shelf, "articles", {one.slug: one for one in ARTICLES[:3]})
    assert night(lite_stage) == 0
    monkeypatch.setattr(lite_stage.shelf, "articles", {one.slug: one for one in ARTICLES})
    monkeypatch.setattr(lite_stage.shelf, "index", None)
    assert night(lite_stage) == 0
    assert trainer.tasks == []
