"""What answered mails teach: ``python benchmarks/learning_curve.py FOLDER…``.

Every folder is a desk with ``history.jsonl`` (answered mails, article null = none answered it). It starts with one
question per article; after 0, 50, 200 and 800 answered mails it is asked ``questions.jsonl``, of which at most
``--most`` of each kind; every other one stands for mail the desk has seen, unlabelled, before the rest came
(``evaluate.py``). Prints coverage, precision with its 95 % interval and the threshold, then the means. The shipped
calibrator was trained on these questions.

``--tuned`` measures the desk as it stands after the night that follows: with the sentence model tuned on its articles and
answered mails where the rehearsal says that it is better (minutes per desk and stage, once: it is kept).
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.evaluate import Evaluation, Labelled, evaluate, promised
from inboxd.knowledge.index import build_index
from inboxd.knowledge.model_export import resolve_source
from inboxd.knowledge.question import read_question
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.tune import Task, plan_lessons, tune, why_not

MODEL = "all-MiniLM-L6-v2"
STAGES = (0, 50, 200, 800)
MAX_ERROR_RATE = 0.03


def main() -> None:
    """Print one line per desk and stage, then the means per stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--stages", type=int, nargs="+", default=STAGES)
    parser.add_argument("--tuned", action="store_true")
    options = parser.parse_args()
    embedder = load_embedder(MODEL)
    found: dict[int, list[Evaluation]] = {}
    for stage in options.stages:
        for folder in options.folders:
            measured = _measure(folder, stage, embedder, options.most, tuned=options.tuned)
            found.setdefault(stage, []).append(measured)
    for stage, figures in found.items():
        coverage = sum(one.coverage or 0 for one in figures) / len(figures)
        precision = [1 - (one.error_rate or 0) for one in figures]
        print(
            f"{stage:4} answered mails: coverage {coverage:.3f}, precision {sum(precision) / len(figures):.3f} "
            f"(lowest {min(precision):.3f})"
        )


def _measure(folder: Path, stage: int, embedder: Embedder, most: int, *, tuned: bool) -> Evaluation:
    articles = tuple(replace(one, questions=one.questions[:1]) for one in load_articles(folder / "kb")[0])
    history = _lines(folder / "history.jsonl")[:stage]
    learnt = tuple(
        Learnt(read_question("", line["text"]).whole or line["text"], line["article"]) for line in history
    )
    model = _tuned(articles, learnt, embedder) if tuned else embedder
    index = build_index(articles, model, learnt=learnt)
    promise = promised(index, MAX_ERROR_RATE)
    figures = evaluate(index, _asked(folder, most), MAX_ERROR_RATE)
    print(
        f"{folder.name:18}{stage:5} coverage {figures.coverage or 0:.3f}  precision {1 - (figures.error_rate or 0):.3f} "
        f"({1 - (figures.error_upper or 0):.3f}-{1 - (figures.error_lower or 0):.3f})  "
        f"threshold {figures.threshold:.3f}, proven by {promise.answers if promise else 0} mails",
        flush=True,
    )
    return figures


def _tuned(articles: tuple[Article, ...], learnt: tuple[Learnt, ...], shipped: Embedder) -> Embedder:
    """Return the model tuned for a desk, the shipped one where that is not better; says which."""
    if why := why_not(plan_lessons(articles, learnt)):
        print(why)
        return shipped
    found = tune(resolve_source(MODEL), Task(articles, learnt, MAX_ERROR_RATE), lambda *_: None)
    print(f"{found.why}: {found.before} {found.after}", flush=True)
    return load_embedder(found.folder) if found.adopted else shipped


def _asked(folder: Path, most: int) -> list[Labelled]:
    lines = _lines(folder / "questions.jsonl")
    inside = [line for line in lines if line["article"]]
    outside = [line for line in lines if not line["article"]]
    return [
        Labelled(line["text"], line["article"], also=tuple(line.get("also") or ()))
        for line in (*inside[:most], *outside[:most])
    ]


def _lines(path: Path) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
