"""Fine-tuning the sentence model on a desk's own phrasings: what to train on, what to hold out, and what came of it.

First a rehearsal: a fifth of the phrasings is not trained on, and must be matched more surely with the tuned model than
without it. So must a fifth of the articles, whose phrasings then nothing may answer (near misses), as in
``simulate.py``. Only where that is so, the model is trained on all of them and used.
"""

import contextlib
import dataclasses
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inboxd.errors import PermanentError
from inboxd.knowledge.articles import Article
from inboxd.knowledge.corrections import RESULT, Corrections, as_document, corrections_of
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.frozen_files import write_tree
from inboxd.knowledge.index import build_index, content_hash
from inboxd.knowledge.learning import HELD_OUT_ONE_IN, is_held_out
from inboxd.knowledge.match import match
from inboxd.knowledge.model_export import (
    TUNED_PREFIX,
    ModelSource,
    cache_folder,
    export_folder,
    resolve_source,
)
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.space import DENSE_WEIGHT, script_of

FEWEST_ARTICLES = 6
FEWEST_PHRASINGS = 30
FEWEST_HELD_OUT = 10
# An article with hundreds of learnt mails is known well enough by some of them.
MOST_PER_ARTICLE = 60
# What is trained otherwise is another model.
_RECIPE = "3"
# Two minutes of processor for 20 articles; at night it has only what nobody else wants, until the morning.
_SECONDS = 4 * 3_600.0
_UNUSED_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Figures:
    """How the held-out texts were matched: first place right, answered by itself rightly and wrongly.

    ``surprise`` is the mean logarithmic score of the confidences (Good 1952): how surprised one is, on the mean, by
    which first places turn out right; the smaller the surer and the truer.
    """

    n: int
    top1: int
    right: int
    wrong: int
    surprise: float = 0.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """What to train on and what to ask afterwards: ``asked`` are texts with their article (None: none may answer).

    ``articles`` and ``learnt`` are what the held-out texts are matched with.
    """

    articles: tuple[Article, ...]
    learnt: tuple[Learnt, ...]
    groups: tuple[tuple[str, ...], ...]
    asked: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What the training process is told; ``location`` is where the model to begin with is.

    ``threads`` (0: all) and ``niceness`` are how much of the machine it may have.
    """

    articles: tuple[Article, ...]
    learnt: tuple[Learnt, ...]
    max_error_rate: float
    location: str = ""
    threads: int = 0
    niceness: int = 0


@dataclass(frozen=True, slots=True)
class Tuning:
    """What came of it: where the tuned model lies (empty: it is not better), and the figures without and with it."""

    folder: str
    why: str
    before: Figures
    after: Figures

    @property
    def adopted(self) -> bool:
        """Return whether there is a model that is better than the one it began with."""
        return bool(self.folder)


def plan_lessons(articles: Sequence[Article], learnt: Sequence[Learnt]) -> Lessons:
    """Return what to rehearse with and what to hold out; the same desk always gives the same."""
    dense = [one for one in articles if DENSE_WEIGHT[script_of(one.phrasings, one.lang)] > 0]
    out = {one.slug for one in dense if len(dense) >= FEWEST_ARTICLES * 2 and _is_left_out(one.slug)}
    kept = tuple(
        replace(one, questions=tuple(text for text in one.questions if not is_held_out(text)))
        for one in dense
        if one.slug not in out
    )
    evidence = tuple(one for one in learnt if not is_held_out(one.text) and one.article not in out)
    asked = [(text, None if one.slug in out else one.slug) for one in dense for text in _asked_of(one, out)]
    asked += [
        (one.text, None if one.article in out else one.article) for one in learnt if is_held_out(one.text)
    ]
    return Lessons(kept, evidence, groups_of(kept, evidence), tuple(dict.fromkeys(asked)))


def why_not(lessons: Lessons) -> str:
    """Return why a desk cannot be tuned for, or nothing."""
    if len(lessons.groups) < FEWEST_ARTICLES:
        return f"{len(lessons.groups)} articles with several phrasings in a language the model reads are too few (at least {FEWEST_ARTICLES})"
    phrasings = sum(map(len, lessons.groups))
    if phrasings < FEWEST_PHRASINGS:
        return f"{phrasings} phrasings are too few to learn from (at least {FEWEST_PHRASINGS}): add questions"
    inside = sum(article is not None for _, article in lessons.asked)
    if inside < FEWEST_HELD_OUT:
        return f"{inside} held-out phrasings are too few to compare by (at least {FEWEST_HELD_OUT}): add questions"
    return ""


def groups_of(articles: Sequence[Article], learnt: Sequence[Learnt]) -> tuple[tuple[str, ...], ...]:
    """Return the phrasings of every article that has two or more, learnt mails that are not held out among them.

    Held-out mails are never trained on: they prove the threshold (``threshold.py``).
    """
    mails = [one for one in learnt if not is_held_out(one.text)]
    groups = (
        tuple(dict.fromkeys((*one.phrasings, *(mail.text for mail in mails if mail.article == one.slug))))
        for one in articles
    )
    return tuple(group[:MOST_PER_ARTICLE] for group in groups if len(group) > 1)


def measure(
    lessons: Lessons, embedder: Embedder, max_error_rate: float, corrections: Corrections | None = None
) -> tuple[Figures, Corrections]:
    """Return how the held-out texts are matched with a model, and how the desk moved the calibrator.

    ``corrections``: how it is moved for a tuned model (``corrections.py``).
    """
    index = build_index(lessons.articles, embedder, {}, lessons.learnt, corrections)
    top1 = right = wrong = 0
    surprise = 0.0
    for text, article in lessons.asked:
        best = next(iter(match(index, "", text, "", max_error_rate).matches), None)
        if best is None:
            continue
        is_right = best.article == article
        top1 += is_right
        right += best.sure and is_right
        wrong += best.sure and not is_right
        surprise -= math.log(max(best.confidence if is_right else 1 - best.confidence, 1e-3))
    mean = round(surprise / max(len(lessons.asked), 1), 4)
    return Figures(len(lessons.asked), top1, right, wrong, mean), corrections_of(index.shelves)


def is_better(after: Figures, before: Figures) -> bool:
    """Return whether a tuned model is worth adopting: its confidences are truer, and no more answers are wrong.

    Few held-out texts are answered by themselves, so their number alone would be chance; every one of them has a
    confidence.
    """
    return after.surprise < before.surprise and after.wrong <= before.wrong


def tune(source: ModelSource, task: Task, on_progress: Callable[[int, int], None]) -> Tuning:
    """Rehearse, and train where that made it better, in a process of its own: minutes on a processor.

    What was found for the same articles, mails and model is kept. Raises ``PermanentError`` with the last line the
    process wrote when it failed. When this process ends, so does that one.
    """
    cache = cache_folder() / "tuned"
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = cache / f"{TUNED_PREFIX}{source.key}-{_key(source, task)}"
    kept = _kept(target)
    if kept is not None:
        return kept
    _forget_unused(cache)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".tune-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        write_tree(Path(scratch) / "task", replace(task, location=source.location))
        _run(
            [sys.executable, "-m", "inboxd.knowledge.tune_process", str(Path(scratch) / "task"), str(made)],
            on_progress,
        )
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    found = _kept(target)
    if found is None:
        raise PermanentError("the model could not be trained: its figures are missing")
    return found


def discard(folder: str) -> None:
    """Remove a tuned model that is used no more, and its export: 180 MB, and made of what customers wrote."""
    place = Path(folder)
    if place.parent != cache_folder() / "tuned" or not place.is_dir():
        return
    with contextlib.suppress(OSError, PermanentError):
        shutil.rmtree(export_folder(resolve_source(folder)), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)


def write_result(folder: Path, before: Figures, after: Figures, corrections: Corrections) -> None:
    """Write what came of a training beside the model."""
    document = {
        "before": dataclasses.asdict(before),
        "after": dataclasses.asdict(after),
        "corrections": as_document(corrections),
    }
    (folder / RESULT).write_text(json.dumps(document), encoding="utf-8")


def _kept(target: Path) -> Tuning | None:
    try:
        document = json.loads((target / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    os.utime(target)
    before, after = Figures(**document["before"]), Figures(**document["after"])
    if not (target / "modules.json").is_file():
        return Tuning("", "not better on held-out phrasings: the model stays as it is", before, after)
    return Tuning(str(target), "better on held-out phrasings", before, after)


def _key(source: ModelSource, task: Task) -> str:
    phrasings = [(one.slug, one.phrasings, one.lang, one.passages) for one in task.articles]
    mails = [(one.text, one.article) for one in task.learnt]
    made_of = [_RECIPE, source.key, task.max_error_rate, phrasings, mails]
    return content_hash(json.dumps(made_of, default=dataclasses.asdict, ensure_ascii=True))[:16]


def _forget_unused(cache: Path) -> None:
    """Remove models nobody asked for in a month, and what a training that was ended left behind."""
    now = time.time()  # noqa: TID251  compared with times of files, not with the desk's clock
    for folder in cache.iterdir():
        if now - folder.stat().st_mtime > (_SECONDS if folder.name.startswith(".") else _UNUSED_SECONDS):
            shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], on_progress: Callable[[int, int], None]) -> None:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        # Its input never says anything: it ends when this process does, and the training with it.
        process = subprocess.Popen(  # noqa: S603  our own module, paths of our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        limit = threading.Timer(_SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        with process:
            for line in process.stdout or ():
                done, _, total = line.strip().partition(" of ")
                if done.isdigit() and total.isdigit():
                    on_progress(int(done), int(total))
            code = process.wait()
        limit.cancel()
        if code != 0:
            errors.seek(0)
            last = (errors.read().strip().splitlines() or ["no message"])[-1]
            raise PermanentError(f"the model could not be trained: {last}")


def _asked_of(article: Article, out: set[str]) -> tuple[str, ...]:
    """Return the phrasings of an article to ask with: those held out, or all of one that is left out itself."""
    return article.phrasings if article.slug in out else tuple(filter(is_held_out, article.questions))


def _is_left_out(slug: str) -> bool:
    return int(content_hash(slug)[:8], 16) % HELD_OUT_ONE_IN == 0
