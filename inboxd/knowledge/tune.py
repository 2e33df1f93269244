"""Fine-tuning the sentence model on a desk's own phrasings: what to train on, what to hold out, and what came of it.

A fifth of the phrasings is never trained on: they must be matched with the tuned model better than without. So are a
fifth of the articles, whose phrasings then nothing may answer (near misses), as in ``simulate.py``.
"""

import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inboxd.errors import PermanentError
from inboxd.knowledge.articles import Article
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.index import build_index, content_hash
from inboxd.knowledge.learning import HELD_OUT_ONE_IN, is_held_out
from inboxd.knowledge.match import match
from inboxd.knowledge.model_export import ModelSource, cache_folder
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.space import DENSE_WEIGHT, script_of

EPOCHS = 2
MOST_PAIRS = 6_000
FEWEST_PAIRS = 30
FEWEST_HELD_OUT = 10
FEWEST_ARTICLES = 4
_PER_ARTICLE = 60
_SECONDS = 3_600.0
_SEED = 20261116


@dataclass(frozen=True, slots=True)
class Lessons:
    """What to train on and what to ask afterwards: ``asked`` are texts with their article (None: none may answer)."""

    articles: tuple[Article, ...]
    learnt: tuple[Learnt, ...]
    pairs: tuple[tuple[str, str, int], ...]
    asked: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How the held-out texts were matched: first place right, answered by itself rightly and wrongly."""

    n: int
    top1: int
    right: int
    wrong: int


def plan_lessons(articles: Sequence[Article], learnt: Sequence[Learnt]) -> Lessons:
    """Return what to train on and what to hold out; the same desk always gives the same."""
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
    return Lessons(kept, evidence, _pairs(kept, evidence), tuple(dict.fromkeys(asked)))


def why_not(lessons: Lessons) -> str:
    """Return why a desk cannot be tuned for, or nothing."""
    if len(lessons.articles) < FEWEST_ARTICLES:
        return f"{len(lessons.articles)} articles in a language the model reads are too few (at least {FEWEST_ARTICLES})"
    if len(lessons.pairs) < FEWEST_PAIRS:
        return f"{len(lessons.pairs)} pairs of phrasings are too few to learn from (at least {FEWEST_PAIRS}): add questions"
    inside = sum(article is not None for _, article in lessons.asked)
    if inside < FEWEST_HELD_OUT:
        return f"{inside} held-out phrasings are too few to compare by (at least {FEWEST_HELD_OUT}): add questions"
    return ""


def measure(lessons: Lessons, embedder: Embedder, max_error_rate: float) -> Figures:
    """Return how the held-out texts are matched with a model."""
    index = build_index(lessons.articles, embedder, {}, lessons.learnt)
    top1 = right = wrong = 0
    for text, article in lessons.asked:
        best = next(iter(match(index, "", text, "", max_error_rate).matches), None)
        if best is None:
            continue
        is_right = best.article == article
        top1 += is_right
        right += best.sure and is_right
        wrong += best.sure and not is_right
    return Figures(len(lessons.asked), top1, right, wrong)


def is_better(after: Figures, before: Figures, max_error_rate: float) -> bool:
    """Return whether a tuned model is worth adopting: a wrong answer weighs as (1 - rate) / rate right ones.

    Where both answer alike, more right first places decide; the same is not better.
    """
    return (_worth(after, max_error_rate), after.top1) > (_worth(before, max_error_rate), before.top1)


def train(source: ModelSource, lessons: Lessons, on_progress: Callable[[int, int], None]) -> Path:
    """Train in a process of its own; return the folder of the tuned model. Minutes on a processor.

    Raises ``PermanentError`` with the last line the process wrote when it failed.
    """
    cache = cache_folder() / "tuned"
    cache.mkdir(parents=True, exist_ok=True)
    task = {"location": source.location, "pairs": lessons.pairs, "epochs": EPOCHS}
    key = content_hash(json.dumps([source.key, task], ensure_ascii=False))[:16]
    target = cache / f"{source.key}-{key}"
    if (target / "modules.json").is_file():
        return target
    with tempfile.TemporaryDirectory(dir=cache, prefix=".tune-") as scratch:
        file = Path(scratch) / "task.json"
        file.write_text(json.dumps(task, ensure_ascii=False), encoding="utf-8")
        made = Path(scratch) / "model"
        _run([sys.executable, "-m", "inboxd.knowledge.tune_model", str(file), str(made)], on_progress)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return target


def _run(command: list[str], on_progress: Callable[[int, int], None]) -> None:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603  our own module, paths of our own
            command, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        with process:
            for line in process.stdout or ():
                done, _, total = line.strip().partition(" of ")
                if done.isdigit() and total.isdigit():
                    on_progress(int(done), int(total))
            code = process.wait(_SECONDS)
        if code != 0:
            errors.seek(0)
            last = (errors.read().strip().splitlines() or ["no message"])[-1]
            raise PermanentError(f"the model could not be trained: {last}")


def _asked_of(article: Article, out: set[str]) -> tuple[str, ...]:
    """Return the phrasings of an article to ask with: those held out, or all of one that is left out itself."""
    return article.phrasings if article.slug in out else tuple(filter(is_held_out, article.questions))


def _pairs(articles: Sequence[Article], learnt: Sequence[Learnt]) -> tuple[tuple[str, str, int], ...]:
    dice = random.Random(_SEED)
    found: list[tuple[str, str, int]] = []
    for number, article in enumerate(articles):
        own = dict.fromkeys(
            (*article.phrasings, *(one.text for one in learnt if one.article == article.slug))
        )
        pairs = [(one, other, number) for one, other in itertools.combinations(list(own)[:200], 2)]
        found += pairs if len(pairs) <= _PER_ARTICLE else dice.sample(pairs, _PER_ARTICLE)
    return tuple(found if len(found) <= MOST_PAIRS else dice.sample(found, MOST_PAIRS))


def _is_left_out(slug: str) -> bool:
    return int(content_hash(slug)[:8], 16) % HELD_OUT_ONE_IN == 0


def _worth(figures: Figures, max_error_rate: float) -> float:
    return figures.right * max_error_rate - figures.wrong * (1 - max_error_rate)
