"""Train ``inboxd/knowledge/calibrator.json`` across labelled question sets, and say how well it holds on unseen ones.

``python benchmarks/train_calibrator.py [--write] FOLDER…``: every folder is a desk with ``kb/*.md``,
``questions.jsonl`` (``{"text", "article", "also"?, "subject"?}``), perhaps ``mails.jsonl`` (the same as mails) and
``history.jsonl`` (answered mails, used as further phrasings). Folders whose names agree up to the first ``-`` are one
set: the printed figures leave that set out of the training. Only coefficients are written, no text.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from inboxd.core.quoting import separate_text
from inboxd.knowledge import confidence
from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.confidence import Calibrator, Figures, Marks, Trial, move, probability
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.features import FEATURES, candidates
from inboxd.knowledge.match import read_units
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.shelf import build_shelf, shelf_texts
from inboxd.knowledge.simulate import simulate
from inboxd.knowledge.space import DENSE_WEIGHT, Script, script_of
from inboxd.knowledge.threshold import desk_threshold, lowest_threshold, record_of

OUTPUT = Path(__file__).parent.parent / "inboxd" / "knowledge" / "calibrator.json"
STRENGTH = 0.3
# Every feature speaks for an answer, but these: one speaks against it, the rest only say what kind of desk it is.
FREE = (None, None)
BOUNDS = {
    "none": (None, 0.0),
    **dict.fromkeys(("known_to_desk", "words", "units"), FREE),
}
TARGETS = (0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99)
PROVENANCE = (
    "Coefficients only. english: CLINC150 (CC BY 3.0), BANKING77 (CC BY 4.0), HWU64 and the Rasa demo (Apache-2.0), each "
    "with 1, 2, 3, 5 and 10 phrasings an article, as bare questions and wrapped as mails. latin: the same with the weight "
    "that sentence vectors get there, and benchmarks/desks/de-shop. cjk: benchmarks/desks/zh-shop (both written for this)."
)


@dataclass(frozen=True, slots=True)
class Run:
    """The trials of one desk on one file, and the desk's own simulated ones."""

    family: str
    phrasings: str
    file: str
    trials: tuple[Trial, ...]
    own: tuple[Trial, ...]


class Remembering:
    """An embedder that computes every text once, for all desks and scripts."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self._inner = inner
        self._known: dict[str, Any] = {}

    def embed(self, texts: Sequence[str]) -> Any:
        """Return the rows of all texts."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known.update(zip(missing, self._inner.embed(missing), strict=True))
        return np.stack([self._known[text] for text in texts])


def main() -> None:
    """Collect, report with each set left out, and write with all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    embedder = Remembering(load_embedder("all-MiniLM-L6-v2"))
    scripts: dict[str, Any] = {}
    for script in Script:
        started = time.monotonic()
        runs = [run for folder in options.folders for run in _runs(folder, script, embedder)]
        print(f"\n{script.value}: {len(runs)} runs in {time.monotonic() - started:.0f} s", flush=True)
        _report(runs, script)
        scripts[script.value] = _entry(_fit(runs, script))
    if options.write:
        _write(scripts)


def _runs(folder: Path, script: Script, embedder: Embedder) -> Iterator[Run]:
    """Yield the runs of one folder: with few phrasings, as it is, and with some of the answered mails.

    A desk in the script's own language is asked whole and by halves (the other half's questions are near misses), for
    there are few of them; an English one stands in for Latin scripts, never for Chinese.
    """
    articles, _ = load_articles(folder / "kb")
    own = script_of([one.title for one in articles], articles[0].lang)
    if own is not script and (own, script) != (Script.ENGLISH, Script.LATIN):
        return
    parts = (
        ((articles, ""),)
        if own is Script.ENGLISH
        else ((articles, ""), (articles[::2], "/even"), (articles[1::2], "/odd"))
    )
    for part, mark in parts:
        for name, chosen in _variants(folder, part):
            for file in (
                ("questions", "mails")
                if chosen is part and (folder / "mails.jsonl").is_file()
                else ("questions",)
            ):
                yield _run(folder, mark, name, chosen, file, script, embedder)


def _variants(folder: Path, articles: tuple[Article, ...]) -> Iterator[tuple[str, tuple[Article, ...]]]:
    """Yield the articles with more and fewer phrasings."""
    most = max(len(article.questions) for article in articles)
    yield f"k={most}", articles
    history = _lines(folder / "history.jsonl")
    if most <= 3 or not history:
        for few in range(1, most):
            yield f"k={few}", tuple(replace(one, questions=one.questions[:few]) for one in articles)
    if most > 3 and history:
        yield f"k={most}+5", _with_history(articles, history)


def _run(
    folder: Path,
    mark: str,
    name: str,
    articles: Sequence[Article],
    file: str,
    script: Script,
    embedder: Embedder,
) -> Run:
    texts = shelf_texts(articles, script, ())
    vectors = dict(zip(texts, embedder.embed(texts), strict=True)) if texts else {}
    shelf = build_shelf(articles, script, (), vectors)
    lines = _lines(folder / f"{file}.jsonl")
    questions = [
        read_question(line.get("subject", ""), separate_text(line["text"]).new_text) for line in lines
    ]
    if DENSE_WEIGHT[script] > 0:
        embedder.embed([unit for question in questions for unit in question.units])
    trials = []
    for line, question in zip(lines, questions, strict=True):
        known = {one.slug for one in articles}
        trials += _trial(shelf, embedder, question, known & {line["article"], *line.get("also", ())})
    return Run(folder.name.partition("-")[0] + mark, name, file, tuple(trials), simulate(shelf))


def _trial(shelf: Any, embedder: Embedder, question: Question, right: set[str]) -> list[Trial]:
    if not question.units:
        return []
    best = candidates(shelf.view, read_units(shelf, embedder, question), 1)[0]
    return [Trial(best, shelf.articles[best.article].slug in right, bool(right))]


def _with_history(articles: Sequence[Article], history: Sequence[dict[str, Any]]) -> tuple[Article, ...]:
    more = {
        one.slug: [line["text"] for line in history if line["article"] == one.slug][:5] for one in articles
    }
    return tuple(
        replace(one, questions=tuple(dict.fromkeys((*one.questions, *more[one.slug])))) for one in articles
    )


def _fit(runs: Sequence[Run], script: Script) -> Calibrator:
    """Return the calibrator fitted to all runs, each run and both kinds of question weighing the same.

    The public sets have near misses only; the cohort's trials stand for the mails that are nobody's business here.
    """
    kept = [_taught(run) for run in runs]
    rows = np.array([trial.candidate.features for trials in kept for trial in trials])
    right = np.array([trial.right for trials in kept for trial in trials], np.float64)
    weights = np.concatenate([_balanced(trials) for trials in kept])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-3] = 1.0
    solution = _regress((rows - mean) / scale, right, weights * len(weights) / weights.sum())
    calibrator = Calibrator(
        script, _tuple(mean), _tuple(scale), _tuple(solution[:-1]), float(solution[-1]), ()
    )
    cuts = [(target, float(np.mean([_cut(calibrator, run, target) for run in runs]))) for target in TARGETS]
    return replace(calibrator, thresholds=tuple((target, round(cut, 4)) for target, cut in cuts))


def _taught(run: Run) -> list[Trial]:
    """Return the trials a run teaches: all but vetoed ones (halved afterwards), and a tenth as many far misses."""
    far = [trial for trial in run.own if not trial.has_article and not trial.near_miss]
    trials = [*run.trials, *far[:: max(1, len(far) * 10 // len(run.trials))]]
    return [trial for trial in trials if not trial.candidate.vetoed]


def _regress(rows: Figures, right: Figures, weights: Figures) -> Figures:
    """Return the weights and the offset of an L2 logistic regression whose evidence may only count the way it points.

    Free signs gain nothing on unseen sets and make a mail surer for being foreign where the training had no such mail.
    """

    def loss(point: Figures) -> tuple[float, Figures]:
        odds = rows @ point[:-1] + point[-1]
        value = (
            STRENGTH * (weights * (np.logaddexp(0, odds) - right * odds)).sum()
            + 0.5 * (point[:-1] ** 2).sum()
        )
        error = STRENGTH * weights * (1 / (1 + np.exp(-odds)) - right)
        return float(value), np.append(rows.T @ error + point[:-1], error.sum())

    bounds = [BOUNDS.get(name, (0.0, None)) for name in FEATURES]
    start = np.zeros(rows.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x)


def _cut(calibrator: Calibrator, run: Run, target: float) -> float:
    chances, right = _chances(calibrator, run)
    return lowest_threshold(chances, right, _balanced(run.trials), target)


def _chances(calibrator: Calibrator, run: Run) -> tuple[Figures, Marks]:
    platt = move(calibrator, run.own)
    chances = np.array([probability(calibrator, trial.candidate, platt) for trial in run.trials])
    return chances, np.array([trial.right for trial in run.trials])


def _report(runs: Sequence[Run], script: Script) -> None:
    """Print precision, coverage and calibration error of every run, its set left out of the training."""
    rows = []
    for family in sorted({run.family for run in runs}):
        calibrator = _fit([run for run in runs if run.family != family], script)
        for run in (one for one in runs if one.family == family):
            row = [run.family, run.phrasings, run.file, *_figures(calibrator, run)]
            rows.append(row)
            print(
                "{:14} {:6} {:10} top1 {:.3f}  ece {:.3f} | 5 %: {:.3f} at {:.3f} | 3 %: {:.3f} at {:.3f}".format(
                    *row
                )
            )
    for name in sorted({(row[1], row[2]) for row in rows}):
        part = np.array([row[3:] for row in rows if (row[1], row[2]) == name])
        print(
            "mean           {:6} {:10}".format(*name),
            np.round(part.mean(axis=0), 3),
            "lowest",
            part[:, [2, 4]].min(axis=0),
        )


def _figures(calibrator: Calibrator, run: Run) -> tuple[float, ...]:
    """Return top-1, calibration error, and precision and coverage at error rates of 5 % and 3 %."""
    chances, right = _chances(calibrator, run)
    inside = np.array([trial.has_article for trial in run.trials])
    weights = _balanced(run.trials)
    figures = [float(right[inside].mean()), _calibration_error(chances, right, weights)]
    own = record_of(calibrator, run.own, move(calibrator, run.own))
    for rate in (0.05, 0.03):
        sure = chances >= desk_threshold(calibrator, own, rate)
        good, answered = float(weights[sure & right].sum()), float(weights[sure].sum())
        figures += [good / answered if answered else 1.0, 2 * good]
    return tuple(figures)


def _calibration_error(chances: Figures, right: Marks, weights: Figures) -> float:
    """Return the expected calibration error over ten bins (Naeini et al. 2015)."""
    bins = np.minimum((chances * 10).astype(int), 9)
    return float(sum(abs((weights * (chances - right))[bins == number].sum()) for number in range(10)))


def _balanced(trials: Sequence[Trial]) -> Figures:
    inside = np.array([trial.has_article for trial in trials])
    weights = np.where(inside, 0.5 / max(inside.sum(), 1), 0.5 / max((~inside).sum(), 1))
    return np.asarray(weights / weights.sum(), np.float64)


def _entry(calibrator: Calibrator) -> dict[str, Any]:
    return {
        "mean": calibrator.mean,
        "scale": calibrator.scale,
        "weights": calibrator.weights,
        "offset": round(calibrator.offset, 5),
        "thresholds": calibrator.thresholds,
    }


def _write(scripts: dict[str, Any]) -> None:
    head = {"version": confidence.VERSION, "provenance": PROVENANCE, "features": FEATURES}
    OUTPUT.write_text(json.dumps({**head, "scripts": scripts}, indent=1) + "\n", encoding="utf-8")


def _tuple(values: Any) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)


def _lines(path: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    )


if __name__ == "__main__":
    main()
