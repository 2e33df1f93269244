"""``inboxd kb …``: search, check, eval, learn."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inboxd.clock import Clock
from inboxd.commands.knowledge_lines import LabelledLine, read_labelled
from inboxd.commands.knowledge_tune import after_a_night
from inboxd.commands.printing import print_json, print_table, print_text, to_json
from inboxd.config import Config
from inboxd.core.facts import KbMatch
from inboxd.core.language import detect_language
from inboxd.core.outcome import Learnt
from inboxd.desk import Desk
from inboxd.errors import ConfigError, PermanentError
from inboxd.explanation import explain_match
from inboxd.knowledge.anonymous import question_of
from inboxd.knowledge.articles import JOIN
from inboxd.knowledge.check import check_articles
from inboxd.knowledge.evaluate import Judged, judge, promised, summarise
from inboxd.knowledge.index import Index
from inboxd.knowledge.match import match
from inboxd.knowledge.threshold import NEVER
from inboxd.knowledge.why import why_found
from inboxd.oneshot import open_desk
from inboxd.store import learnt
from inboxd.store.engine import write

# What evidence from a file is told by.
SOURCE = "kb learn"


def search(config: Config, clock: Clock, text: str, *, as_json: bool) -> None:
    """Print the articles for a question, best first; raise ``PermanentError`` when they cannot be loaded."""
    desk = open_desk(config, clock)
    desk.knowledge.load()
    found = desk.knowledge.match("", text, detect_language(text))
    rows = [explain_match(one) for one in found] if isinstance(found, tuple) else []
    if as_json:
        print_json(rows)
    elif rows:
        columns = ("article", "confidence", "sure", "score", "passage")
        print_table(text, columns, ([row[name] for name in columns] for row in rows))
        _print_why(desk, text, found if isinstance(found, tuple) else (), config.kb.max_error_rate)
    else:
        print_text("no article fits" if desk.knowledge.articles else f"no articles in {config.kb.path}")


def _print_why(desk: Desk, text: str, found: Sequence[KbMatch], max_error_rate: float) -> None:
    """Print which part of the text fits each article and the figures behind it, and why none is sent by itself."""
    index = desk.knowledge.index
    if index is None:
        return
    told = [slug for one in found for slug in one.article.split(JOIN)]
    # One of another script than what was written was looked at, and is no answer.
    for one in (why for why in why_found(index, "", text) if why.article in told):
        figures = ", ".join(f"{name} {value:g}" for name, value in one.figures.items())
        veto = " (halved: it says the opposite, or tells a failure)" if one.vetoed else ""
        print_text(f"{one.article}: “{one.view}” is like “{one.phrasing}”{veto}", f"  {figures}")
    if found[0].sure:
        return
    threshold = match(index, "", text, detect_language(text), max_error_rate).threshold
    below = f"{found[0].confidence:.4f} is below this desk's threshold of {threshold:.4f}"
    if threshold >= NEVER:
        below = "too many sure answers to this desk's own mails were wrong, so none is"
    print_text(f"Not sent by itself: {found[0].withheld or below}.")


def check(config: Config, clock: Clock, *, as_json: bool) -> int:
    """Print what would make answers unsure, and the files no answer comes from; return 1 when there is anything."""
    desk = open_desk(config, clock)
    broken = desk.knowledge.load()
    problems = sorted((*broken, *check_articles(_index(desk))), key=lambda one: (one.file, one.line))
    if as_json:
        print_json([{"file": one.file, "line": one.line, "message": one.message} for one in problems])
    else:
        print_text(*(map(str, problems) if problems else ("nothing to mend",)))
    return 1 if problems else 0


def evaluate_file(
    config: Config, clock: Clock, file: Path, *, each: bool, as_json: bool, tuned: bool = False
) -> None:
    """Print the figures on labelled questions, or one JSON line per question.

    ``tuned``: with the model as the next night will leave it, which is trained for it and not adopted.
    """
    desk = open_desk(config, clock)
    labelled = read_labelled(file)
    index = _index(after_a_night(desk) if tuned else desk)
    for problem in labelled.unknown_articles({article.slug for article in index.articles}):
        # It can only count as wrong, which is rarely what was meant.
        print(problem, file=sys.stderr)  # noqa: T201  a warning beside the document on stdout
    judged = judge(index, labelled.questions, config.kb.max_error_rate)
    if each:
        for line, one in zip(labelled.lines, judged, strict=True):
            print(to_json(_document(line, one)), flush=True)  # noqa: T201  JSON Lines on stdout
        return
    document = asdict(summarise(tuple(judged)))
    promise = promised(index, config.kb.max_error_rate)
    document |= {
        "max_error_rate": config.kb.max_error_rate,
        "promised_bound": promise.error_bound if promise else None,
        "proven_by": promise.answers if promise else 0,
    }
    if as_json:
        print_json(document)
    else:
        print_table(str(file), ("figure", "value"), list(document.items()))


def learn_file(config: Config, clock: Clock, file: Path, *, as_json: bool) -> None:
    """Keep answered mails as evidence; from the next load on they count as phrasings of their article."""
    desk = open_desk(config, clock)
    labelled = read_labelled(file)
    if unknown := labelled.unknown_articles(desk.knowledge.articles):
        raise ConfigError(unknown)
    asked = zip(labelled.lines, labelled.questions, strict=True)
    told = [Learnt(line.article, question_of(one.subject, one.text), SOURCE) for line, one in asked]
    with write(desk.engine) as connection:
        known = {
            (one.learnt.article, one.learnt.text, one.learnt.source) for one in learnt.list_stored(connection)
        }
        for evidence in dict.fromkeys(told):
            # The operator says it himself: it counts at once, with nothing personal in it; a file read again adds nothing.
            if evidence.text and (evidence.article, evidence.text, SOURCE) not in known:
                learnt.add(connection, evidence, clock(), masked=True, adopted=True)
    count = sum(bool(evidence.text) for evidence in told)
    if as_json:
        print_json({"learnt": count})
    else:
        print_text(f"{count} answered mails learnt")


def _document(line: LabelledLine, one: Judged) -> dict[str, Any]:
    matches = [
        {"article": match.article, "confidence": match.confidence, "sure": match.sure}
        for match in one.matches
    ]
    return {"text": line.text, "article": line.article, "matches": matches}


def _index(desk: Desk) -> Index:
    if desk.knowledge.index is None:
        desk.knowledge.load()
    index = desk.knowledge.index
    if index is None:
        raise PermanentError("the knowledge base could not be loaded")
    return index
