"""Chase: remind before a promised time is over, tell when it is, and pass it on. What comes together is one mail.

The whole pass is one transaction: a crash, a second desk or a changed ticket leaves it undone, and the next pass does
it. What was told stands in the ticket, so a restart or a moved clock tells nothing twice.
"""

import datetime as dt
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from inboxd.core.chase import News, Telling, find_news, occasion_key, tellings, with_news
from inboxd.core.facts import EventKind
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter, Outcome
from inboxd.core.plain_words import inline
from inboxd.core.schedule import SlaTerms, deadlines
from inboxd.core.suggestion import is_likely
from inboxd.core.view_parts import ChaseTicket
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.jobs.occasions import CalendarCase, apply_case, due_cases, each, with_rules
from inboxd.jobs.terms import follow_terms
from inboxd.known_facts import tags_of
from inboxd.letter_views import CHASE_LIST
from inboxd.store import reminders
from inboxd.store.engine import read

_PREVIEW = 160
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One ticket to speak of: what becomes of it, and who is told."""

    case: CalendarCase
    outcome: Outcome
    tellings: tuple[Telling, ...]


def chase(desk: Desk, now: dt.datetime) -> int:
    """Remind of every ticket whose warning, due time or escalation has come; return how many there were."""
    terms = desk.sla_terms
    follow_terms(desk, terms, now)
    found: list[Reminder] = []

    def look(case: CalendarCase) -> None:
        reminder = _look(desk, terms, case, now)
        if reminder is not None:
            found.append(reminder)

    each(due_cases(desk, "chase_at", now), look)
    told = _without_hurry(desk, found, now)
    if not told:
        return 0
    try:
        _tell(desk, told, now)
    except TransientError:
        raise
    except Exception:  # noqa: BLE001  one ticket that cannot be written must not keep the others back
        _log.exception("reminders could not be written together", extra={"action": "job_failed"})
        return each(told, lambda one: _tell(desk, (one,), now))
    return len(told)


def _look(desk: Desk, terms: SlaTerms, case: CalendarCase, now: dt.datetime) -> Reminder | None:
    """Return what to say about one ticket; where there is nothing, find out when to look again."""
    running = deadlines(case.ticket, terms, case.dossier.history, tags_of(desk, case.dossier, now))
    news = find_news(case.ticket, running, terms, now)
    told = tellings(case.ticket, news, case.colleagues, now)
    if told:
        outcome = with_news(Outcome(ticket=case.ticket), news)
        return Reminder(case, _with_rules(desk, case, outcome, news, now), told)
    if not news.waits:
        apply_case(desk, case, Outcome(ticket=case.ticket), now)
    return None


def _with_rules(desk: Desk, case: CalendarCase, outcome: Outcome, news: News, now: dt.datetime) -> Outcome:
    for event, times in ((EventKind.SLA_BREACHED, news.late), (EventKind.SLA_WARNED, news.near)):
        for deadline in times[:1]:
            key = occasion_key(event, case.ticket, deadline)
            outcome = with_rules(desk, case, outcome, event, key, now)
    return outcome


def _without_hurry(desk: Desk, found: Sequence[Reminder], now: dt.datetime) -> list[Reminder]:
    """Return the reminders but those to somebody who got one just now: they are gathered for the next mail."""
    addresses = {telling.to for one in found for telling in one.tellings}
    with read(desk.engine) as connection:
        lately = reminders.reminded(connection, addresses, now - desk.config.sla.remind_every, now)
    return [one for one in found if not any(telling.to in lately for telling in one.tellings)]


def _tell(desk: Desk, told: Iterable[Reminder], now: dt.datetime) -> None:
    """Write everything there is to tell in one transaction."""
    # Always in this order: two desks at once must not each wait for a ticket the other has.
    ordered = sorted(told, key=lambda one: one.case.ticket.number)
    letters: dict[int, list[Letter]] = defaultdict(list)
    gathered = Outcome()
    for address, group in _by_address(ordered).items():
        lines = [_line(desk, one, telling, now) for one, telling in group]
        if len(group) == 1:
            ((one, telling),) = group
            letters[one.case.ticket.number].append(_single(one, telling, lines[0]))
        else:
            gathered = gathered.with_letter(_several(address, [telling for _, telling in group], lines))
    outcomes = [
        replace(one.outcome, letters=(*one.outcome.letters, *letters[one.case.ticket.number]))
        for one in ordered
    ]
    others = (*outcomes[1:], *((gathered,) if gathered.letters else ()))
    dossiers = {one.case.ticket.number: one.case.dossier for one in ordered}
    apply_case(desk, ordered[0].case, replace(outcomes[0], others=others), now, dossiers=dossiers)


def _by_address(told: Iterable[Reminder]) -> dict[str, list[tuple[Reminder, Telling]]]:
    """Return what each person is told, in order of due time."""
    found: dict[str, list[tuple[Reminder, Telling]]] = defaultdict(list)
    for one in told:
        for telling in one.tellings:
            found[telling.to].append((one, telling))
    return {
        address: sorted(group, key=lambda pair: (pair[1].deadline.due, pair[0].case.ticket.number))
        for address, group in found.items()
    }


def _single(one: Reminder, telling: Telling, line: ChaseTicket) -> Letter:
    return Letter(
        Kind.CHASE,
        "chase",
        (telling.to,),
        f"chase:{telling.key}:{telling.to}",
        {"rule": f"(sla {telling.deadline.target}{' escalation' if telling.escalated else ''})"},
        article=one.case.ticket.suggested_article,
        event=telling.event.value,
        late=(line,),
    )


def _several(address: str, told: Sequence[Telling], lines: Sequence[ChaseTicket]) -> Letter:
    names = "\n".join(sorted(telling.key for telling in told))
    digest = hashlib.sha256(names.encode()).hexdigest()[:32]
    return Letter(
        Kind.CHASE,
        CHASE_LIST,
        (address,),
        f"chase:{digest}:{address}",
        {"rule": "(sla)", "tickets": " ".join(f"#{line.number}" for line in lines)},
        late=tuple(lines),
    )


def _line(desk: Desk, one: Reminder, telling: Telling, now: dt.datetime) -> ChaseTicket:
    ticket, customer = one.outcome.ticket or one.case.ticket, one.case.dossier.customer
    asked = [line.text for line in one.case.dossier.messages if line.direction == "in"]
    article = desk.knowledge.article_view(ticket.suggested_article, ticket) if is_likely(ticket) else None
    return ChaseTicket(
        number=ticket.number,
        subject=ticket.subject,
        customer=(customer.name if customer else "") or one.case.address,
        preview=inline(asked[-1] if asked else "", _PREVIEW),
        waiting_since=ticket.waiting_since or ticket.created_at,
        target=telling.deadline.target,
        due=telling.deadline.due,
        breached=telling.deadline.due <= now,
        priority=ticket.priority,
        suggestion=article.title if article else "",
        escalated=telling.escalated,
    )
