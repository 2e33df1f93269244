"""Gaps: what operators answered by hand so often that it should be an article; drafted under ``kb/drafts/``."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from inboxd.core.redact_text import redact
from inboxd.desk import Desk
from inboxd.jobs.noted_gaps import KEY
from inboxd.knowledge.anonymous import GAP, anonymise, question_of
from inboxd.knowledge.embed import Embedder
from inboxd.knowledge.gaps import AnsweredMail, Gap, article_text, drafted_from, find_gaps, own_words
from inboxd.store import answers, history, settings
from inboxd.store.answers import OwnAnswer
from inboxd.store.engine import read, write

AT_LEAST = 10
# After moving in with years of mail these many are worth writing first, the most asked of them before all others.
MOST = 20
AT_LEAST_PAST = 3
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
    """Return the questions that operators answered ``at_least`` times and that have no article, most asked first.

    What was drafted once and moved among the articles has one, and so has what an article surely answers.
    """
    with read(desk.engine) as connection:
        own = answers.list_own_answers(connection)
    operators = tuple(name for one in desk.config.operators for name in (one.name, *one.addresses))
    found = find_gaps([_answered(one, operators) for one in own], embedder, at_least)
    written = _written(desk.config.kb.path, drafts=False)
    return tuple(gap for gap in found if _draft_of(gap, written) is None and not _has_article(desk, gap))


def gaps_worth_writing(desk: Desk, embedder: Embedder | None) -> tuple[Gap, ...]:
    """Return the gaps that were answered ten times; of a desk with imported mail at least the twenty most asked."""
    found = look_for_gaps(desk, embedder, AT_LEAST_PAST)
    often = sum(len(gap.tickets) >= AT_LEAST for gap in found)
    with read(desk.engine) as connection:
        moved_in = history.has_history(connection)
    return found[: max(often, MOST)] if moved_in else found[:often]


def draft_gaps(desk: Desk, found: tuple[Gap, ...]) -> tuple[DraftedGap, ...]:
    """Write every gap as an article under ``kb/drafts/``, where nothing is answered from; never over another file."""
    folder = desk.config.kb.path / _DRAFTS
    earlier = _written(folder, drafts=True)
    return tuple(_draft(gap, folder, earlier) for gap in found)


def forget_drafts(folder: Path, tickets: Collection[int]) -> int:
    """Remove the drafts below the articles' folder that one of these tickets is part of; return how many.

    ``inboxd kb gaps`` makes them again of what others asked. Raises ``OSError`` when one cannot be removed.
    """
    found = [
        path
        for path in sorted((folder / _DRAFTS).glob("*.md"))
        if drafted_from(path.read_text(encoding="utf-8", errors="replace")).intersection(tickets)
    ]
    for path in found:
        path.unlink()
    return len(found)


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
        one.settled,
    )


def _has_article(desk: Desk, gap: Gap) -> bool:
    """Return whether the knowledge base surely answers the question by now, whoever answered it then."""
    found = desk.knowledge.match("", gap.questions[0], gap.language)
    return isinstance(found, tuple) and any(one.sure for one in found)


def _written(folder: Path, *, drafts: bool) -> dict[Path, frozenset[int]]:
    """Return the tickets each file was drafted from: of the drafts themselves, or of the articles they became."""
    files = sorted(folder.glob("*.md") if drafts else folder.rglob("*.md"))
    return {
        path: drafted_from(path.read_text(encoding="utf-8", errors="replace"))
        for path in files
        if path.is_file() and (drafts or _DRAFTS not in path.relative_to(folder).parts)
    }


def _draft_of(gap: Gap, written: dict[Path, frozenset[int]]) -> Path | None:
    """Return the file that was drafted from mostly the same tickets."""
    own = set(gap.tickets)
    found = (
        path for path, tickets in written.items() if len(tickets & own) * 2 >= min(len(tickets), len(own)) > 0
    )
    return next(found, None)


def _draft(gap: Gap, folder: Path, earlier: dict[Path, frozenset[int]]) -> DraftedGap:
    if (known := _draft_of(gap, earlier)) is not None:
        return DraftedGap(gap, known, written=False)
    path = folder / f"{gap.slug}.md"
    if path.exists():
        return DraftedGap(gap, path, written=False)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(article_text(gap), encoding="utf-8")
    return DraftedGap(gap, path, written=True)
