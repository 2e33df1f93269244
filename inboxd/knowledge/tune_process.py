"""``python -m inboxd.knowledge.tune_process TASK FOLDER``: tune a sentence model for one desk.

Runs in a process of its own, so that torch never is in the daemon's. TASK is the folder of a ``Task``
(``frozen_files.py``). A line ``done of all`` goes to stdout after every batch. FOLDER gets the figures, and the tuned
model where it is better. It ends when whoever started it does: its standard input is closed then.
"""

import contextlib
import os
import resource
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inboxd.knowledge.cohort import cohort
from inboxd.knowledge.corrections import corrections_of
from inboxd.knowledge.embed import MAX_TOKENS, Vectors, readable
from inboxd.knowledge.export_model import ready_made_code
from inboxd.knowledge.frozen_files import read_tree
from inboxd.knowledge.index import build_index
from inboxd.knowledge.learning import is_held_out
from inboxd.knowledge.model_export import TUNED_PREFIX
from inboxd.knowledge.space import DENSE_WEIGHT, script_of
from inboxd.knowledge.tune import Task, groups_of, is_better, measure, plan_lessons, write_result
from inboxd.knowledge.tune_model import steps_for, train

# Weights, what the optimiser keeps, and the largest batch; a desk of 5,000 phrasings takes 1.4 GB.
MEMORY_LIMIT = 4 * 1024**3
_STANDARD_INPUT = 0


def main(arguments: list[str]) -> int:
    """Rehearse, train where that made it better, and return the exit code."""
    task_folder, folder = arguments
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    task: Task = read_tree(Path(task_folder), Task)
    with contextlib.suppress(OSError):
        os.nice(task.niceness)
        # Where memory is short, this is what the kernel shall end, not the desk.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    with ready_made_code():
        run(task, Path(folder))
    return 0


def run(task: Task, folder: Path) -> None:
    """Do the task; the figures, and the model if it is better, are in the folder afterwards."""
    model = _load(task)
    lessons = plan_lessons(task.articles, task.learnt)
    every = groups_of([one for one in task.articles if _is_read(one)], task.learnt)
    strangers = (
        *cohort("en"),
        *(one.text for one in task.learnt if one.article is None and not is_held_out(one.text)),
    )
    rehearsal, whole = steps_for(lessons.groups), steps_for(every)
    begin = {name: weight.detach().clone() for name, weight in model.state_dict().items()}
    shipped = Loaded(model, "before")
    before, corrections = measure(lessons, shipped, task.max_error_rate)
    whole_corrections = corrections_of(build_index(task.articles, shipped, {}, task.learnt).shelves)
    train(model, lessons.groups, strangers, lambda done, _: _tell(done, rehearsal + whole))
    tuned = Loaded(model, f"{TUNED_PREFIX}rehearsal")
    after, _ = measure(lessons, tuned, task.max_error_rate, corrections)
    if is_better(after, before):
        model.load_state_dict(begin)
        train(model, every, strangers, lambda done, _: _tell(rehearsal + done, rehearsal + whole))
        model.save(str(folder), create_model_card=False)
    write_result(folder, before, after, whole_corrections)


class Loaded:
    """A loaded model as whoever matches asks for it."""

    def __init__(self, model: Any, name: str) -> None:
        self.name = name
        self._model = model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, in order."""
        cut = [readable(text) for text in texts]
        return np.asarray(
            self._model.encode(cut, normalize_embeddings=True, show_progress_bar=False), np.float32
        )


def _load(task: Task) -> Any:
    import torch  # noqa: PLC0415  costs 4 s and 480 MB, wanted in this process only
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  likewise

    if task.threads:
        torch.set_num_threads(task.threads)
    model: Any = SentenceTransformer(task.location, device="cpu")
    model.max_seq_length = MAX_TOKENS
    return model


def _is_read(article: Any) -> bool:
    return DENSE_WEIGHT[script_of(article.phrasings, article.lang)] > 0


def _tell(done: int, total: int) -> None:
    print(f"{done} of {total}", flush=True)  # noqa: T201  the parent draws the bar from it


def _end_with_parent() -> None:
    """Wait for the end of standard input: by its number, for a thread that holds the stream breaks the exit."""
    with contextlib.suppress(OSError):
        while os.read(_STANDARD_INPUT, 1):
            pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
