"""What the figures are computed from, read in a handful of queries over indexed columns."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, Text, cast, func, or_, select

from inboxd.core.customer_tags import together
from inboxd.core.feedback import COMPLAINTS
from inboxd.core.report import FORECAST_WEEKS, WEEK
from inboxd.core.report_facts import (
    LEFT_TAGS,
    SPAM_TAG,
    Happening,
    Keys,
    Moment,
    Past,
    Score,
    TicketRecord,
)
from inboxd.core.schedule import SLA_EVENTS
from inboxd.core.ticket import Event
from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import survey as _survey
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.customer_listing import listed_tags
from inboxd.store.prepared import Prepared

_KEYS = (_ticket.c.number, _ticket.c.category, _ticket.c.tags, _ticket.c.assignee)
_HAPPENINGS = ("answered", "status", "wrong")
# Mail that was history when it came tells nothing about this desk (``core/archive.py``).
_ARCHIVED = select(_event.c.ticket_number).where(
    _event.c.kind == "status", _event.c.actor == "archive", _event.c.ticket_number.is_not(None)
)
_OWN = (_ticket.c.status != "merged", _ticket.c.number.not_in(_ARCHIVED))
# How many of the latest tickets are looked through for the first response times.
_LATEST = 200

# Only the ticket's own index may find its events: by kind SQLite would read every question there ever was.
_ASKED_FIRST = (
    select(func.min(_event.c.at))
    .where(_event.c.ticket_number == _ticket.c.number, _event.c.kind.concat("") == "asked")
    .correlate(_ticket)
    .scalar_subquery()
)
# Asked for every question: made once.
_FIRST_RESPONSES = Prepared(
    select(_ASKED_FIRST, _ticket.c.first_response_at)
    .where(
        _ticket.c.first_response_at.is_not(None),
        ~_ticket.c.answered_automatically,
        _ticket.c.status != "merged",
    )
    .order_by(_ticket.c.number.desc())
    .limit(_LATEST)
)


def load_past(connection: Connection, since: dt.datetime, now: dt.datetime) -> Past:
    """Return all that the figures from ``since`` to ``now`` are computed from."""
    in_period = (*_OWN, _ticket.c.created_at >= since, _ticket.c.created_at <= now)
    created = _created(connection, now)
    return Past(
        tickets=_tickets(connection, in_period, now),
        scores=_scores(connection, since, now),
        happenings=_happenings(connection, since, now),
        created=created,
        began=connection.execute(
            select(func.min(_ticket.c.created_at)).where(_ticket.c.number.not_in(_ARCHIVED))
        ).scalar(),
        marks_left=_marks_left(connection),
    )


def first_responses(connection: Connection) -> Sequence[tuple[dt.datetime, dt.datetime]]:
    """Return when the latest tickets were asked and first answered by a person, of the last 200 such tickets."""
    rows = _FIRST_RESPONSES.rows(connection)
    # Where he wrote first, what the customer asks later is no first question.
    return [(asked, answered) for asked, answered in rows if asked is not None and asked <= answered]


def _tickets(
    connection: Connection, in_period: tuple[ColumnElement[bool], ...], now: dt.datetime
) -> tuple[TicketRecord, ...]:
    histories = _histories(connection, in_period, now)
    complained = _complained(connection, in_period)
    listed = listed_tags(connection)
    query = (
        select(
            *_KEYS,
            _ticket.c.created_at,
            _ticket.c.status,
            _ticket.c.priority,
            _ticket.c.customer_id,
            _ticket.c.promised_at,
            _customer.c.tags.label("customer_tags"),
        )
        .join(_customer, _customer.c.id == _ticket.c.customer_id)
        .where(*in_period)
        .order_by(_ticket.c.number)
    )
    return tuple(
        TicketRecord(
            keys=_keys(row),
            created_at=row["created_at"],
            status=row["status"],
            priority=row["priority"],
            customer_id=row["customer_id"],
            customer_tags=together(row["customer_tags"], listed.get(row["customer_id"], ())),
            complained=row["number"] in complained,
            history=tuple(histories.get(row["number"], ())),
            promised_at=row["promised_at"],
        )
        for row in connection.execute(query).mappings()
    )


def _histories(
    connection: Connection, in_period: tuple[ColumnElement[bool], ...], now: dt.datetime
) -> dict[int, list[Moment]]:
    query = (
        select(_event.c.ticket_number, _event.c.at, _event.c.kind, _event.c.detail)
        .join(_ticket, _ticket.c.number == _event.c.ticket_number)
        .where(*in_period, _event.c.kind.in_(SLA_EVENTS), _event.c.at <= now)
        .order_by(_event.c.id)
    )
    found: dict[int, list[Moment]] = defaultdict(list)
    for number, at, kind, detail in connection.execute(query):
        found[number].append(Moment(at, Event(kind, detail)))
    return found


def _complained(connection: Connection, in_period: tuple[ColumnElement[bool], ...]) -> frozenset[int]:
    query = (
        select(_learnt.c.ticket_number)
        .join(_ticket, _ticket.c.number == _learnt.c.ticket_number)
        .where(*in_period, _learnt.c.source.in_(sorted(COMPLAINTS)), _learnt.c.article.is_not(None))
    )
    return frozenset(connection.execute(query).scalars())


def _scores(connection: Connection, since: dt.datetime, now: dt.datetime) -> tuple[Score, ...]:
    query = (
        select(*_KEYS, _survey.c.answered_at, _survey.c.score, _survey.c.sentiment)
        .join(_ticket, _ticket.c.number == _survey.c.ticket_number)
        .where(_survey.c.answered_at >= since, _survey.c.answered_at <= now, _survey.c.score.is_not(None))
        .order_by(_survey.c.id)
    )
    rows = connection.execute(query).mappings()
    return tuple(Score(row["answered_at"], _keys(row), row["score"], row["sentiment"]) for row in rows)


def _happenings(connection: Connection, since: dt.datetime, now: dt.datetime) -> tuple[Happening, ...]:
    query = (
        select(*_KEYS, _event.c.at, _event.c.kind, _event.c.detail)
        .join(_ticket, _ticket.c.number == _event.c.ticket_number)
        .where(_event.c.kind.in_(_HAPPENINGS), _event.c.at >= since, _event.c.at <= now)
        .order_by(_event.c.id)
    )
    rows = connection.execute(query).mappings()
    found = (Happening(row["at"], _keys(row), Event(row["kind"], row["detail"])) for row in rows)
    return tuple(one for one in found if SPAM_TAG not in one.keys.tags)


def _created(connection: Connection, now: dt.datetime) -> tuple[dt.datetime, ...]:
    # One week more than is forecast from: the first one is only whole by chance.
    since = now - (FORECAST_WEEKS + 1) * WEEK
    query = select(_ticket.c.created_at, _ticket.c.tags).where(
        *_OWN, _ticket.c.created_at >= since, _ticket.c.created_at <= now
    )
    return tuple(at for at, tags in connection.execute(query) if SPAM_TAG not in tags)


def _marks_left(connection: Connection) -> bool:
    return any(
        connection.execute(select(table.c.tags).where(_has_tag(table, LEFT_TAGS)).limit(1)).first()
        for table in (_customer, _ticket)
    )


def _has_tag(table: Table, tags: Iterable[str]) -> ColumnElement[bool]:
    """Look for a tag in the text of the list: both databases can, and nobody has to read every list."""
    return or_(*(cast(table.c.tags, Text).like(f'%"{tag}"%') for tag in sorted(tags)))


def _keys(row: RowMapping) -> Keys:
    return Keys(row["number"], row["category"], tuple(row["tags"]), row["assignee"])
