"""``inboxd kb tune``: the sentence model trained on the desk's own phrasings, adopted only if it is better."""

import dataclasses
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.desk import Desk
from inboxd.knowledge.embed import load_embedder
from inboxd.knowledge.learning import evidence_of
from inboxd.knowledge.model_export import ModelSource, resolve_source
from inboxd.knowledge.tune import Figures, Lessons, is_better, measure, plan_lessons, train, why_not
from inboxd.oneshot import open_desk
from inboxd.store import learnt, tuned
from inboxd.store.engine import read, write


def tune(config: Config, clock: Clock, *, revert: bool, as_json: bool) -> int:
    """Train, compare and adopt, or go back; print the figures. Return 1 when nothing was adopted."""
    desk = open_desk(config, clock)
    if revert:
        return _revert(desk, as_json=as_json)
    desk.knowledge.load_articles()
    with read(desk.engine) as connection:
        evidence = evidence_of(learnt.list_adopted(connection))
    lessons = plan_lessons(tuple(desk.knowledge.articles.values()), evidence)
    reason = why_not(lessons)
    if reason:
        return _tell({"adopted": False, "why": reason}, as_json=as_json)
    began = time.monotonic()
    source = resolve_source(config.kb.model)
    rate = config.kb.max_error_rate
    before = measure(lessons, load_embedder(config.kb.model), rate)
    folder = _train(source, lessons)
    after = measure(lessons, load_embedder(str(folder)), rate)
    adopted = is_better(after, before, rate)
    if adopted:
        with write(desk.engine) as connection:
            tuned.save(connection, config.kb.model, str(folder), clock())
    why = (
        "better on held-out phrasings"
        if adopted
        else "not better on held-out phrasings: the model stays as it is"
    )
    document = {
        "adopted": adopted,
        "why": why,
        "pairs": len(lessons.pairs),
        "seconds": round(time.monotonic() - began, 1),
        "model": str(folder),
        "before": dataclasses.asdict(before),
        "after": dataclasses.asdict(after),
    }
    return _tell(document, as_json=as_json, figures=(before, after))


def _train(source: ModelSource, lessons: Lessons) -> Path:
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("training", total=None)
        return train(source, lessons, lambda done, total: progress.update(bar, completed=done, total=total))


def _revert(desk: Desk, *, as_json: bool) -> int:
    with write(desk.engine) as connection:
        gone = tuned.forget(connection)
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
            print_table(
                "held-out phrasings",
                ("", "n", "first place right", "answered rightly", "answered wrongly"),
                rows,
            )
        print_text(str(document["why"]))
    return 0 if document["adopted"] else 1
