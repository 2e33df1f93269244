"""``inboxd kb …``: search, check, eval, learn."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from inboxd.clock import Clock
from inboxd.commands.knowledge_tune import after_a_night
from inboxd.commands.printing import print_json, print_table, print_text, to_json
from inboxd.config import Config
from inboxd.core.facts import KbMatch
from inboxd.core.language import detect_language
from inboxd.core.outcome import Learnt
from inboxd.core.quoting import separate_text
from inboxd.desk import Desk
from inboxd.errors import ConfigError, PermanentError, Problem
from inboxd.explanation import explain_match
from inboxd.knowledge.anonymous import question_of
from inboxd.knowledge.check import check_articles
from inboxd.knowledge.evaluate import Judged, Labelled, judge, promised, summarise
from inboxd.knowledge.index import Index
from inboxd.knowledge.why import why_found
from inboxd.oneshot import open_desk
from inboxd.store import learnt
from inboxd.store.engine import write


class LabelledLine(BaseModel):
    """One line of a file of labelled questions (DESIGN 4.7)."""

    model_config = ConfigDict(extra="allow")

    text: str
    article: str | None
    subject: str = ""
    also: list[str] = []


def search(config: Config, clock: Clock, text: str, *, as_json: bool) -> None:
    """Print the articles for a question, best first."""
    desk = open_desk(config, clock)
    found = desk.knowledge.match("", text, detect_language(text))
    rows = [explain_match(one) for one in found] if isinstance(found, tuple) else []
    if as_json:
        print_json(rows)
    else:
        columns = ("article", "confidence", "sure", "score", "passage")
        print_table(text, columns, ([row[name] for name in columns] for row in rows))
        _print_why(desk, text, found if isinstance(found, tuple) else ())


def _print_why(desk: Desk, text: str, found: Sequence[KbMatch]) -> None:
    """Print which part of the text fits each article and the figures behind it, and why none is sent by itself."""
    index = desk.knowledge.index
    for one in why_found(index, "", text) if index is not None else ():
        figures = ", ".join(f"{name} {value:g}" for name, value in one.figures.items())
        veto = " (halved: it says the opposite, or tells a failure)" if one.vetoed else ""
        print_text(f"{one.article}: “{one.view}” is like “{one.phrasing}”{veto}", f"  {figures}")
    if found and found[0].withheld:
        print_text(f"Not sent by itself: {found[0].withheld}.")


def check(config: Config, clock: Clock, *, as_json: bool) -> int:
    """Print what would make answers unsure; return 1 when there is anything."""
    problems = check_articles(_index(open_desk(config, clock)))
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
    lines = read_labelled(file)
    index = _index(after_a_night(desk) if tuned else desk)
    judged = judge(index, [_question(line) for line in lines], config.kb.max_error_rate)
    if each:
        for line, one in zip(lines, judged, strict=True):
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
    lines = read_labelled(file)
    unknown = sorted({line.article for line in lines if line.article} - set(desk.knowledge.articles))
    if unknown:
        raise PermanentError(f"there is no article {', '.join(unknown)}")
    with write(desk.engine) as connection:
        for line in lines:
            text = question_of(line.subject, _question(line).text)
            if text:
                # The operator says it himself: it counts at once, with nothing personal in it.
                evidence = Learnt(line.article, text, "kb learn")
                learnt.add(connection, evidence, clock(), masked=True, adopted=True)
    if as_json:
        print_json({"learnt": len(lines)})
    else:
        print_text(f"{len(lines)} answered mails learnt")


def read_labelled(file: Path) -> Sequence[LabelledLine]:
    """Return the lines of a JSON Lines file; raise ``ConfigError`` with every bad one at its line."""
    found: list[LabelledLine] = []
    problems: list[Problem] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(LabelledLine.model_validate(json.loads(line)))
        except ValidationError as error:
            problems += [
                Problem(str(file), number, f"{'.'.join(map(str, one['loc']))}: {one['msg']}")
                for one in error.errors()
            ]
        except ValueError as error:
            problems.append(Problem(str(file), number, f"no JSON: {error}"))
    if problems:
        raise ConfigError(tuple(problems))
    return found


def _question(line: LabelledLine) -> Labelled:
    """Return a labelled question as the pipeline would ask it: without quote, signature and disclaimer."""
    return Labelled(separate_text(line.text).new_text, line.article, line.subject, tuple(line.also))


def _document(line: LabelledLine, one: Judged) -> dict[str, Any]:
    matches = [
        {"article": match.article, "confidence": match.confidence, "sure": match.sure}
        for match in one.matches
    ]
    return {"text": line.text, "article": line.article, "matches": matches}


def _index(desk: Desk) -> Index:
    desk.knowledge.load()
    index = desk.knowledge.index
    if index is None:
        raise PermanentError("the knowledge base could not be loaded")
    return index
