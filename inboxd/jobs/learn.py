"""Learn: what happened since the last time becomes evidence, and evidence that does no harm is used from now on.

Three steps, each of which may be repeated: gather feedback from the events, judge every article by its complaints,
let the knowledge base try the fresh evidence on held-out mails.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from inboxd import maillog
from inboxd.core import feedback
from inboxd.core.outcome import Learnt
from inboxd.core.standing import Standing, in_words, judge_standing, restored
from inboxd.core.ticket import Event
from inboxd.core.work_out import BAD_SCORE
from inboxd.desk import Desk
from inboxd.jobs.silence import note_silence
from inboxd.knowledge.anonymous import question_of
from inboxd.knowledge.articles import JOIN
from inboxd.knowledge.verdicts import judge
from inboxd.store import learnt, settings, standings, tickets
from inboxd.store.dossiers import Dossier, read_dossier
from inboxd.store.engine import read, write
from inboxd.store.learnt import StoredEvidence
from inboxd.store.tickets import RecordedEvent

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder

JOB = "learn"
# So much is fresh, or so old, before the knowledge base is built anew for it.
ENOUGH = 10
LATEST = dt.timedelta(hours=24)
_KINDS = ("automatic_answer_questioned", "survey_answered", "draft.sent", "draft.deleted", "status")


def learn(desk: Desk, now: dt.datetime) -> int:
    """Do everything there is to learn; return how many pieces of feedback, judgements and lessons there were."""
    found = gather_feedback(desk, now)
    judged = judge_articles(desk, now)
    index = getattr(desk.knowledge, "index", None)
    if found and index is not None:
        from inboxd.jobs.gaps import note_gaps  # noqa: PLC0415  numpy: 14 MB, rarely needed

        note_gaps(desk, index.embedder, now)
    studied = _study(desk, now)
    if index is not None and not studied:
        desk.knowledge.look_again()
    if index is not None:
        note_silence(desk, desk.knowledge.index or index, now)
    return found + judged + studied


def gather_feedback(desk: Desk, now: dt.datetime) -> int:
    """Turn what happened since the last run into evidence and take everything personal out; return how much was new."""
    index = getattr(desk.knowledge, "index", None)
    with read(desk.engine) as connection:
        since = settings.last_run(connection, JOB)
        events = tickets.list_events(connection, kinds=_KINDS, since=since)
        found = [
            (event, evidence)
            for event in events
            if (evidence := _evidence(connection, event, index.embedder if index else None)) is not None
        ]
        unmasked = [
            (one, _masked(connection, one)) for one in learnt.list_stored(connection) if not one.masked
        ]
    if not (events or unmasked):
        return 0
    with write(desk.engine) as connection:
        added = sum(_keep(connection, event, evidence) for event, evidence in found)
        for one, text in unmasked:
            learnt.mask(connection, one.evidence_id, text)
        settings.note_run(connection, JOB, now)
    return added + len(unmasked)


def judge_articles(desk: Desk, now: dt.datetime) -> int:
    """Count answers and complaints per article; demote where the bound says so; return how many changed."""
    articles = desk.knowledge.articles
    with read(desk.engine) as connection:
        before = standings.load_all(connection)
        answers = standings.automatic_answers(connection)
        complaints = standings.complained_of(connection)
    sent = {slug for joined, _, _ in answers for slug in joined.split(JOIN)}
    after: dict[str, Standing] = {}
    for slug in sorted(sent & set(articles)):
        revision = articles[slug].revision
        standing = before.get(slug) or Standing(revision, dt.datetime.min.replace(tzinfo=dt.UTC))
        if standing.revision != revision:
            standing = restored(revision, now)
        own = {
            (joined, ticket)
            for joined, ticket, at in answers
            if at >= standing.since and slug in joined.split(JOIN)
        }
        against = sum(
            (joined, ticket) in complaints or (slug, ticket) in complaints for joined, ticket in own
        )
        after[slug] = judge_standing(standing, len(own), against, desk.config.kb.max_error_rate, now)
    if after == before:
        return 0
    return _note_standings(desk, before, after, now)


def promote(desk: Desk, slug: str, now: dt.datetime) -> bool:
    """Let an article be sent by itself again, its count begun anew; return False when there is no such article."""
    article = desk.knowledge.articles.get(slug)
    if article is None:
        return False
    with write(desk.engine) as connection:
        kept = standings.load_all(connection)
        standings.save_all(connection, {**kept, slug: restored(article.revision, now)}, now)
        tickets.add_event(connection, Event("article_restored", {"article": slug, "by": "promoted"}), now)
    return True


def _study(desk: Desk, now: dt.datetime) -> int:
    with read(desk.engine) as connection:
        fresh = [one for one in learnt.list_stored(connection) if not one.adopted]
        tried = settings.load(connection, "kb.tried") or {}
    waited = min((one.at for one in fresh), default=now)
    # What was tried and found harmful is tried again only together with something newer.
    newest = max((one.evidence_id for one in fresh), default=0)
    if newest <= tried.get("newest", 0) or (len(fresh) < ENOUGH and now - waited < LATEST):
        return 0
    lesson = desk.knowledge.learn(now)
    if lesson is None:
        return 0
    detail = {
        "fresh": lesson.fresh,
        "held_out": lesson.held_out,
        "adopted": lesson.adopted,
        "why": lesson.why,
    }
    with write(desk.engine) as connection:
        settings.save(connection, "kb.tried", {"newest": newest}, now)
        tickets.add_event(connection, Event("learnt", detail), now)
    maillog.job_ran("lesson", lesson.fresh)
    return 1


def _evidence(connection: Connection, event: RecordedEvent, embedder: "Embedder | None") -> Learnt | None:
    """Return what an event says about an article, nothing personal in it; None when it says nothing."""
    dossier = read_dossier(connection, event.ticket_number) if event.ticket_number is not None else None
    if dossier is None or dossier.ticket is None:
        return None
    asked = next((one for one in dossier.messages if one.direction == "in"), None)
    question = question_of(dossier.ticket.subject, asked.text, names_of(dossier)) if asked else ""
    article = str(event.detail.get("article") or dossier.ticket.automatic_article)
    if not question:
        return None
    match event.kind:
        case "automatic_answer_questioned":
            reply = next((one.text for one in dossier.messages if one.mail_id == event.mail_id), "")
            return feedback.from_reply(article, question, judge(embedder, reply))
        case "survey_answered" if article and int(event.detail.get("score", 5)) <= BAD_SCORE:
            return feedback.from_survey(article, question)
        case "draft.sent" if article:
            return feedback.from_draft(article, question, float(event.detail.get("distance") or 0.0))
        case "draft.deleted" if article:
            return feedback.from_deleted_draft(article, question)
        case "status" if event.detail.get("to") == "solved" and _is_by_hand(connection, dossier):
            return feedback.from_answer_by_hand(question)
        case _:
            return None


def names_of(dossier: Dossier) -> tuple[str, ...]:
    """Return every name and address on a ticket: what must not be in anything learnt from it."""
    customer = dossier.customer
    known = (customer.name, *customer.addresses) if customer else ()
    lines = (name for one in dossier.messages for name in (one.author, one.author_name))
    people = (name for one in dossier.participants for name in (one.address, one.name))
    return tuple(dict.fromkeys(name for name in (*known, *lines, *people) if name))


def _is_by_hand(connection: Connection, dossier: Dossier) -> bool:
    """Return whether an operator answered in his own words and no article was named, sent or suggested for it."""
    ticket = dossier.ticket
    if ticket is None or ticket.answered_automatically:
        return False
    answered = any(one.direction == "out" and one.kind == "relay" for one in dossier.messages)
    evidence = learnt.list_of_ticket(connection, ticket.number)
    return answered and not any(one.learnt.article is not None and one.learnt.right for one in evidence)


def _masked(connection: Connection, evidence: StoredEvidence) -> str:
    number = evidence.ticket_number
    dossier = read_dossier(connection, number) if number is not None else None
    return question_of("", evidence.learnt.text, names_of(dossier) if dossier else ())


def _keep(connection: Connection, event: RecordedEvent, evidence: Learnt) -> bool:
    """Keep evidence unless the ticket gave the same before: a run that was cut short is simply repeated."""
    known: Iterable[Learnt] = (
        one.learnt for one in learnt.list_of_ticket(connection, event.ticket_number or 0)
    )
    if any((one.article, one.source) == (evidence.article, evidence.source) for one in known):
        return False
    # As of when it happened: an article may have been written since (``knowledge/overtaken.py``).
    learnt.add(connection, evidence, event.at, event.ticket_number, masked=True)
    return True


def _note_standings(
    desk: Desk, before: dict[str, Standing], after: dict[str, Standing], now: dt.datetime
) -> int:
    demoted = [one for one, new in after.items() if new.demoted_at and not _is_demoted(before.get(one))]
    back = [one for one, old in before.items() if old.demoted_at and not _is_demoted(after.get(one))]
    with write(desk.engine) as connection:
        standings.save_all(connection, after, now)
        for slug in demoted:
            detail = {"article": slug, "why": in_words(after[slug])}
            tickets.add_event(connection, Event("article_demoted", detail), now)
        for slug in back:
            tickets.add_event(connection, Event("article_restored", {"article": slug, "by": "edited"}), now)
    return len(demoted) + len(back)


def _is_demoted(standing: Standing | None) -> bool:
    return standing is not None and standing.demoted_at is not None
