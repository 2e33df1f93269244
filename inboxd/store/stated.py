"""How sure automatic answers said they were, and what their customers said of them."""

import datetime as dt

from sqlalchemy import Connection, select

from inboxd.core.digest_week import AutomaticAnswer
from inboxd.core.feedback import COMPLAINTS
from inboxd.store.core_tables import event as _event
from inboxd.store.core_tables import learnt as _learnt
from inboxd.store.core_tables import ticket as _ticket

# What a customer or an operator said of an answer that went out by itself.
_SAID = frozenset({*COMPLAINTS, "thanks", "wrote_back_unclear"})


def automatic_answers(connection: Connection, since: dt.datetime, now: dt.datetime) -> list[AutomaticAnswer]:
    """Return the answers that went out by themselves in that time, as far as their confidence is known."""
    query = (
        select(_ticket.c.number, _ticket.c.automatic_article, _ticket.c.automatic_confidence, _event.c.detail)
        .join(_event, _event.c.ticket_number == _ticket.c.number)
        .where(
            _event.c.kind == "answered",
            _event.c.at >= since,
            _event.c.at <= now,
            _ticket.c.answered_automatically,
            _ticket.c.automatic_confidence.is_not(None),
        )
    )
    found = {
        row.number: (row.automatic_article, row.automatic_confidence)
        for row in connection.execute(query)
        if row.detail.get("automatic")
    }
    said = _said(connection, since)
    return [
        AutomaticAnswer(
            confidence,
            wrong=any((number, article, source) in said for source in COMPLAINTS),
            heard=any((number, article, source) in said for source in _SAID),
        )
        for number, (article, confidence) in sorted(found.items())
    ]


def _said(connection: Connection, since: dt.datetime) -> frozenset[tuple[int, str, str]]:
    query = select(_learnt.c.ticket_number, _learnt.c.article, _learnt.c.source).where(
        _learnt.c.at >= since,
        _learnt.c.source.in_(sorted(_SAID)),
        _learnt.c.article.is_not(None),
        _learnt.c.ticket_number.is_not(None),
    )
    return frozenset((row[0], row[1], row[2]) for row in connection.execute(query))
