"""Tune: once a night the sentence model learns the desk's own questions apart, where that makes answers surer.

In a process of its own that yields to everything else on the machine; what is answered meanwhile is answered as before.
It ends with the daemon, and is begun again the next night.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inboxd import maillog
from inboxd.core.ticket import Event
from inboxd.desk import Desk
from inboxd.errors import PermanentError
from inboxd.jobs.nightly import is_due_tonight
from inboxd.knowledge.articles import Article
from inboxd.store import learnt, settings, tickets, tuned
from inboxd.store.engine import read, write

if TYPE_CHECKING:
    from inboxd.knowledge.shelf import Learnt
    from inboxd.knowledge.tune import Task, Tuning

JOB = "tune"
# Behind the books and before the digest of the morning; a new desk does not wait for the night.
_AT = dt.time(2, 0)
# So many more learnt mails are worth another night.
ENOUGH = 20
# Half of a small machine, and only what nobody else wants.
_THREADS = 1
_NICENESS = 19
_TRIED = "kb.tuned_for"


def tune_nightly(desk: Desk, now: dt.datetime) -> int:
    """Tune the model where articles changed or enough was learnt since the last time; return 1 when it was tried."""
    articles = tuple(desk.knowledge.articles.values())
    # Without articles there is no index, and nobody pays for what is imported below.
    if not articles or desk.knowledge.index is None or not is_due_tonight(desk, JOB, _AT, now):
        return 0
    from inboxd.knowledge.learning import evidence_of  # noqa: PLC0415  numpy: 14 MB, only with articles
    from inboxd.knowledge.model_export import resolve_source  # noqa: PLC0415  likewise
    from inboxd.knowledge.tune import Task, plan_lessons, tune, why_not  # noqa: PLC0415  likewise

    with read(desk.engine) as connection:
        evidence = evidence_of(learnt.list_adopted(connection))
        tried = settings.load(connection, _TRIED) or {}
    if not _is_worth_it(tried, made_of(articles, evidence)) or why_not(plan_lessons(articles, evidence)):
        # What is edited by day waits for the next night.
        return _note(desk, now)
    task = Task(articles, evidence, desk.config.kb.max_error_rate, threads=_THREADS, niceness=_NICENESS)
    try:
        found = tune(resolve_source(desk.config.kb.model), task, _in_silence)
    except PermanentError as error:
        # No memory, no space: answers are as sure as before, and the next night is another chance.
        maillog.problem(str(error))
        return _note(desk, now)
    # The training took a while: it is answered with the model from here on.
    adopt(desk, task, found, desk.now)
    return 1


def adopt(desk: Desk, task: "Task", found: "Tuning", now: dt.datetime) -> None:
    """Answer with the tuned model from now on where it is better, else with the configured one; note what came of it."""
    model = desk.config.kb.model
    with write(desk.engine) as connection:
        before = tuned.load(connection, model)
        if found.adopted:
            tuned.save(connection, model, found.folder, now)
        else:
            # One tuned for articles that have changed since is none for these.
            tuned.forget(connection)
        settings.note_run(connection, JOB, now)
        settings.save(connection, _TRIED, made_of(task.articles, task.learnt), now)
        tickets.add_event(connection, Event("tuned", {"adopted": found.adopted, "why": found.why}), now)
    if before == found.folder:
        return
    if desk.knowledge.index is not None:
        desk.knowledge.load()
    _discard(before)


def revert(desk: Desk, now: dt.datetime) -> bool:
    """Answer with the configured model, and tune no more by itself; return False when no tuned one was in use."""
    with write(desk.engine) as connection:
        before = tuned.load(connection, desk.config.kb.model)
        settings.save(connection, _TRIED, {"reverted": True}, now)
        gone = tuned.forget(connection)
    _discard(before)
    return gone


def made_of(articles: Sequence[Article], evidence: "Sequence[Learnt]") -> dict[str, Any]:
    """Return what a model is tuned for: another one once an article is asked for otherwise."""
    said = "\n".join(f"{one.slug}\t{text}" for one in articles for text in one.phrasings)
    return {
        "articles": hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest(),
        "learnt": len(evidence),
    }


def _discard(folder: str) -> None:
    """Remove a tuned model nobody is to use any more: what customers wrote is in it."""
    if folder:
        from inboxd.knowledge.tune import discard  # noqa: PLC0415  as above

        discard(folder)


def _note(desk: Desk, now: dt.datetime) -> int:
    """Note that this night's turn is over; return 0: nothing came of it."""
    with write(desk.engine) as connection:
        settings.note_run(connection, JOB, now)
    return 0


def _is_worth_it(tried: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether articles changed since, mails were forgotten (somebody was erased), or enough were learnt."""
    if tried.get("reverted"):
        return False
    more = int(now["learnt"]) - int(tried.get("learnt", 0))
    return bool(tried.get("articles") != now["articles"]) or more < 0 or more >= ENOUGH


def _in_silence(_done: int, _all: int) -> None:
    """Nobody watches at night."""
