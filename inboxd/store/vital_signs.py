"""What waits and since when: the few figures by which the desk knows that it is well."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from inboxd.store import settings
from inboxd.store.core_tables import mail as _mail
from inboxd.store.core_tables import outbox as _outbox
from inboxd.store.mails import RELEASED

MODEL = "knowledge"
# An alarm that cannot be sent is no news of its own; a webhook's peer is nobody's mail server.
_NO_MAIL = ("alarm", "webhook", "hook")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, since when the oldest, and what was said about that one last."""

    number: int
    oldest: dt.datetime | None
    said: str = ""


def to_send(connection: Connection) -> Waiting:
    """Return the mails that wait to be sent."""
    where = and_(_outbox.c.state == "queued", _outbox.c.kind.not_in(_NO_MAIL))
    found = _waiting(connection, _outbox, _outbox.c.created_at, where)
    said = select(_outbox.c.last_reply).where(where).order_by(_outbox.c.created_at, _outbox.c.id).limit(1)
    return Waiting(found.number, found.oldest, connection.execute(said).scalar_one_or_none() or "")


def to_process(connection: Connection) -> Waiting:
    """Return the accepted mails nobody has processed yet; a walk through an archive and what was released have time."""
    where = and_(_mail.c.state == "accepted", ~_mail.c.imported, _mail.c.disposition != RELEASED)
    return _waiting(connection, _mail, _mail.c.accepted_at, where)


def held(connection: Connection, *, only_faults: bool) -> Waiting:
    """Return the held mails; ``only_faults``: those that a fault stopped, not a rule's or a forgery's."""
    where = _mail.c.state == "held"
    return _waiting(
        connection, _mail, _mail.c.processed_at, and_(where, _mail.c.detail != "") if only_faults else where
    )


def model_trouble(connection: Connection) -> str | None:
    """Return why the knowledge base cannot be asked, empty when it can; None before anybody tried."""
    kept = settings.load(connection, MODEL)
    return str(kept["trouble"]) if kept else None


def note_model(connection: Connection, trouble: str, now: dt.datetime) -> None:
    """Keep whether the knowledge base can be asked: the process that knows is not the one that raises alarms."""
    settings.save(connection, MODEL, {"trouble": trouble}, now)


def _waiting(
    connection: Connection, table: Table, since: ColumnElement[dt.datetime], where: ColumnElement[bool]
) -> Waiting:
    number, oldest = connection.execute(
        select(func.count(), func.min(since)).select_from(table).where(where)
    ).one()
    return Waiting(number, oldest)
