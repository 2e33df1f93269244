"""Satisfaction surveys: planned when a ticket is solved, withdrawn when it reopens, answered by a reply."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from inboxd.core.outcome import SurveyAnswered
from inboxd.store import outbox
from inboxd.store.core_tables import customer as _customer
from inboxd.store.core_tables import survey as _survey
from inboxd.store.prepared import Prepared

_UNSENT = (_survey.c.sent_at.is_(None), _survey.c.withdrawn_at.is_(None))
# Asked by every look of a job: made once.
_DUE = Prepared(
    select(_survey)
    .where(*_UNSENT, _survey.c.due_at <= bindparam("now"))
    .order_by(_survey.c.due_at, _survey.c.id)
)


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey of one solving of a ticket."""

    id: int
    ticket_number: int
    customer_id: int
    due_at: dt.datetime
    sent_at: dt.datetime | None
    outbox_id: int | None
    answered_at: dt.datetime | None
    score: int | None
    comment: str
    sentiment: str


def plan(connection: Connection, ticket_number: int, customer_id: int, due_at: dt.datetime) -> None:
    """Plan a survey, unless one is already waiting for this ticket."""
    waiting = select(_survey.c.id).where(_survey.c.ticket_number == ticket_number, *_UNSENT)
    if connection.execute(waiting).first() is None:
        values = {"ticket_number": ticket_number, "customer_id": customer_id, "due_at": due_at}
        connection.execute(insert(_survey).values(withdrawn_why="", comment="", sentiment="", **values))


def withdraw(connection: Connection, ticket_number: int, why: str, now: dt.datetime) -> None:
    """Withdraw what was planned, and what is written but has not left: that customer was not asked."""
    withdrawn = {"withdrawn_at": now, "withdrawn_why": why}
    connection.execute(
        update(_survey).where(_survey.c.ticket_number == ticket_number, *_UNSENT).values(**withdrawn)
    )
    written = connection.execute(
        select(_survey.c.id, _survey.c.outbox_id, _survey.c.customer_id).where(
            _survey.c.ticket_number == ticket_number,
            _survey.c.outbox_id.is_not(None),
            _survey.c.withdrawn_at.is_(None),
            _survey.c.answered_at.is_(None),
        )
    ).all()
    for survey_id, outbox_id, customer_id in written:
        if outbox.cancel_untried(connection, outbox_id):
            connection.execute(
                update(_survey).where(_survey.c.id == survey_id).values(sent_at=None, **withdrawn)
            )
            _forget_asking(connection, customer_id)


def withdraw_written(connection: Connection, outbox_id: int, why: str, now: dt.datetime) -> None:
    """Note that the survey in this outgoing mail never left: its customer was not asked."""
    where = (_survey.c.outbox_id == outbox_id, _survey.c.answered_at.is_(None))
    customer_id = connection.execute(select(_survey.c.customer_id).where(*where)).scalar_one_or_none()
    if customer_id is not None:
        withdrawn = {"sent_at": None, "withdrawn_at": now, "withdrawn_why": why}
        connection.execute(update(_survey).where(*where).values(**withdrawn))
        _forget_asking(connection, customer_id)


def list_due(connection: Connection, now: dt.datetime) -> Sequence[Survey]:
    """Return planned surveys whose time has come, the most overdue first."""
    return [_to_survey(row) for row in _DUE.mappings(connection, now=now)]


def mark_sent(connection: Connection, survey_id: int, outbox_id: int, now: dt.datetime) -> None:
    """Note that a survey left with this outgoing mail."""
    connection.execute(
        update(_survey).where(_survey.c.id == survey_id).values(sent_at=now, outbox_id=outbox_id)
    )


def last_sent(connection: Connection, ticket_number: int) -> Survey | None:
    """Return the newest survey that was sent on a ticket."""
    query = select(_survey).where(_survey.c.ticket_number == ticket_number, _survey.c.sent_at.is_not(None))
    row = connection.execute(query.order_by(_survey.c.id.desc()).limit(1)).mappings().first()
    return _to_survey(row) if row else None


def record_answer(connection: Connection, answer: SurveyAnswered, now: dt.datetime) -> None:
    """Keep the answer; a second one replaces the first, and its comment, if it has one, the first comment."""
    said = {"comment": answer.comment, "sentiment": answer.sentiment} if answer.comment else {}
    connection.execute(
        update(_survey)
        .where(_survey.c.id == answer.survey_id)
        .values(score=answer.score, answered_at=now, **said)
    )


def list_answered(connection: Connection, since: dt.datetime) -> Sequence[Survey]:
    """Return the surveys answered since then."""
    rows = connection.execute(
        select(_survey).where(_survey.c.answered_at >= since).order_by(_survey.c.id)
    ).mappings()
    return [_to_survey(row) for row in rows]


def list_sent(connection: Connection, since: dt.datetime) -> Sequence[Survey]:
    """Return the surveys sent since then."""
    rows = connection.execute(
        select(_survey).where(_survey.c.sent_at >= since).order_by(_survey.c.id)
    ).mappings()
    return [_to_survey(row) for row in rows]


def _forget_asking(connection: Connection, customer_id: int) -> None:
    """Put back when a customer was last asked."""
    last = select(func.max(_survey.c.sent_at)).where(_survey.c.customer_id == customer_id).scalar_subquery()
    connection.execute(update(_customer).where(_customer.c.id == customer_id).values(surveyed_at=last))


def _to_survey(row: Mapping[Any, Any]) -> Survey:
    return Survey(**{field.name: row[field.name] for field in fields(Survey)})
