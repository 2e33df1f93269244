"""Gaps: what operators answered by hand so often that it should be an article; drafted under ``kb/drafts/``."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from inboxd.core.redact_text import redact
from inboxd.desk import Desk
from inboxd.jobs.noted_gaps import KEY
from inboxd.knowledge.anonymous import GAP, anonymise, question_of
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.gaps import AnsweredMail, Gap, article_text, drafted_from, find_gaps, own_words
from inboxd.store import answers, settings
from inboxd.store.answers import OwnAnswer
from inboxd.store.engine import read, write

AT_LEAST = 10
# The digest tells of a gap before it is drafted.
TOLD_AT = 3
_DRAFTS = "drafts"


@dataclass(frozen=True, slots=True)
class DraftedGap:
    """A gap with the file of its draft; ``written`` is False where an earlier draft of it lies there already."""

    gap: Gap
    file: Path
    written: bool


def look_for_gaps(desk: Desk, embedder: Embedder | None, at_least: int = AT_LEAST) -> tuple[Gap, ...]:
    """Return the questions that operators answered ``at_least`` times and no article answers."""
    with read(desk.engine) as connection:
        own = answers.list_own_answers(connection)
    operators = tuple(name for one in desk.config.operators for name in (one.name, *one.addresses))
    return find_gaps([_answered(one, operators) for one in own], embedder, at_least)


def draft_gaps(desk: Desk, found: tuple[Gap, ...]) -> tuple[DraftedGap, ...]:
    """Write every gap as an article under ``kb/drafts/``, where nothing is answered from; never over another file."""
    folder = desk.config.kb.path / _DRAFTS
    earlier = {path: drafted_from(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md"))}
    return tuple(_draft(gap, folder, earlier) for gap in found)


def note_gaps(desk: Desk, embedder: Embedder | None, now: dt.datetime) -> None:
    """Remember the gaps there are for the digest."""
    found = [
        [gap.title, len(gap.tickets), list(gap.tickets)] for gap in look_for_gaps(desk, embedder, TOLD_AT)
    ]
    with write(desk.engine) as connection:
        settings.save(connection, KEY, {"gaps": found}, now)


def _answered(one: OwnAnswer, operators: tuple[str, ...]) -> AnsweredMail:
    names = (*one.names, *operators)
    return AnsweredMail(
        one.ticket,
        question_of(redact(one.subject), redact(one.question), names),
        anonymise(redact(own_words(one.answer)), names, mark=GAP),
        one.language,
    )


def _draft(gap: Gap, folder: Path, earlier: dict[Path, frozenset[int]]) -> DraftedGap:
    for path, tickets in earlier.items():
        if len(tickets & set(gap.tickets)) * 2 >= min(len(tickets), len(gap.tickets)) > 0:
            return DraftedGap(gap, path, written=False)
    path = folder / f"{gap.slug}.md"
    if path.exists():
        return DraftedGap(gap, path, written=False)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(article_text(gap), encoding="utf-8")
    return DraftedGap(gap, path, written=True)
