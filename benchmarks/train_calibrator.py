"""Train ``inboxd/knowledge/calibrator.json`` across labelled question sets, and say how well it holds on unseen ones.

``python benchmarks/train_calibrator.py [--write] FOLDER…``: every folder is a desk with ``kb/*.md``,
``questions.jsonl`` (``{"text", "article", "also"?, "subject"?}``), perhaps ``mails.jsonl`` (the same as mails) and
``history.jsonl`` (answered mails, used as further phrasings). Folders whose names agree up to the first ``-`` are one
set: the printed figures leave that set out of the training. Beside the folders as they are, the calibrator learns from
random smaller desks out of them (``virtual_desks.py``). Only coefficients are written, no text. Takes some minutes.

``--tuned`` also reports every English folder as it stands after its first night (file ``tuned``): with the sentence model
tuned on its articles where the rehearsal says that it is better. That teaches the calibrator nothing, and takes minutes
per folder.
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
from virtual_desks import VirtualDesk, read_pools, virtual_desks

from inboxd.core.quoting import separate_text
from inboxd.knowledge import confidence
from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.confidence import Calibrator, Figures, Marks, Trial, move, probability
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.features import FEATURES, candidates
from inboxd.knowledge.match import read_units
from inboxd.knowledge.model_export import resolve_source
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.shelf import build_shelf, shelf_texts
from inboxd.knowledge.simulate import simulate
from inboxd.knowledge.space import DENSE_WEIGHT, Script, script_of
from inboxd.knowledge.threshold import STRICTER, pooled_threshold
from inboxd.knowledge.tune import Task, plan_lessons, tune, why_not

OUTPUT = Path(__file__).parent.parent / "inboxd" / "knowledge" / "calibrator.json"
MODEL = "all-MiniLM-L6-v2"
STRENGTH = 0.3
# Every feature speaks for an answer, but these: one speaks against it, the rest only say what kind of desk it is.
FREE = (None, None)
BOUNDS = {
    "none": (None, 0.0),
    **dict.fromkeys(("known_to_desk", "words", "units", "phrasings"), FREE),
}
TARGETS = (0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99)
# Virtual desks of every set, by script; where few sets speak it there are none.
VIRTUAL = {Script.ENGLISH: 30, Script.LATIN: 10, Script.CJK: 0}
# What one of them weighs beside a desk as it is: there are several times as many, with far easier questions among them.
VIRTUAL_SHARE = 0.1
# Share of near misses among a virtual desk's mails without an article.
NEAR = 0.7
# The bound that is shipped: this share of unseen desks stayed under it.
BOUND = 0.95

Found = tuple[Figures, Marks, Figures]
PROVENANCE = (
    "Coefficients only. english: CLINC150 (CC BY 3.0), BANKING77 (CC BY 4.0), HWU64 and the Rasa demo (Apache-2.0), each "
    "with 1, 2, 3, 5 and 10 phrasings an article, as bare questions and wrapped as mails, and 30 random smaller desks out of "
    "each. latin: the same (10 smaller ones) with the weight "
    "that sentence vectors get there, and benchmarks/desks/de-shop. cjk: benchmarks/desks/zh-shop (both written for this)."
)


@dataclass(frozen=True, slots=True)
class Run:
    """The trials of one desk on one file with the set each question is from, and the desk's own simulated ones."""

    family: str
    phrasings: str
    file: str
    trials: tuple[Trial, ...]
    own: tuple[Trial, ...]
    sources: tuple[str, ...] = ()

    def without(self, family: str) -> "Run":
        """Return the run without the questions of one set."""
        if family not in self.sources:
            return self
        kept = [source != family for source in self.sources]
        trials = tuple(trial for trial, keep in zip(self.trials, kept, strict=True) if keep)
        return replace(self, trials=trials, sources=tuple(one for one in self.sources if one != family))


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
    parser.add_argument("--tuned", action="store_true")
    options = parser.parse_args()
    embedder = Remembering(load_embedder(MODEL))
    fitted: dict[Script, Calibrator] = {}
    for script in Script:
        started = time.monotonic()
        runs = [run for folder in options.folders for run in _runs(folder, script, embedder)]
        runs += _virtual_runs(options.folders, script, embedder)
        if options.tuned and script is Script.ENGLISH:
            runs += [_tuned_run(folder, embedder) for folder in options.folders if _is_english(folder)]
        print(f"\n{script.value}: {len(runs)} runs in {time.monotonic() - started:.0f} s", flush=True)
        bounds = _report(runs, script)
        fitted[script] = replace(_fit(runs, script), bounds=bounds)
    scripts = {script.value: _entry(_no_laxer(one, fitted[Script.ENGLISH])) for script, one in fitted.items()}
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


def _virtual_runs(folders: Sequence[Path], script: Script, embedder: Embedder) -> list[Run]:
    """Return the runs of virtual desks, all out of English sets."""
    if not VIRTUAL[script]:
        return []
    english = [one for one in folders if _is_english(one)]
    return [
        _virtual_run(desk, script, embedder) for desk in virtual_desks(read_pools(english), VIRTUAL[script])
    ]


def _is_english(folder: Path) -> bool:
    return load_articles(folder / "kb")[0][0].lang in {"", "en"}


def _tuned_run(folder: Path, embedder: Embedder) -> Run:
    """Return the run of a desk after its first night; its correction is the one from before, as ``corrections.py`` has it."""
    articles, _ = load_articles(folder / "kb")
    name = f"k={max(len(article.questions) for article in articles)}"
    before = _run(folder, "", name, articles, "questions", Script.ENGLISH, embedder)
    if why_not(plan_lessons(articles, ())):
        return replace(before, file="tuned")
    found = tune(resolve_source(MODEL), Task(articles, (), 0.03), lambda *_: None)
    print(f"{folder.name}: {found.why}: {found.before} {found.after}", flush=True)
    if not found.adopted:
        return replace(before, file="tuned")
    after = _run(folder, "", name, articles, "questions", Script.ENGLISH, load_embedder(found.folder))
    return replace(after, file="tuned", own=before.own)


def _virtual_run(desk: VirtualDesk, script: Script, embedder: Embedder) -> Run:
    texts = shelf_texts(desk.articles, script, ())
    shelf = build_shelf(desk.articles, script, (), dict(zip(texts, embedder.embed(texts), strict=True)))
    questions = [(one, read_question("", one.text)) for one in desk.asked]
    questions = [(one, question) for one, question in questions if question.units]
    embedder.embed([unit for _, question in questions for unit in question.units])
    trials, sources = [], []
    for one, question in questions:
        right = {one.article} if one.article else set()
        for trial in _trial(shelf, embedder, question, right):
            near = one.article is None and one.family == desk.family
            trials.append(replace(trial, near_miss=near))
            sources.append(one.family)
    return Run(desk.family, f"k={desk.phrasings}", "virtual", tuple(trials), simulate(shelf), tuple(sources))


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
    """Return the calibrator fitted to all runs, both kinds of question weighing the same.

    The public sets have near misses only; the cohort's trials stand for the mails that are nobody's business here.
    """
    runs = [run for run in runs if run.file != "tuned"]
    kept = [_taught(run) for run in runs]
    rows = np.array([trial.candidate.features for trials in kept for trial in trials])
    right = np.array([trial.right for trials in kept for trial in trials], np.float64)
    weights = np.concatenate(
        [_balanced(trials) * _share(run) for trials, run in zip(kept, runs, strict=True)]
    )
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-3] = 1.0
    solution = _regress((rows - mean) / scale, right, weights * len(weights) / weights.sum())
    calibrator = Calibrator(
        script, _tuple(mean), _tuple(scale), _tuple(solution[:-1]), float(solution[-1]), ()
    )
    return replace(calibrator, thresholds=_pooled(calibrator, runs))


def _pooled(calibrator: Calibrator, runs: Sequence[Run]) -> tuple[tuple[float, float], ...]:
    """Return, per target, the lowest confidence from which the answers of all desks together are as often right."""
    found = [_asked(calibrator, run) for run in runs]
    chances, right, weights = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(-chances, kind="stable")
    precision = np.cumsum((weights * right)[order]) / np.cumsum(weights[order])
    cuts = []
    for target in TARGETS:
        reached = np.flatnonzero(precision >= target)
        cuts.append((target, round(float(chances[order[reached[-1]]]) if len(reached) else 0.999, 4)))
    return tuple(cuts)


def _no_laxer(calibrator: Calibrator, than: Calibrator) -> Calibrator:
    """Return the calibrator with thresholds no lower than another's: little was measured in other languages."""
    pairs = zip(calibrator.thresholds, than.thresholds, strict=True)
    bounds = zip(calibrator.bounds, than.bounds, strict=True)
    return replace(
        calibrator,
        thresholds=tuple((target, max(own, other)) for (target, own), (_, other) in pairs),
        bounds=tuple((target, max(own, other)) for (target, own), (_, other) in bounds),
    )


def _share(run: Run) -> float:
    """Return what a run weighs in the fit; its thresholds are judged on all runs alike."""
    return VIRTUAL_SHARE if run.file == "virtual" else 1.0


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


def _asked(calibrator: Calibrator, run: Run) -> Found:
    """Return, for every question of a run, how sure the best article is, whether it is right, and what that weighs."""
    platt = move(calibrator, run.own)
    chances = np.array([probability(calibrator, trial.candidate, platt) for trial in run.trials])
    return chances, np.array([trial.right for trial in run.trials]), _balanced(run.trials)


def _report(runs: Sequence[Run], script: Script) -> tuple[tuple[float, float], ...]:
    """Print precision, coverage and calibration error of every run, its set left out of the training.

    Returns, per target, the share of wrong answers that 19 of 20 of these desks stayed under.
    """
    rows: list[list[Any]] = []
    errors: list[list[float]] = []
    for family in sorted({run.family for run in runs}):
        calibrator = _fit([run.without(family) for run in runs if run.family != family], script)
        for run in (one for one in runs if one.family == family):
            found = _asked(calibrator, run)
            if run.file != "tuned":
                errors.append([1 - _answered(calibrator, found, target)[0] for target in TARGETS])
            row = [run.family, run.phrasings, run.file, *_figures(calibrator, run, found)]
            rows.append([row[0], "any", *row[2:]] if run.file == "virtual" else row)
            if run.file == "virtual":
                continue
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
    _report_virtual(rows)
    rates = np.quantile(np.array(errors), BOUND, axis=0)
    # At a higher threshold there are fewer answers, and chance moves the worst desk; the bound never rises again.
    return tuple(
        (target, round(float(rate), 4))
        for target, rate in zip(TARGETS, np.minimum.accumulate(rates), strict=True)
    )


def _report_virtual(rows: Sequence[Sequence[Any]]) -> None:
    """Print what virtual desks of each set came to at 3 %: all their answers together, and the worst tenth."""
    for family in sorted({row[0] for row in rows if row[2] == "virtual"}):
        part = np.array([row[3:] for row in rows if row[0] == family and row[2] == "virtual"])
        print(
            f"virtual {family:14} {len(part)} desks: top1 {part[:, 0].mean():.3f}  ece {part[:, 1].mean():.3f} | "
            f"3 %: {np.average(part[:, 4], weights=part[:, 5] + 1e-9):.3f} at {part[:, 5].mean():.3f}, "
            f"worst tenth below {np.quantile(part[:, 4], 0.1):.3f}"
        )


def _figures(calibrator: Calibrator, run: Run, found: Found) -> tuple[float, ...]:
    """Return top-1, calibration error, and precision and coverage at error rates of 5 % and 3 %."""
    chances, right, weights = found
    inside = np.array([trial.has_article for trial in run.trials])
    figures = [float(right[inside].mean()), _calibration_error(chances, right, weights)]
    for rate in (0.05, 0.03):
        figures += _answered(calibrator, found, 1 - rate * STRICTER[calibrator.script])
    return tuple(figures)


def _answered(calibrator: Calibrator, found: Found, target: float) -> tuple[float, float]:
    """Return precision and coverage of one run at the pooled threshold of a target."""
    chances, right, weights = found
    sure = chances >= pooled_threshold(calibrator, target)
    good, answered = float(weights[sure & right].sum()), float(weights[sure].sum())
    return (good / answered if answered else 1.0), 2 * good


def _calibration_error(chances: Figures, right: Marks, weights: Figures) -> float:
    """Return the expected calibration error over ten bins (Naeini et al. 2015)."""
    bins = np.minimum((chances * 10).astype(int), 9)
    return float(sum(abs((weights * (chances - right))[bins == number].sum()) for number in range(10)))


def _balanced(trials: Sequence[Trial]) -> Figures:
    inside = np.array([trial.has_article for trial in trials])
    near = np.array([trial.near_miss for trial in trials])
    weights = np.zeros(len(trials))
    far = ~inside & ~near
    for part, share in (
        (inside, 1.0),
        (near, NEAR if far.any() else 1.0),
        (far, 1 - NEAR if near.any() else 1.0),
    ):
        weights[part] = share / max(part.sum(), 1)
    return np.asarray(weights / weights.sum(), np.float64)


def _entry(calibrator: Calibrator) -> dict[str, Any]:
    return {
        "mean": calibrator.mean,
        "scale": calibrator.scale,
        "weights": calibrator.weights,
        "offset": round(calibrator.offset, 5),
        "thresholds": calibrator.thresholds,
        "bounds": calibrator.bounds,
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
