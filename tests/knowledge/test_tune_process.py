import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inboxd.knowledge import tune_process
from inboxd.knowledge.articles import Article
from inboxd.knowledge.confidence import Platt
from inboxd.knowledge.frozen_files import read_tree, write_tree
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.space import Script
from inboxd.knowledge.tune import Figures, Task

ARTICLES = tuple(
    Article(
        *(f"a{number}", f"Title {number}", tuple(f"How does {number} do {q}?" for q in range(6))),
        *((), (), "en", True, (), "x", "a.md", "0"),
    )
    for number in range(8)
)
TASK = Task(ARTICLES, (Learnt("A mail about 3", "a3"), Learnt("Who won?", None)), 0.03)


class Model:
    """Stands in for a sentence model: says what was done to it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def state_dict(self) -> dict[str, Any]:
        """Return no weights."""
        return {}

    def load_state_dict(self, _weights: dict[str, Any]) -> None:
        """Go back to the beginning."""
        self.done.append("begin again")

    def save(self, folder: str, **_: object) -> None:
        """Leave a mark."""
        self.done.append("save")
        (Path(folder) / "modules.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("better", [True, False])
def test_all_is_trained_on_only_after_a_rehearsal_that_was_better(
    *, better: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Rehearse, compare, begin again with everything, save; where it is no better, only the figures are left."""
    model = Model()
    groups: list[Any] = []

    def train(_model: Any, trained: Any, strangers: Any, tell: Any) -> None:
        groups.append(trained)
        assert "Who won?" in strangers
        tell(1, 1)

    def measure(_lessons: Any, embedder: Any, _rate: float, moved: Any = None) -> Any:
        tuned = embedder.name.startswith("tuned-")
        assert moved == ({Script.ENGLISH: Platt(0.9, -0.2)} if tuned else None)
        return Figures(9, 5, 3, 0, 0.3 if tuned == better else 0.4), {Script.ENGLISH: Platt(0.9, -0.2)}

    monkeypatch.setattr(tune_process, "_load", lambda _task: model)
    monkeypatch.setattr(tune_process, "train", train)
    monkeypatch.setattr(tune_process, "measure", measure)
    shelf = SimpleNamespace(script=Script.ENGLISH, platt=Platt(0.8, -0.1))
    monkeypatch.setattr(tune_process, "build_index", lambda *_: SimpleNamespace(shelves=[shelf]))
    tune_process.run(TASK, tmp_path)
    assert model.done == (["begin again", "save"] if better else [])
    assert json.loads((tmp_path / "result.json").read_text())["corrections"] == {"english": [0.8, -0.1]}
    if better:
        rehearsed, every = ({text for group in one for text in group} for one in groups)
        assert rehearsed < every
        assert {text for one in ARTICLES for text in one.phrasings} <= every


def test_a_task_survives_the_way_to_the_process(tmp_path: Path) -> None:
    """What is told is what is read."""
    write_tree(tmp_path / "task", TASK)
    assert read_tree(tmp_path / "task", Task) == TASK


def start(tmp_path: Path, work: str) -> "subprocess.Popen[bytes]":
    """Start a training process that does something else."""
    script = "import contextlib, time; from inboxd.knowledge import tune_process as t; "
    # Importing torch is what takes the time.
    script += f"t.ready_made_code = contextlib.nullcontext; t.run = lambda *_: {work}; "
    script += f"raise SystemExit(t.main([{str(tmp_path / 'task')!r}, {str(tmp_path)!r}]))"
    write_tree(tmp_path / "task", TASK)
    return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE)


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """A training whose daemon is gone (its standard input is closed) goes on for nobody."""
    with start(tmp_path, "time.sleep(60)") as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 1


def test_it_ends_well_while_it_listens(tmp_path: Path) -> None:
    """A training that is done ends with exit code 0, though nobody closed its input."""
    with start(tmp_path, "None") as process:
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert b"Fatal" not in process.stderr.read()
