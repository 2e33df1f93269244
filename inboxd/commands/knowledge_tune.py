"""``inboxd kb tune``: the sentence model trained on the desk's own phrasings, adopted only if it is better."""

import dataclasses
import time
from dataclasses import replace

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.jobs.tuning import adopt
from inboxd.jobs.tuning import revert as go_back
from inboxd.knowledge.base import KnowledgeBase
from inboxd.knowledge.learning import evidence_of
from inboxd.knowledge.model_export import resolve_source
from inboxd.knowledge.tune import Figures, Lessons, Task, Tuning, plan_lessons, why_not
from inboxd.knowledge.tune import tune as train
from inboxd.oneshot import open_desk
from inboxd.store import learnt
from inboxd.store.engine import read


def tune(config: Config, clock: Clock, *, revert: bool, as_json: bool) -> int:
    """Train, compare and adopt, or go back; print the figures. Return 1 when nothing was adopted."""
    desk = open_desk(config, clock)
    if revert:
        return _revert(desk, as_json=as_json)
    task, lessons = plan(desk)
    reason = why_not(lessons)
    if reason:
        return _tell({"adopted": False, "why": reason}, as_json=as_json)
    began = time.monotonic()
    found = train_with_bar(desk, task)
    adopt(desk, task, found, clock())
    document = {
        "adopted": found.adopted,
        "why": found.why,
        "phrasings": sum(map(len, lessons.groups)),
        "seconds": round(time.monotonic() - began, 1),
        "model": found.folder,
        "before": dataclasses.asdict(found.before),
        "after": dataclasses.asdict(found.after),
    }
    return _tell(document, as_json=as_json, figures=(found.before, found.after))


def after_a_night(desk: Desk) -> Desk:
    """Return the desk as its next night will leave it: with the tuned model where that is better."""
    task, lessons = plan(desk)
    if why_not(lessons):
        return desk
    found = train_with_bar(desk, task)
    if not found.adopted:
        return desk
    kb = desk.config.kb
    return replace(desk, knowledge=KnowledgeBase(kb.path, found.folder, kb.max_error_rate, desk.engine))


def plan(desk: Desk) -> tuple[Task, Lessons]:
    """Return what to train on: all the desk's articles and what it learnt."""
    desk.knowledge.load_articles()
    with read(desk.engine) as connection:
        evidence = evidence_of(learnt.list_adopted(connection))
    articles = tuple(desk.knowledge.articles.values())
    return Task(articles, evidence, desk.config.kb.max_error_rate), plan_lessons(articles, evidence)


def train_with_bar(desk: Desk, task: Task) -> Tuning:
    """Train, with a bar on standard error; what was trained before is there at once."""
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("training", total=None)
        source = resolve_source(desk.config.kb.model)
        return train(source, task, lambda done, total: progress.update(bar, completed=done, total=total))


def _revert(desk: Desk, *, as_json: bool) -> int:
    gone = go_back(desk, desk.now)
    why = "the model is as it was shipped again" if gone else "no tuned model was in use"
    return _tell({"adopted": False, "reverted": gone, "why": why}, as_json=as_json) and not gone


def _tell(
    document: dict[str, object], *, as_json: bool, figures: tuple[Figures, Figures] | None = None
) -> int:
    if as_json:
        print_json(document)
    else:
        if figures is not None:
            rows = [
                (name, *dataclasses.astuple(one))
                for name, one in zip(("before", "after"), figures, strict=True)
            ]
            columns = ("", "n", "first place right", "answered rightly", "answered wrongly", "surprise")
            print_table("held-out phrasings", columns, rows)
        print_text(str(document["why"]))
    return 0 if document["adopted"] else 1
