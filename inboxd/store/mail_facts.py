"""The facts each mail was decided on, kept with it and read by the backtest."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import mail_facts as _facts
from inboxd.store.prepared import Prepared

# Decisions are some kilobytes each: so many are read at a time.
_CHUNK = 200
# Done for every mail: made once.
_FORGET = Prepared(delete(_facts).where(_facts.c.mail_id == bindparam("of_mail")))
_KEEP = Prepared(insert(_facts))
_DECIDED = ("processed", "held", "dropped")


@dataclass(frozen=True, slots=True)
class DecidedMail:
    """A past mail: what was decided, and the facts it was decided on (None: it is older than their keeping)."""

    mail_id: int
    sender: str
    subject: str
    decision: Mapping[str, Any]
    facts: Mapping[str, Any] | None


def keep(connection: Connection, mail_id: int, facts: Mapping[str, Any]) -> None:
    """Keep the facts of a mail; those of an earlier decision about it (it was held and released) are replaced."""
    _FORGET.run(connection, of_mail=mail_id)
    _KEEP.run(connection, mail_id=mail_id, facts=dict(facts))


def list_decided(connection: Connection, since: dt.datetime) -> Iterator[DecidedMail]:
    """Yield the mails accepted since then on which a decision was made, oldest first, some hundred at a time."""
    query = (
        select(_mail.c.id, _mail.c.sender, _mail.c.subject, _mail.c.decision, _facts.c.facts)
        .join(_facts, _facts.c.mail_id == _mail.c.id, isouter=True)
        .where(_mail.c.accepted_at >= since, _mail.c.state.in_(_DECIDED))
        .order_by(_mail.c.id)
        .limit(_CHUNK)
    )
    last = 0
    while rows := connection.execute(query.where(_mail.c.id > last)).all():
        for row in rows:
            if row.decision:  # a mail that was held because it could not be read has none
                yield DecidedMail(row.id, row.sender, row.subject, row.decision, row.facts)
        last = rows[-1].id
