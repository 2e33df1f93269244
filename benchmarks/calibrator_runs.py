"""Desks asked questions whose answer is known: the trials a calibrator is trained on, and judged by."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from virtual_desks import VirtualDesk, read_pools, virtual_desks

from inboxd.core.quoting import separate_text
from inboxd.knowledge.articles import Article, load_articles
from inboxd.knowledge.confidence import Trial
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.features import candidates
from inboxd.knowledge.match import read_units
from inboxd.knowledge.model_export import resolve_source
from inboxd.knowledge.question import Question, read_question
from inboxd.knowledge.shelf import Learnt, build_shelf, shelf_texts
from inboxd.knowledge.simulate import simulate
from inboxd.knowledge.space import DENSE_WEIGHT, Script, script_of
from inboxd.knowledge.tune import Task, plan_lessons, tune, why_not

MODEL = "all-MiniLM-L6-v2"
# How the files of a desk after its first night are called.
TUNED = "tuned"
# Virtual desks of every set, by script; where few sets speak it there are none.
VIRTUAL = {Script.ENGLISH: 30, Script.LATIN: 10, Script.CJK: 0}


@dataclass(frozen=True, slots=True)
class Run:
    """The trials of one desk on one file with the set each question is from, and the desk's own simulated ones."""

    family: str
    phrasings: str
    file: str
    trials: tuple[Trial, ...]
    own: tuple[Trial, ...]
    sources: tuple[str, ...] = ()

    @property
    def is_tuned(self) -> bool:
        """Return whether the desk has had its first night: it is reported, and teaches nothing."""
        return self.file.startswith(TUNED)

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


def runs_of(folder: Path, script: Script, embedder: Embedder) -> Iterator[Run]:
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
        for name, chosen, learnt in _variants(folder, part):
            for file in (
                ("questions", "mails")
                if chosen is part and (folder / "mails.jsonl").is_file()
                else ("questions",)
            ):
                yield _run(folder, mark, name, chosen, file, script, embedder, learnt)


def _variants(
    folder: Path, articles: tuple[Article, ...]
) -> Iterator[tuple[str, tuple[Article, ...], tuple[Learnt, ...]]]:
    """Yield the articles with more and fewer phrasings, and with mails they answered."""
    most = max(len(article.questions) for article in articles)
    yield f"k={most}", articles, ()
    history = lines_of(folder / "history.jsonl")
    if most <= 3 or not history:
        for few in range(1, most):
            yield f"k={few}", tuple(replace(one, questions=one.questions[:few]) for one in articles), ()
    if most > 3 and history:
        yield f"k={most}+5", articles, _answered(articles, history)


def _run(
    folder: Path,
    mark: str,
    name: str,
    articles: Sequence[Article],
    file: str,
    script: Script,
    embedder: Embedder,
    learnt: Sequence[Learnt] = (),
) -> Run:
    texts = shelf_texts(articles, script, learnt)
    vectors = dict(zip(texts, embedder.embed(texts), strict=True)) if texts else {}
    shelf = build_shelf(articles, script, learnt, vectors)
    lines = lines_of(folder / f"{file}.jsonl")
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


def virtual_runs(folders: Sequence[Path], script: Script, embedder: Embedder) -> list[Run]:
    """Return the runs of virtual desks, all out of English sets."""
    if not VIRTUAL[script]:
        return []
    english = [one for one in folders if is_english(one)]
    return [
        _virtual_run(desk, script, embedder) for desk in virtual_desks(read_pools(english), VIRTUAL[script])
    ]


def is_english(folder: Path) -> bool:
    """Return whether a folder's articles are in English."""
    return load_articles(folder / "kb")[0][0].lang in {"", "en"}


def tuned_runs(folder: Path, embedder: Embedder) -> list[Run]:
    """Return the runs of a desk after its first night; its correction is the one from before, as ``corrections.py`` has it."""
    articles, _ = load_articles(folder / "kb")
    name = f"k={max(len(article.questions) for article in articles)}"
    model = embedder
    if not why_not(plan_lessons(articles, ())):
        found = tune(resolve_source(MODEL), Task(articles, (), 0.03), lambda *_: None)
        print(f"{folder.name}: {found.why}: {found.before} {found.after}", flush=True)
        model = load_embedder(found.folder) if found.adopted else embedder
    runs = []
    for file in ("questions", "mails"):
        if (folder / f"{file}.jsonl").is_file():
            before = _run(folder, "", name, articles, file, Script.ENGLISH, embedder)
            after = _run(folder, "", name, articles, file, Script.ENGLISH, model)
            runs.append(replace(after, file=f"{TUNED} {file}", own=before.own))
    return runs


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


def _answered(articles: Sequence[Article], history: Sequence[dict[str, Any]]) -> tuple[Learnt, ...]:
    """Return up to five mails every article answered."""
    answered = [
        [Learnt(line["text"], one.slug) for line in history if line["article"] == one.slug][:5]
        for one in articles
    ]
    return tuple(mail for mails in answered for mail in mails)


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file, none where there is no file."""
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    )
