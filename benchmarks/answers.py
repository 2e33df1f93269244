"""How good the answers are: ``python benchmarks/answers.py [--tuned] FOLDER…`` (``make bench-answers``).

Every folder is a desk (``kb/*.md`` with ``questions.jsonl`` and perhaps ``mails.jsonl``, the same questions as mails).
Prints, per desk and file, what ``kb eval`` prints (each half of a file is mail seen, unlabelled, before the other came),
with precision = 1 - error rate and the interval that holds it with 95 % confidence; then the means. With no folder, the
two desks beside this file and those in INBOXD_MATCHING (by default ``../shared/matching``, where it is there). The shipped
calibrator was trained on some of these sets: for figures on sets it has never seen run ``benchmarks/train_calibrator.py``,
which leaves each set out in turn.

``--tuned`` measures every desk as it stands after its first night: with the sentence model tuned on its articles where the
rehearsal says that it is better (minutes per desk, once: it is kept).
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from inboxd.core.quoting import separate_text
from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.evaluate import Evaluation, Labelled, evaluate
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.model_export import resolve_source
from inboxd.knowledge.tune import Task, plan_lessons, tune, why_not

MODEL = "all-MiniLM-L6-v2"
MAX_ERROR_RATE = 0.03


def main(folders: list[Path], *, tuned: bool = False) -> None:
    """Print one line per desk and file, then the means per file."""
    shipped = load_embedder(MODEL)
    print(
        f"{'desk':22}{'file':12}{'n':>6}{'top-1':>8}{'recall@3':>10}{'coverage':>10}{'precision':>11}{'95 %':>15}"
        f"{'stated':>8}{'ms/mail':>9}"
    )
    found: dict[str, list[Evaluation]] = {}
    for folder in folders:
        articles, problems = load_articles(folder / "kb")
        for problem in problems:
            print(problem)
        index = build_index(articles, _tuned(articles, shipped) if tuned else shipped)
        for name in ("questions", "mails"):
            path = folder / f"{name}.jsonl"
            if path.is_file():
                found.setdefault(name, []).append(_measure(index, folder.name, path))
    for name, figures in found.items():
        precision = [1 - (one.error_rate or 0.0) for one in figures]
        coverage = [one.coverage or 0.0 for one in figures]
        print(
            f"mean of {len(figures)} {name}: precision {sum(precision) / len(precision):.3f} (lowest {min(precision):.3f}), "
            f"coverage {sum(coverage) / len(coverage):.3f}"
        )


def _tuned(articles: Sequence[Article], shipped: Embedder) -> Embedder:
    """Return the model tuned for a desk, the shipped one where that is not better; says which."""
    lessons = plan_lessons(articles, ())
    why, found = why_not(lessons), None
    began = time.monotonic()
    if not why:
        found = tune(resolve_source(MODEL), Task(tuple(articles), (), MAX_ERROR_RATE), lambda *_: None)
        why = f"{found.why}: {found.before} {found.after}"
    print(f"tuning took {time.monotonic() - began:.0f} s; {why}", flush=True)
    return load_embedder(found.folder) if found and found.adopted else shipped


def _measure(index: Index, desk: str, path: Path) -> Evaluation:
    labelled = [_labelled(line) for line in path.read_text(encoding="utf-8").splitlines()]
    started = time.monotonic()
    figures = evaluate(index, labelled, MAX_ERROR_RATE)
    each = (time.monotonic() - started) / len(labelled) * 1_000
    print(
        f"{desk:22}{path.stem:12}{figures.n:6}{figures.top1 or 0:8.3f}{figures.recall3 or 0:10.3f}"
        f"{figures.coverage or 0:10.3f}{1 - (figures.error_rate or 0):11.3f}"
        f"{1 - (figures.error_upper or 0):9.3f}-{1 - (figures.error_lower or 0):.3f}"
        f"{1 - (figures.stated_error or 0):8.3f}{each:9.1f}",
        flush=True,
    )
    return figures


def _labelled(line: str) -> Labelled:
    entry = json.loads(line)
    text = separate_text(entry["text"]).new_text
    return Labelled(text, entry["article"], entry.get("subject", ""), tuple(entry.get("also", ())))


def _default() -> list[Path]:
    beside = Path(
        os.environ.get("INBOXD_MATCHING", Path(__file__).resolve().parents[2] / "shared" / "matching")
    )
    public = sorted(path.parent for path in beside.glob("*/questions.jsonl"))
    if not public:
        print(f"no public sets in {beside}: only the desks of this repository are measured")
    return [*sorted((Path(__file__).parent / "desks").iterdir()), *public]


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:] if name != "--tuned"]
    main(named or _default(), tuned="--tuned" in sys.argv)
