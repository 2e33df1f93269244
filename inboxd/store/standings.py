"""The record of each article that was ever sent by itself."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, and_, func, select

from inboxd.core.feedback import COMPLAINTS
from inboxd.core.standing import Standing
from inboxd.store import settings
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import ticket as _ticket
from inboxd.store.prepared import Prepared

_KEY = "kb.standings"
# Asked by every look of a job: made once.
_AUTOMATIC = Prepared(
    select(_ticket.c.automatic_article, _ticket.c.number, func.min(_event.c.at))
    .join(_event, and_(_event.c.ticket_number == _ticket.c.number, _event.c.kind == "answered"))
    .where(_ticket.c.answered_automatically, _ticket.c.automatic_article != "")
    .group_by(_ticket.c.automatic_article, _ticket.c.number)
    .order_by(_ticket.c.number)
)
_COMPLAINTS = Prepared(
    select(_learnt.c.article, _learnt.c.ticket_number).where(
        _learnt.c.source.in_(sorted(COMPLAINTS)),
        _learnt.c.article.is_not(None),
        _learnt.c.ticket_number.is_not(None),
    )
)


def load_all(connection: Connection) -> dict[str, Standing]:
    """Return the records by slug."""
    kept = settings.load(connection, _KEY) or {}
    return {slug: _standing(value) for slug, value in kept.items()}


def save_all(connection: Connection, standings: Mapping[str, Standing], now: dt.datetime) -> None:
    """Keep the records; those that are not named are forgotten."""
    settings.save(connection, _KEY, {slug: _plain(one) for slug, one in standings.items()}, now)


def automatic_answers(connection: Connection) -> list[tuple[str, int, dt.datetime]]:
    """Return article, ticket and time of every automatic answer, oldest first."""
    return [(article, ticket, at) for article, ticket, at in _AUTOMATIC.rows(connection)]


def complained_of(connection: Connection) -> frozenset[tuple[str, int]]:
    """Return article and ticket of every complaint about an automatic answer."""
    return frozenset((article, ticket) for article, ticket in _COMPLAINTS.rows(connection))


def _plain(standing: Standing) -> dict[str, Any]:
    return {
        "revision": standing.revision,
        "since": standing.since.isoformat(),
        "answers": standing.answers,
        "complaints": standing.complaints,
        "demoted_at": standing.demoted_at.isoformat() if standing.demoted_at else None,
    }


def _standing(value: Mapping[str, Any]) -> Standing:
    demoted_at = value["demoted_at"]
    return Standing(
        value["revision"],
        dt.datetime.fromisoformat(value["since"]),
        value["answers"],
        value["complaints"],
        dt.datetime.fromisoformat(demoted_at) if demoted_at else None,
    )
